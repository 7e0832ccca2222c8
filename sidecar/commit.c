/* SPDX-License-Identifier: GPL-2.0-only */
#include "sidecar/commit.h"

#include <git2.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/git.h"
#include "base/mem.h"

#define HEX_DIGITS 7

/* Starting libgit2 takes about 15 ms (it loads certificates), so it is started once and kept. */
static pthread_once_t started = PTHREAD_ONCE_INIT;
static int start_rc;

static void start(void)
{
	start_rc = git_libgit2_init();
}

struct probe {
	git_repository *repo;
	git_object *head; /* the commit */
	git_index *index;
	bool dirty; /* what libgit2 thinks */
};

static void probe_done(struct probe *p)
{
	git_index_free(p->index);
	git_object_free(p->head);
	git_repository_free(p->repo);
}

static const char *git_message(void)
{
	const git_error *e = git_error_last();

	return e && e->message ? e->message : "no reason given";
}

/* libgit2 1.5 returns GIT_ENOTFOUND (about the setting safe.directory) in place of GIT_EOWNER. */
static bool is_foreign(int rc)
{
	const git_error *e = git_error_last();

	return rc == GIT_EOWNER || (rc == GIT_ENOTFOUND && e && e->klass == GIT_ERROR_CONFIG);
}

static int open_error(int rc, const char *path, struct err *err)
{
	if (is_foreign(rc))
		return err_set(err, ERR_UNSUPPORTED,
		               "the repository around %s belongs to another user; to trust it: "
		               "git config --global --add safe.directory <its path>",
		               path);
	return err_set(err, ERR_SYSTEM, "git: %s: %s", path, git_message());
}

/* 1: opened, and HEAD is a commit. 0: no repository or no commit. */
static int probe_open(struct probe *p, const char *path, bool discover, struct err *err)
{
	unsigned int how = discover ? GIT_REPOSITORY_OPEN_CROSS_FS : GIT_REPOSITORY_OPEN_NO_SEARCH;
	int rc;

	rc = git_repository_open_ext(&p->repo, path, how, NULL);
	if (rc == GIT_ENOTFOUND && !is_foreign(rc))
		return 0;
	if (rc < 0)
		return open_error(rc, path, err);
	rc = git_revparse_single(&p->head, p->repo, "HEAD^{commit}");
	if (rc == GIT_EUNBORNBRANCH || rc == GIT_ENOTFOUND)
		return 0;
	if (rc < 0)
		return err_set(err, ERR_SYSTEM, "git: HEAD of %s: %s", path, git_message());
	return 1;
}

/* Left out of the worktree on purpose: a sparse checkout. */
static bool is_skipped(const struct probe *p, const char *path)
{
	const git_index_entry *e = p->index ? git_index_get_bypath(p->index, path, 0) : NULL;

	return e && e->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE;
}

/* Stops at the first difference. Submodules do not count. */
static int on_delta(const git_diff *so_far, const git_diff_delta *d, const char *pathspec,
                    void *arg)
{
	struct probe *p = arg;

	(void)so_far;
	(void)pathspec;
	if (d->old_file.mode == GIT_FILEMODE_COMMIT || d->new_file.mode == GIT_FILEMODE_COMMIT)
		return 1; /* skip it */
	if (d->status == GIT_DELTA_UNTRACKED || d->status == GIT_DELTA_IGNORED)
		return 1;
	if (d->status == GIT_DELTA_DELETED && is_skipped(p, d->old_file.path))
		return 1;
	p->dirty = true;
	return GIT_EUSER; /* stop */
}

static int compare(struct probe *p)
{
	git_diff_options o = GIT_DIFF_OPTIONS_INIT;
	git_tree *tree = NULL;
	git_diff *diff = NULL;
	int rc;

	o.ignore_submodules = GIT_SUBMODULE_IGNORE_ALL;
	o.notify_cb = on_delta;
	o.payload = p;
	rc = git_commit_tree(&tree, (git_commit *)p->head);
	if (rc == 0)
		rc = git_diff_tree_to_index(&diff, p->repo, tree, NULL, &o);
	git_diff_free(diff);
	diff = NULL;
	if (rc == 0)
		rc = git_repository_index(&p->index, p->repo);
	if (rc == 0)
		rc = git_diff_index_to_workdir(&diff, p->repo, p->index, &o);
	git_diff_free(diff);
	git_tree_free(tree);
	return p->dirty ? 0 : rc;
}

/* What libgit2 says. *out stays NULL when there is no repository or no commit. */
static int ask_libgit2(const char *path, bool discover, char **out, bool *dirty, struct err *err)
{
	CLEANUP(probe_done) struct probe p = { 0 };
	char hex[GIT_OID_HEXSZ + 1];
	int rc = probe_open(&p, path, discover, err);

	if (rc <= 0)
		return rc;
	if (!git_repository_is_bare(p.repo) && compare(&p) < 0)
		return err_set(err, ERR_SYSTEM, "git: differences of %s: %s", path, git_message());
	git_oid_tostr(hex, sizeof(hex), git_object_id(p.head));
	*out = xstrndup(hex, HEX_DIGITS);
	*dirty = p.dirty;
	return 0;
}

/* What git says. A bare repository has no worktree to differ. */
static int ask_git(const char *path, char **out, bool *dirty, struct err *err)
{
	static const char *const head[] = { "rev-parse", "--verify", "HEAD^{commit}", NULL };
	static const char *const inside[] = { "rev-parse", "--is-inside-work-tree", NULL };
	static const char *const changes[] = { "status", "--porcelain", "--untracked-files=no",
		                               "--ignore-submodules=all", NULL };
	_cleanup_free_ char *hex = NULL, *tree = NULL, *first = NULL;

	if (git_ask(path, head, &hex, err) < 0 || git_ask(path, inside, &tree, err) < 0)
		return -(int)err->code;
	if (streq(tree, "true") && git_ask(path, changes, &first, err) < 0)
		return -(int)err->code;
	*out = xstrndup(hex, HEX_DIGITS);
	*dirty = first && *first;
	return 0;
}

/* The folder that has the .git: `path`, or with discover one above it. NULL: none. The caller frees. */
static char *folder_of(const char *path, bool discover)
{
	char *dir = realpath(path, NULL);

	while (dir) {
		_cleanup_free_ char *dot_git = fs_join(dir, ".git");
		char *slash = strrchr(dir, '/');

		if (fs_exists(AT_FDCWD, dot_git))
			return dir;
		if (!discover || slash == dir)
			break;
		*slash = '\0';
	}
	free(dir);
	return NULL;
}

/* libgit2 cannot read the repository, so git is asked. */
static int ask_instead(const char *folder, char **out, bool *dirty, struct err *err)
{
	struct err other = ERR_INIT;
	_cleanup_free_ char *why = xstrdup(err->msg);

	if (!folder)
		return -(int)err->code;
	if (ask_git(folder, out, dirty, &other) == 0) {
		err_clear(err);
		return 0;
	}
	if (other.code == ERR_NOT_FOUND)
		return err_set(err, err->code, "%s; and there is no git on the PATH to ask", why);
	return err->code == ERR_UNSUPPORTED ? -(int)err->code
	                                    : err_set(err, err->code, "%s; %s", why, other.msg);
}

/* libgit2 sees a difference. Without a git, its word counts. */
static void ask_again(const char *folder, bool *dirty)
{
	struct err ignored = ERR_INIT;
	char *hex = NULL;

	(void)!ask_git(folder, &hex, dirty, &ignored);
	free(hex);
}

int commit_of(const char *path, bool discover, char **out, struct err *err)
{
	_cleanup_free_ char *hex = NULL, *folder = NULL;
	bool dirty = false;
	int rc;

	pthread_once(&started, start);
	if (start_rc < 0)
		return err_set(err, ERR_SYSTEM, "git: %s", git_message());
	rc = ask_libgit2(path, discover, &hex, &dirty, err);
	if (rc < 0 || dirty)
		folder = folder_of(path, discover);
	if (rc < 0 && ask_instead(folder, &hex, &dirty, err) < 0)
		return -(int)err->code;
	if (rc == 0 && dirty && folder)
		ask_again(folder, &dirty);
	*out = hex ? xasprintf("%s%s", hex, dirty ? "-dirty" : "") : NULL;
	return 0;
}
