/* SPDX-License-Identifier: GPL-2.0-only */
#include "sidecar/commit.h"

#include <git2.h>
#include <pthread.h>

#include "base/cleanup.h"
#include "base/mem.h"

#define HEX_DIGITS 7

/* Starting libgit2 takes some 15 ms (it loads certificates), so it is started once and stays. */
static pthread_once_t started = PTHREAD_ONCE_INIT;
static int start_rc;

static void start(void)
{
	start_rc = git_libgit2_init();
}

struct probe {
	git_repository *repo;
	git_object *head; /* the commit */
};

static void probe_done(struct probe *p)
{
	git_object_free(p->head);
	git_repository_free(p->repo);
}

static const char *git_message(void)
{
	const git_error *e = git_error_last();

	return e && e->message ? e->message : "no reason given";
}

/* libgit2 1.5 says GIT_ENOTFOUND, of the setting safe.directory, where it means GIT_EOWNER. */
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

/* 1: opened and HEAD is a commit, 0: there is none. */
static int probe_open(struct probe *p, const char *path, bool discover, struct err *err)
{
	unsigned int how = discover ? GIT_REPOSITORY_OPEN_CROSS_FS : GIT_REPOSITORY_OPEN_NO_SEARCH;
	int rc;

	git_error_clear();
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

/* One difference is enough; a change of a submodule is none. */
static int on_delta(const git_diff *so_far, const git_diff_delta *d, const char *pathspec,
                    void *dirty)
{
	(void)so_far;
	(void)pathspec;
	if (d->old_file.mode == GIT_FILEMODE_COMMIT || d->new_file.mode == GIT_FILEMODE_COMMIT)
		return 1; /* leave it out */
	if (d->status == GIT_DELTA_UNTRACKED || d->status == GIT_DELTA_IGNORED)
		return 1;
	*(bool *)dirty = true;
	return GIT_EUSER; /* stop */
}

static int is_dirty(const struct probe *p, bool *dirty)
{
	git_diff_options o = GIT_DIFF_OPTIONS_INIT;
	git_tree *tree = NULL;
	git_diff *diff = NULL;
	int rc;

	o.ignore_submodules = GIT_SUBMODULE_IGNORE_ALL;
	o.notify_cb = on_delta;
	o.payload = dirty;
	rc = git_commit_tree(&tree, (git_commit *)p->head);
	if (rc == 0)
		rc = git_diff_tree_to_index(&diff, p->repo, tree, NULL, &o);
	git_diff_free(diff);
	diff = NULL;
	if (rc == 0)
		rc = git_diff_index_to_workdir(&diff, p->repo, NULL, &o);
	git_diff_free(diff);
	git_tree_free(tree);
	return *dirty ? 0 : rc;
}

int commit_of(const char *path, bool discover, char **out, struct err *err)
{
	CLEANUP(probe_done) struct probe p = { 0 };
	char hex[GIT_OID_HEXSZ + 1];
	bool dirty = false;
	int rc;

	pthread_once(&started, start);
	if (start_rc < 0)
		return err_set(err, ERR_SYSTEM, "git: %s", git_message());
	rc = probe_open(&p, path, discover, err);
	if (rc < 0)
		return rc;
	if (rc == 0) {
		*out = NULL;
		return 0;
	}
	if (!git_repository_is_bare(p.repo) && is_dirty(&p, &dirty) < 0)
		return err_set(err, ERR_SYSTEM, "git: differences of %s: %s", path, git_message());
	git_oid_tostr(hex, sizeof(hex), git_object_id(p.head));
	*out = xasprintf("%.*s%s", HEX_DIGITS, hex, dirty ? "-dirty" : "");
	return 0;
}
