/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/run_figures.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "sidecar/rundir.h"

char *run_figures_folder(const char *run)
{
	_cleanup_free_ char *root = rundir_root(), *path = fs_join(root, run);

	if (strchr(run, '/'))
		return fs_is_dir(AT_FDCWD, run) ? xstrdup(run) : NULL;
	return fs_is_dir(AT_FDCWD, path) ? steal_ptr(&path) : NULL;
}

static struct run_scheduler *entry_of(struct run_figures *r, const struct sidecar *s)
{
	struct run_scheduler *e;

	for (size_t i = 0; i < r->n; i++)
		if (streq(r->v[i].scheduler, s->scheduler) &&
		    streq_null(r->v[i].kernel_version, s->kernel_version))
			return &r->v[i];
	e = xgrow(r->v, r->n);
	e->scheduler = xstrdup(s->scheduler);
	e->kernel_version = xstrdup(s->kernel_version);
	return e;
}

static void take(struct run_figures *r, const struct sidecar *s)
{
	struct run_scheduler *e;

	if (!s->verifier_stats.n)
		return;
	e = entry_of(r, s);
	if (e->timestamp && s->timestamp && strcmp(e->timestamp, s->timestamp) >= 0)
		return;
	figures_done(&e->figures);
	free(e->timestamp);
	e->timestamp = xstrdup(s->timestamp);
	figures_of_sidecar(s, &e->figures);
}

int run_figures_read(const char *folder, struct run_figures *out, struct err *err)
{
	_cleanup_close_ int dirfd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct run_figures r = { .path = xstrdup(folder) };
	int ret = dirfd < 0 ? err_path(err, errno, folder) : fs_list(dirfd, ".", &names, err);

	for (size_t i = 0; ret == 0 && i < names.n; i++) {
		struct sidecar s;

		if (!sidecar_is_file_name(names.v[i]))
			continue;
		json_init(&sidecar_table, &s);
		ret = sidecar_read(dirfd, names.v[i], &s, err);
		if (ret == 0)
			take(&r, &s);
		json_done(&sidecar_table, &s);
	}
	if (ret == 0 && !r.n)
		ret = err_set(
			err, ERR_NOT_FOUND,
			"%s: no test of it has a sched_ext object whose verifier figures were "
			"recorded",
			folder);
	if (ret < 0) {
		run_figures_done(&r);
		return ret;
	}
	*out = r;
	return 0;
}

const struct figures *run_figures_find(const struct run_figures *r, const char *scheduler,
                                       const char *kernel_version)
{
	for (size_t i = 0; i < r->n; i++)
		if (streq(r->v[i].scheduler, scheduler) &&
		    streq_null(r->v[i].kernel_version, kernel_version))
			return &r->v[i].figures;
	return NULL;
}

void run_figures_done(struct run_figures *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->v[i].scheduler);
		free(r->v[i].kernel_version);
		free(r->v[i].timestamp);
		figures_done(&r->v[i].figures);
	}
	free(r->v);
	free(r->path);
	*r = (struct run_figures){ 0 };
}
