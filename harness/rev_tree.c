/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/rev_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/child.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"

#define SHORT_DIGITS 7
#define OUTPUT_MAX   (1u << 20)
#define LOG_MAX      (64u << 20)

/* The nearest folder that exists: of the path itself or above it. Absolute. The caller frees. */
static char *folder_of(const char *path)
{
	_cleanup_free_ char *at = xstrdup(path);

	for (;;) {
		char *slash;

		if (fs_is_dir(AT_FDCWD, at))
			return realpath(at, NULL);
		slash = strrchr(at, '/');
		if (!slash)
			return realpath(".", NULL);
		*(slash == at ? slash + 1 : slash) = '\0';
	}
}

/* The path as the kernel knows its folder, which alone need exist. The caller frees. */
static char *absolute(const char *path)
{
	_cleanup_free_ char *whole = realpath(path, NULL), *dir = NULL, *up = NULL;

	if (whole)
		return steal_ptr(&whole);
	up = xstrdup(path);
	if (!strrchr(up, '/'))
		dir = realpath(".", NULL);
	else {
		*strrchr(up, '/') = '\0';
		dir = realpath(*up ? up : "/", NULL);
	}
	return dir ? fs_join(dir, fs_basename(path)) : xstrdup(path);
}

/* Runs git. *out (if not NULL): the first line of its output. */
static int git(const struct strv *args, char **out, struct err *err)
{
	/* Hooks and settings of the user's repository are not for our copy. */
	static const char *const env[] = { "GIT_OPTIONAL_LOCKS=0", "GIT_LFS_SKIP_SMUDGE=1",
		                           "GIT_TERMINAL_PROMPT=0", "LC_ALL=C", NULL };
	_cleanup_strv_ struct strv argv = STRV_INIT;
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT, errout = STRBUF_INIT;

	strv_addl(&argv, "git", "-c", "safe.directory=*", "-c", "core.hooksPath=/dev/null", "-c",
	          "advice.detachedHead=false", NULL);
	strv_copy(&argv, args);
	if (child_run(&(struct child_run){ .start = { .argv = strv_argv(&argv), .env = env },
	                                   .out = &text,
	                                   .errout = &errout,
	                                   .max_bytes = OUTPUT_MAX },
	              err) < 0)
		return -(int)err->code;
	if (out)
		*out = xstrndup(strbuf_cstr(&text), strcspn(strbuf_cstr(&text), "\n"));
	return 0;
}

static int git_in(const char *dir, const char *const *args, char **out, struct err *err)
{
	_cleanup_strv_ struct strv all = STRV_INIT;

	strv_addl(&all, "-C", dir, NULL);
	for (; *args; args++)
		strv_add(&all, *args);
	return git(&all, out, err);
}
#define GIT(dir, out, err, ...) git_in(dir, (const char *const[]){ __VA_ARGS__, NULL }, out, err)

static int find(const char *within, const char *rev, struct rev_tree *t, char **commit,
                struct err *err)
{
	_cleanup_free_ char *dir = folder_of(within), *want = xasprintf("%s^{commit}", rev);
	struct err why = ERR_INIT;

	if (!dir)
		return err_path(err, errno, within);
	if (GIT(dir, &t->top, &why, "rev-parse", "--show-toplevel") < 0)
		return why.code == ERR_NOT_FOUND
		               ? err_set(err, ERR_NOT_FOUND, "git is not installed")
		               : err_set(err, ERR_NOT_FOUND, "%s is in no git repository", within);
	if (GIT(dir, commit, &why, "rev-parse", "--verify", "--quiet", "--end-of-options", want) <
	    0)
		return err_set(err, ERR_NOT_FOUND, "%s has no revision \"%s\"", t->top, rev);
	return 0;
}

static int check_out(struct rev_tree *t, const char *commit, struct err *err)
{
	t->tree = fs_join(t->scratch.path, "tree");
	if (GIT("/", NULL, err, "clone", "--quiet", "--shared", "--no-checkout", "--", t->top,
	        t->tree) < 0 ||
	    GIT(t->tree, NULL, err, "checkout", "--quiet", "--detach", commit) < 0)
		return err_wrap(err, "check out %.*s", SHORT_DIGITS, commit);
	return 0;
}

int rev_tree_open(const char *within, const char *rev, struct rev_tree *out, struct err *err)
{
	_cleanup_free_ char *commit = NULL;
	struct rev_tree t = REV_TREE_NONE;

	if (find(within, rev, &t, &commit, err) < 0 ||
	    scratch_new("build", NULL, &t.scratch, err) < 0 || check_out(&t, commit, err) < 0) {
		rev_tree_done(&t);
		return -(int)err->code;
	}
	t.commit = xstrndup(commit, SHORT_DIGITS);
	*out = t;
	return 0;
}

/* The same place in the checkout. The caller frees. */
static int copy_of(const struct rev_tree *t, const char *path, char **out, struct err *err)
{
	_cleanup_free_ char *at = absolute(path);
	size_t n = strlen(t->top);

	if (strncmp(at, t->top, n) != 0 || (at[n] && at[n] != '/'))
		return err_set(err, ERR_USAGE, "%s is not in %s, the repository of the revision",
		               path, t->top);
	*out = xasprintf("%s%s", t->tree, at + n);
	return 0;
}

/* The last line with text of the command's output. The caller frees. */
static char *last_line(const char *log)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_strv_ struct strv lines = STRV_INIT;
	struct err ignored = ERR_INIT;

	if (fs_read(AT_FDCWD, log, LOG_MAX, &text, &ignored) < 0)
		return xstrdup("");
	strv_split(&lines, strbuf_cstr(&text), "\n");
	return xstrdup(lines.n ? lines.v[lines.n - 1] : "");
}

static int run(struct rev_tree *t, const char *dir, struct strv *words, struct err *err)
{
	_cleanup_free_ char *log = fs_join(t->scratch.path, "log"), *how = NULL, *line = NULL;
	_cleanup_close_ int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	_cleanup_child_ struct child c = CHILD_INIT;

	if (fd < 0)
		return err_path(err, errno, log);
	if (child_start(&(struct child_opts){ .argv = strv_argv(words),
	                                      .dir = dir,
	                                      .out_fd = fd,
	                                      .err_fd = fd,
	                                      .pid_fd = t->scratch.fd },
	                &c, err) < 0)
		return -(int)err->code;
	if (child_wait(&c, DEADLINE_NONE, err) < 0)
		return -(int)err->code;
	scratch_idle(&t->scratch);
	if (WIFEXITED(c.status) && WEXITSTATUS(c.status) == 0)
		return 0;
	how = child_describe(&c);
	line = last_line(log);
	return err_set(err, ERR_CHILD, "%s%s%s", how, *line ? ": " : "", line);
}

int rev_tree_build(struct rev_tree *t, const char *dir, const char *command, struct err *err)
{
	_cleanup_free_ char *at = NULL, *key = NULL;
	_cleanup_strv_ struct strv words = STRV_INIT;

	if (parse_words(command, "build command", &words, err) < 0 || copy_of(t, dir, &at, err) < 0)
		return -(int)err->code;
	if (!words.n)
		return err_set(err, ERR_USAGE, "the build command is empty");
	key = xasprintf("%s\n%s", at, command);
	if (strv_has(&t->built, key))
		return 0;
	if (!fs_is_dir(AT_FDCWD, at))
		return err_set(err, ERR_NOT_FOUND, "%s has no folder %s", t->commit, dir);
	if (run(t, at, &words, err) < 0)
		return err_wrap(err, "build of %s: %s", t->commit, command);
	strv_add(&t->built, key);
	return 0;
}

int rev_tree_path(const struct rev_tree *t, const char *path, char **out, struct err *err)
{
	_cleanup_free_ char *at = NULL;

	if (copy_of(t, path, &at, err) < 0)
		return -(int)err->code;
	if (!fs_exists(AT_FDCWD, at))
		return err_set(err, ERR_NOT_FOUND, "%s has no %s%s", t->commit, path,
		               t->built.n ? ", nor does the build command make it"
		                          : ": name the command that builds it, --build CMD");
	*out = steal_ptr(&at);
	return 0;
}

void rev_tree_done(struct rev_tree *t)
{
	scratch_done(&t->scratch);
	free(t->top);
	free(t->tree);
	free(t->commit);
	strv_done(&t->built);
	*t = (struct rev_tree)REV_TREE_NONE;
}
