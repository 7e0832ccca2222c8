/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The results of a scan, read once into rows. A file that cannot be read is skipped; a line in
 * `bad` says why.
 */
#ifndef STATS_POOL_H
#define STATS_POOL_H

#include "stats/hosts.h"
#include "stats/row.h"
#include "stats/scan.h"

struct pool_run {
	char *name;
	struct timespec mtime;
	dev_t dev;
	ino_t ino;
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

/* A directory without sidecars is no run. */
bool pool_is_run(const struct pool_run *r);

void pool_init(struct pool *p);
void pool_done(struct pool *p);
#define _cleanup_pool_ CLEANUP(pool_done)

/* Appends the scan's runs and their results, in the scan's order. Reads the files on all CPUs. */
void pool_read(struct pool *p, const struct scan *s);

#endif
