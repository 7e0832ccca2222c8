/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The results under a runs root, read once: run directories (their names do not start with "."),
 * each with its own sidecars and those one level of sub-directories down. Everything is in the
 * order of names, whatever the file system says. What cannot be read is skipped and kept as a line
 * for the person. A tree may come from anywhere: no symbolic link below the root is followed.
 *
 *	struct pool pool;
 *	pool_init(&pool);
 *	pool_load_root(&pool, root, &err);
 *	…
 *	pool_done(&pool);
 */
#ifndef STATS_POOL_H
#define STATS_POOL_H

#include "stats/hosts.h"
#include "stats/row.h"

#define POOL_FILES_MAX 2000000u

struct pool_run {
	char *name;
	struct timespec mtime;
	size_t first, n; /* of the pool's rows */
	size_t bad;      /* files that could not be read */
};

struct pool {
	struct pool_run *runs;
	size_t n_runs;
	struct row *rows;
	size_t n_rows;
	struct hosts hosts;
	struct strv bad; /* "run/file: why" */
};

void pool_init(struct pool *p);
void pool_done(struct pool *p);
#define _cleanup_pool_ CLEANUP(pool_done)

/* Every run. A root that is not there holds none. */
int pool_load_root(struct pool *p, const char *root, struct err *err) MUST_CHECK;
/* One run by name; ERR_NOT_FOUND with the nearest name, ERR_USAGE for what is no name ("../x"). */
int pool_load_run(struct pool *p, const char *root, const char *name, struct err *err) MUST_CHECK;
/* A directory of sidecars, wherever it is, as one run. */
int pool_load_dir(struct pool *p, const char *path, struct err *err) MUST_CHECK;
/* Names of the runs under the root, sorted. */
int pool_run_names(const char *root, struct strv *names, struct err *err) MUST_CHECK;
/* Each line of `bad` on stderr, once. */
void pool_tell_bad(const struct pool *p, const char *program);

#endif
