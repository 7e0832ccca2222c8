/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/rev.h"

#include <git2.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/variable.h"
#include "sidecar/commit.h"

#define SHORT_HEX 7
#define RANGE_MAX 100000 /* commits */

static void put_repo(git_repository **r)
{
	git_repository_free(*r);
}

static void put_object(git_object **o)
{
	git_object_free(*o);
}

static void put_walk(git_revwalk **w)
{
	git_revwalk_free(*w);
}

static git_repository *open_repo(const char *path)
{
	git_repository *repo = NULL;

	if (path ? git_repository_open(&repo, path) : git_repository_open_ext(&repo, ".", 0, NULL))
		return NULL;
	return repo;
}

static void short_hex(const git_oid *id, char *hex)
{
	git_oid_tostr(hex, SHORT_HEX + 1, id);
}

/* Only the HEAD of a dirty tree gets "-dirty". */
static int add_commit(const char *path, const git_oid *id, struct strv *out, struct err *err)
{
	_cleanup_free_ char *head = NULL;
	char hex[SHORT_HEX + 1];

	short_hex(id, hex);
	if (commit_of(path ? path : ".", !path, &head, err) < 0)
		return -(int)err->code;
	strv_add(out, head && starts_with(head, hex) ? head : hex);
	return 0;
}

static int add_range(git_repository *repo, const char *range, struct strv *out, struct err *err)
{
	CLEANUP(put_walk) git_revwalk *walk = NULL;
	char hex[SHORT_HEX + 1];
	size_t n = 0;
	git_oid id;

	if (git_revwalk_new(&walk, repo) || git_revwalk_push_range(walk, range))
		return err_set(err, ERR_USAGE, "cannot walk the commits of \"%s\"", range);
	for (; git_revwalk_next(&id, walk) == 0; n++) {
		if (n == RANGE_MAX)
			return err_set(err, ERR_LIMIT, "\"%s\" has more than %d commits", range,
			               RANGE_MAX);
		short_hex(&id, hex);
		strv_add(out, hex);
	}
	if (!n)
		return err_set(err, ERR_USAGE, "the range \"%s\" is empty", range);
	return 0;
}

static int expand_in(git_repository *repo, const char *path, const char *value, struct strv *out,
                     struct err *err)
{
	CLEANUP(put_object) git_object *from = NULL, *to = NULL, *commit = NULL;
	git_revspec spec = { 0 };
	int rc = git_revparse(&spec, repo, value);

	from = spec.from;
	to = spec.to;
	if (rc == 0 && spec.flags & GIT_REVPARSE_RANGE && !(spec.flags & GIT_REVPARSE_MERGE_BASE))
		return add_range(repo, value, out, err);
	if (rc == 0 && spec.flags & GIT_REVPARSE_SINGLE &&
	    git_object_peel(&commit, from, GIT_OBJECT_COMMIT) == 0)
		return add_commit(path, git_object_id(commit), out, err);
	strv_add(out, value);
	return 0;
}

int rev_expand(const char *path, const char *value, struct strv *out, struct err *err)
{
	CLEANUP(put_repo) git_repository *repo = NULL;
	int rc = 0;

	if (dim_is_hash(value)) {
		strv_add(out, value);
		return 0;
	}
	git_libgit2_init();
	repo = open_repo(path);
	if (repo)
		rc = expand_in(repo, path, value, out, err);
	else
		strv_add(out, value);
	return rc;
}

static int expand_all(const char *path, struct strv *values, struct err *err)
{
	_cleanup_strv_ struct strv out = STRV_INIT;

	strv_each (values, i)
		if (rev_expand(path, values->v[i], &out, err) < 0)
			return -(int)err->code;
	strv_done(values);
	*values = out;
	out = (struct strv)STRV_INIT;
	return 0;
}

int rev_expand_filters(struct filters *f, struct err *err)
{
	const char *kernel = variable_get(VAR_KTSTR_KERNEL);

	if (!kernel || !fs_is_dir(AT_FDCWD, kernel))
		kernel = ""; /* no repository: the values are used as they are */
	for (int s = 0; s < FILTER_SETS; s++) {
		if (expand_all(NULL, &f->set[s].want[DIM_PROJECT_COMMIT], err) < 0)
			return err_wrap(err, "--project-commit");
		if (expand_all(kernel, &f->set[s].want[DIM_KERNEL_COMMIT], err) < 0)
			return err_wrap(err, "--kernel-commit");
	}
	return 0;
}
