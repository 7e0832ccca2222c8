/* SPDX-License-Identifier: GPL-2.0-only */
#include <git2.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "sidecar/commit.h"
#include "tests/unit/run_tree.h"
#include "tests/unit/test.h"

static char *commit_at(const char *path, bool discover)
{
	struct err err = ERR_INIT;
	char *out = xstrdup("untouched");

	free(out);
	out = NULL;
	ASSERT_OK(commit_of(path, discover, &out, &err));
	return out;
}

static char *new_repo(char **commit)
{
	char *dir = test_tmpdir();

	tree_git_init(dir);
	tree_write(dir, "tracked", "one\n");
	tree_write(dir, "sub/other", "two\n");
	tree_git_add(dir);
	*commit = tree_git_commit(dir);
	return dir;
}

static void check_commit(const char *dir, const char *commit, const char *suffix)
{
	_cleanup_free_ char *want = xasprintf("%s%s", commit, suffix);
	_cleanup_free_ char *got = commit_at(dir, true);

	ck_assert_ptr_nonnull(got);
	ck_assert_str_eq(got, want);
}

TEST(commit_clean_is_seven_digits)
{
	_cleanup_free_ char *commit = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);

	ck_assert_uint_eq(strlen(commit), 7);
	check_commit(dir, commit, "");
}

TEST(commit_worktree_change_is_dirty_and_back)
{
	_cleanup_free_ char *commit = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);

	tree_write(dir, "tracked", "changed\n");
	check_commit(dir, commit, "-dirty");
	tree_write(dir, "tracked", "one\n"); /* a new time stamp, the same content */
	check_commit(dir, commit, "");
}

/* Same size, same second: only the content differs. */
TEST(commit_change_of_equal_size_is_dirty)
{
	_cleanup_free_ char *commit = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);

	tree_write(dir, "tracked", "eno\n");
	check_commit(dir, commit, "-dirty");
}

TEST(commit_staged_change_is_dirty_even_if_undone_in_worktree)
{
	_cleanup_free_ char *commit = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);

	tree_write(dir, "tracked", "staged\n");
	tree_git_add(dir);
	check_commit(dir, commit, "-dirty");
	tree_write(dir, "tracked", "one\n");
	check_commit(dir, commit, "-dirty");
}

TEST(commit_deleted_and_mode_change_are_dirty)
{
	_cleanup_free_ char *commit = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);
	_cleanup_free_ char *path = fs_join(dir, "tracked");

	ck_assert_int_eq(chmod(path, 0755), 0);
	check_commit(dir, commit, "-dirty");
	ck_assert_int_eq(unlink(path), 0);
	check_commit(dir, commit, "-dirty");
}

TEST(commit_untracked_and_ignored_files_do_not_count)
{
	_cleanup_free_ char *commit = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);

	tree_write(dir, "untracked", "x");
	tree_write(dir, "new/dir/file", "x");
	check_commit(dir, commit, "");
}

TEST(commit_staged_new_file_is_dirty)
{
	_cleanup_free_ char *commit = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);

	tree_write(dir, "new", "x");
	tree_git_add(dir);
	check_commit(dir, commit, "-dirty");
}

static void add_submodule(const char *dir, const char *hex)
{
	git_index_entry e = { .path = "module", .mode = GIT_FILEMODE_COMMIT };
	git_repository *repo;
	git_index *index;

	git_libgit2_init();
	ck_assert_int_eq(git_repository_open(&repo, dir), 0);
	ck_assert_int_eq(git_repository_index(&index, repo), 0);
	ck_assert_int_eq(git_oid_fromstrp(&e.id, hex), 0);
	ck_assert_int_eq(git_index_add(index, &e), 0);
	ck_assert_int_eq(git_index_write(index), 0);
	git_index_free(index);
	git_repository_free(repo);
	git_libgit2_shutdown();
}

/* A submodule never makes the tree dirty: not initialised, moved in the index or dirty inside. */
TEST(commit_submodules_do_not_count)
{
	_cleanup_free_ char *commit = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);
	_cleanup_free_ char *with = NULL;

	tree_write(dir, ".gitmodules",
	           "[submodule \"module\"]\n\tpath = module\n\turl = https://example.org/m\n");
	tree_git_add(dir);
	add_submodule(dir, "1111111111111111111111111111111111111111");
	with = tree_git_commit(dir);
	check_commit(dir, with, "");
	add_submodule(dir, "2222222222222222222222222222222222222222");
	check_commit(dir, with, "");
	tree_write(dir, "module/file", "x");
	check_commit(dir, with, "");
}

TEST(commit_is_found_from_below_only_when_discovering)
{
	_cleanup_free_ char *commit = NULL, *found = NULL, *exact = NULL, *own = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);
	_cleanup_free_ char *sub = fs_join(dir, "sub");

	found = commit_at(sub, true);
	ck_assert_str_eq(found, commit);
	exact = commit_at(sub, false);
	ck_assert_ptr_null(exact);
	own = commit_at(dir, false);
	ck_assert_str_eq(own, commit);
}

TEST(commit_none_without_repository_or_with_unborn_head)
{
	_cleanup_free_ char *plain = test_tmpdir();
	_cleanup_free_ char *unborn = test_tmpdir();

	tree_git_init(unborn);
	tree_write(unborn, "file", "x");
	ck_assert_ptr_null(commit_at(unborn, true));
	tree_git_add(unborn);
	ck_assert_ptr_null(commit_at(unborn, true));
	ck_assert_ptr_null(commit_at(plain, false));
	ck_assert_ptr_null(commit_at(plain, true));
}

TEST(commit_of_detached_head_and_linked_path)
{
	_cleanup_free_ char *commit = NULL, *got = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);
	_cleanup_free_ char *holder = test_tmpdir();
	_cleanup_free_ char *link = fs_join(holder, "link");
	git_repository *repo;

	git_libgit2_init();
	ck_assert_int_eq(git_repository_open(&repo, dir), 0);
	ck_assert_int_eq(git_repository_detach_head(repo), 0);
	git_repository_free(repo);
	git_libgit2_shutdown();
	ck_assert_int_eq(symlink(dir, link), 0);
	got = commit_at(link, true);
	ck_assert_str_eq(got, commit);
}

TEST(commit_leaves_the_index_alone)
{
	_cleanup_free_ char *commit = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);
	_cleanup_free_ char *index = fs_join(dir, ".git/index");
	char before[65], after[65];
	struct err err = ERR_INIT;

	tree_write(dir, "tracked", "one\n");
	ASSERT_OK(fs_sha256(AT_FDCWD, index, before, &err));
	check_commit(dir, commit, "");
	ASSERT_OK(fs_sha256(AT_FDCWD, index, after, &err));
	ck_assert_str_eq(before, after);
}

/* For a tree of another user, the message says how to trust it. */
TEST(commit_of_a_foreign_tree_says_what_to_do)
{
	_cleanup_free_ char *commit = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);
	_cleanup_free_ char *parent = xstrndup(dir, (size_t)(fs_basename(dir) - dir));
	struct err err = ERR_INIT;
	char *out = NULL;

	if (geteuid() != 0)
		TEST_SKIP("needs root to become another user");
	ck_assert_int_eq(chmod(parent, 0755) | chmod(dir, 0755), 0);
	setenv("HOME", "/nonexistent", 1);
	ck_assert_int_eq(setuid(65534), 0);
	ASSERT_ERR(commit_of(dir, true, &out, &err), ERR_UNSUPPORTED, "safe.directory");
	ck_assert_ptr_null(out);
}

TEST(commit_of_a_broken_repository_is_an_error)
{
	_cleanup_free_ char *commit = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);
	struct err err = ERR_INIT;
	char *out = NULL;

	tree_write(dir, ".git/HEAD", "garbage\n");
	ASSERT_ERR(commit_of(dir, true, &out, &err), ERR_SYSTEM, "git");
}

/* Runs a shell line in the repository, as a user would. */
static void sh(const char *dir, const char *line)
{
	_cleanup_free_ char *cmd = xasprintf("cd '%s' && { %s; } >/dev/null 2>&1", dir, line);

	ck_assert_msg(system(cmd) == 0, "%s", cmd);
}

/* libgit2 1.5 leaks memory of PCRE2 when it refuses a repository. */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));
static void let_libgit2_leak(bool on)
{
	if (__lsan_disable && on)
		__lsan_disable();
	if (__lsan_enable && !on)
		__lsan_enable();
}

#define GIT    "git -c user.name=a -c user.email=a@b " /* the machine need not have a user of git */
#define COMMIT GIT "commit -qm x"

#define SHA256 "rm -rf .git && git init -q --object-format=sha256 && git add -A && " COMMIT

static char *head_of(const char *dir)
{
	_cleanup_free_ char *cmd = xasprintf("git -C '%s' rev-parse HEAD", dir);
	FILE *f = popen(cmd, "r");
	char hex[8] = "";

	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_nonnull(fgets(hex, sizeof(hex), f));
	pclose(f);
	return xstrdup(hex);
}

static const struct {
	const char *label, *make;
	bool dirty;
} like_git[] = {
	{ "sparse checkout", "git sparse-checkout set --no-cone /tracked && test ! -e sub/other",
	  false },
	{ "sparse checkout and a change",
	  "git sparse-checkout set --no-cone /tracked && echo two >tracked", true },
	{ "clean filter and a new time stamp",
	  "git config filter.up.clean 'tr a-z A-Z' && echo 'tracked filter=up' >.gitattributes && "
	  "git add --renormalize . && git add .gitattributes && " COMMIT " && sleep 0.01 && "
	  "touch tracked",
	  false },
	{ "clean filter and a change",
	  "git config filter.up.clean 'tr a-z A-Z' && echo 'tracked filter=up' >.gitattributes && "
	  "git add --renormalize . && git add .gitattributes && " COMMIT " && echo two >tracked",
	  true },
	{ "split index", "git update-index --split-index && touch tracked", false },
	{ "split index and a change", "git update-index --split-index && echo two >tracked", true },
	{ "an extension that libgit2 does not know",
	  "git config core.repositoryformatversion 1 && git config extensions.preciousObjects true",
	  false },
	{ "SHA-256", SHA256, false },
	{ "SHA-256 and a change", SHA256 " && echo two >tracked", true },
	{ "sparse index", "git sparse-checkout set --cone --sparse-index && test ! -e sub/other",
	  false },
	{ "sparse index and a change",
	  "git sparse-checkout set --cone --sparse-index && echo two >tracked", true },
	{ "a change that skip-worktree hides",
	  "git update-index --skip-worktree tracked && echo two >tracked", false },
	{ "a change that assume-unchanged hides",
	  "git update-index --assume-unchanged tracked && echo two >tracked", false },
	{ "a mode that does not count", "git config core.fileMode false && chmod +x tracked",
	  false },
	{ "line ends that do not count",
	  "git config core.autocrlf true && rm tracked && git checkout -q tracked && "
	  "grep -q \"$(printf '\\r')\" tracked && touch tracked",
	  false },
	{ "a new file that is announced", "echo x >new && git add -N new", true },
	{ "an index of version 4", "git update-index --index-version 4 && touch tracked", false },
	{ "a conflict",
	  "git checkout -qb b && echo b >tracked && git add -A && " COMMIT
	  " && git checkout -q - && "
	  "echo c >tracked && git add -A && " COMMIT " && ! " GIT "merge b",
	  true },
};
TEST_ROWS(commit_is_dirty_exactly_when_git_says_so, like_git)
{
	_cleanup_free_ char *commit = NULL, *head = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);

	sh(dir, row->make);
	head = head_of(dir);
	let_libgit2_leak(true);
	check_commit(dir, head, row->dirty ? "-dirty" : "");
	let_libgit2_leak(false);
}

/* Each worktree differs by itself; SHA-1 is read by libgit2, SHA-256 by git. */
static const struct {
	const char *label, *make;
} formats[] = { { "SHA-1", "true" }, { "SHA-256", SHA256 } };
TEST_ROWS(commit_of_a_linked_worktree, formats)
{
	_cleanup_free_ char *commit = NULL, *head = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);
	_cleanup_free_ char *linked = fs_join(dir, "linked"), *sub = fs_join(linked, "sub");

	sh(dir, row->make);
	sh(dir, "git worktree add -q --detach linked");
	head = head_of(dir);
	let_libgit2_leak(true);
	check_commit(sub, head, "");
	tree_write(linked, "tracked", "two\n");
	check_commit(sub, head, "-dirty");
	check_commit(dir, head, "");
	let_libgit2_leak(false);
}

TEST(commit_of_a_bare_repository)
{
	_cleanup_free_ char *commit = NULL;
	_cleanup_free_ char *dir = new_repo(&commit), *bare = fs_join(dir, "bare.git");

	sh(dir, "git clone -q --bare . bare.git");
	check_commit(bare, commit, "");
}

/* The folder "bin" is a PATH without git. */
TEST(commit_without_git_a_sparse_checkout_is_clean_and_the_rest_is_said)
{
	_cleanup_free_ char *commit = NULL, *other = NULL;
	_cleanup_free_ char *dir = new_repo(&commit), *sha256 = new_repo(&other);
	struct err err = ERR_INIT;
	char *out = NULL;

	sh(dir, "git sparse-checkout set --no-cone /tracked");
	sh(sha256, SHA256);
	setenv("PATH", "/nonexistent", 1);
	check_commit(dir, commit, "");
	let_libgit2_leak(true);
	ASSERT_ERR(commit_of(sha256, true, &out, &err), ERR_SYSTEM, "no git on the PATH");
	let_libgit2_leak(false);
}

TEST(commit_safe_directory_may_be_a_star)
{
	_cleanup_free_ char *commit = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);
	_cleanup_free_ char *parent = xstrndup(dir, (size_t)(fs_basename(dir) - dir));

	_cleanup_free_ char *home = fs_join(parent, "home");

	if (geteuid() != 0)
		TEST_SKIP("needs root to become another user");
	ck_assert_int_eq(chmod(parent, 0755) | chmod(dir, 0755), 0);
	tree_write(parent, "home/.gitconfig", "[safe]\n\tdirectory = *\n");
	ck_assert_int_eq(setenv("HOME", home, 1), 0);
	ck_assert_int_eq(setuid(65534), 0);
	check_commit(dir, commit, "");
}

/* git would take the repository above for a broken one. */
TEST(commit_of_a_broken_repository_is_not_the_one_above)
{
	_cleanup_free_ char *commit = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);
	_cleanup_free_ char *sub = fs_join(dir, "sub");
	struct err err = ERR_INIT;
	char *out = NULL;

	tree_git_init(sub);
	tree_write(sub, ".git/HEAD", "garbage\n");
	ASSERT_ERR(commit_of(sub, true, &out, &err), ERR_SYSTEM, "git");
}

static void *probe(void *dir)
{
	return commit_at(dir, true);
}

TEST(commit_probes_may_run_at_once)
{
	_cleanup_free_ char *commit = NULL;
	_cleanup_free_ char *dir = new_repo(&commit);
	pthread_t t[8];

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		ck_assert_int_eq(pthread_create(&t[i], NULL, probe, dir), 0);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		void *got;

		pthread_join(t[i], &got);
		ck_assert_str_eq(got, commit);
		free(got);
	}
}
