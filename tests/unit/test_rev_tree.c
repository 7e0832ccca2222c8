/* SPDX-License-Identifier: GPL-2.0-only */
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/rev_tree.h"
#include "tests/unit/run_tree.h"
#include "tests/unit/test.h"

#define BUILD "sh -c 'mkdir -p out && cp source out/object && echo built >&2'"

/* A repository with two commits, whose tree was built and changed since; we are in it. Returns the first
 * commit. */
static char *go_to_repository(void)
{
	_cleanup_free_ char *dir = test_tmpdir(), *second = NULL;
	char *first;

	tree_git_init(dir);
	tree_write(dir, "source", "one\n");
	tree_write(dir, ".gitignore", "out\n");
	tree_git_add(dir);
	first = tree_git_commit(dir);
	tree_write(dir, "source", "two\n");
	tree_git_add(dir);
	second = tree_git_commit(dir);
	tree_write(dir, "source", "three\n");
	tree_write(dir, "out/object", "three\n");
	ck_assert_int_eq(chdir(dir), 0);
	return first;
}

/* Names, sizes and times of all that is in a folder. */
static char *listing(const char *dir)
{
	_cleanup_free_ char *command = xasprintf("find %s -printf '%%p %%s %%T@\\n' | sort", dir);
	FILE *f = popen(command, "r");
	struct strbuf b = STRBUF_INIT;
	char chunk[4096];
	size_t n;

	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		strbuf_add(&b, chunk, n);
	ck_assert_int_eq(pclose(f), 0);
	return strbuf_steal(&b);
}

static void check_content(const char *path, const char *want)
{
	_cleanup_free_ char *line = fs_read_line(AT_FDCWD, path);

	ck_assert_pstr_eq(line, want);
}

TEST(rev_tree_builds_what_was_there_and_touches_nothing)
{
	_cleanup_free_ char *first = go_to_repository(), *before = listing("."), *after = NULL;
	_cleanup_free_ char *path = NULL, *scratch = NULL;
	struct rev_tree t;
	struct err err = ERR_INIT;

	ASSERT_OK(rev_tree_open("out/object", first, &t, &err));
	ck_assert_str_eq(t.commit, first);
	ASSERT_ERR(rev_tree_path(&t, "out/object", &path, &err), ERR_NOT_FOUND, "--build");
	ASSERT_OK(rev_tree_build(&t, ".", BUILD, &err));
	ASSERT_OK(rev_tree_path(&t, "out/object", &path, &err));
	check_content(path, "one");
	ck_assert_int_eq(unlink(path), 0);
	ASSERT_OK(rev_tree_build(&t, ".", BUILD, &err)); /* not once more */
	ck_assert(!fs_exists(AT_FDCWD, path));
	scratch = xstrdup(t.scratch.path);
	rev_tree_done(&t);
	ck_assert(!fs_exists(AT_FDCWD, scratch));
	after = listing(".");
	ck_assert_str_eq(before, after);
}

static const struct {
	const char *label, *within, *rev, *dir, *build;
	enum err_code code;
	const char *text;
} mistakes[] = {
	{ "no revision", "source", "none", ".", BUILD, ERR_NOT_FOUND, "no revision \"none\"" },
	{ "an option", "source", "--all", ".", BUILD, ERR_NOT_FOUND, "no revision \"--all\"" },
	{ "no repository", "/", "HEAD", ".", BUILD, ERR_NOT_FOUND, "in no git repository" },
	{ "no folder", "source", "HEAD", "out", "true", ERR_NOT_FOUND, "has no folder out" },
	{ "another place", "source", "HEAD", "/", "true", ERR_USAGE, "is not in " },
	{ "no command", "source", "HEAD", ".", " ", ERR_USAGE, "is empty" },
	{ "no program", "source", "HEAD", ".", "./gone", ERR_NOT_FOUND, "./gone" },
	{ "fails", "source", "HEAD", ".", "sh -c 'echo why not; exit 3'", ERR_CHILD,
	  "exit status 3: why not" },
};
TEST_ROWS(rev_tree_names_the_mistake, mistakes)
{
	_cleanup_free_ char *first = go_to_repository();
	struct rev_tree t = REV_TREE_NONE;
	struct err err = ERR_INIT;
	int r = rev_tree_open(row->within, row->rev, &t, &err);

	if (r == 0)
		r = rev_tree_build(&t, row->dir, row->build, &err);
	test_check_err(r, &err, row->code, row->text, row->label);
	rev_tree_done(&t);
}

/* The build tells its folder, and waits until it is killed. */
static NORETURN void build_for_ever(const char *fifo)
{
	_cleanup_free_ char *at = realpath(fifo, NULL);
	_cleanup_free_ char *command = xasprintf("sh -c 'pwd >%s; sleep 1000 & sleep 1000'", at);
	struct rev_tree t;
	struct err err = ERR_INIT;

	if (rev_tree_open("source", "HEAD", &t, &err) == 0 &&
	    rev_tree_build(&t, ".", command, &err) < 0)
		fprintf(stderr, "%s\n", err.msg);
	_exit(0);
}

static const struct {
	const char *label;
	int signal;
} signals[] = { { "TERM", SIGTERM }, { "INT", SIGINT }, { "KILL", SIGKILL } };
TEST_ROWS(rev_tree_is_removed_after, signals)
{
	_cleanup_free_ char *first = go_to_repository();
	_cleanup_free_ char *fifo = fs_join(".", "fifo"), *line = NULL;
	size_t cap = 0;
	pid_t child;
	FILE *f;

	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0); /* the guard becomes ours */
	child = fork();
	if (child == 0) {
		signal(row->signal, SIG_DFL); /* the test program handles some */
		build_for_ever(fifo);
	}
	f = fopen(fifo, "r");
	ck_assert_int_gt(getline(&line, &cap, f), 1);
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	ck_assert(fs_is_dir(AT_FDCWD, line));
	kill(child, row->signal);
	while (waitpid(-1, NULL, 0) > 0)
		; /* the child, its build, the guard */
	ck_assert(!fs_exists(AT_FDCWD, line));
}
