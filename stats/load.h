/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading the files of a pool, on all CPUs: pool.c adds paths, load_read() makes rows of them. */
#ifndef STATS_LOAD_H
#define STATS_LOAD_H

#include "stats/pool.h"

struct load_job {
	char *path;
	size_t run;
	bool ok;
	char *why; /* !ok */
	struct row row;
};

struct load {
	struct pool *pool;
	int dirfd; /* of what the paths are below; borrowed */
	struct load_job *jobs;
	size_t n;
	size_t next; /* the first job nobody took; atomic */
};

/* A sidecar of the pool's last run. */
int load_add(struct load *l, const char *path, struct err *err) MUST_CHECK;
/* Appends rows and bad files to the pool, in the order of the paths added. */
void load_read(struct load *l);
void load_done(struct load *l);

#endif
