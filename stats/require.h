/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run and the files beside it must have: the contract of its artefacts (docs/objectives.md).
 *
 *	require_load(path, &r, &err);
 *	require_check(r, &scan, &pool, &defects);	the pool was read from the scan
 */
#ifndef STATS_REQUIRE_H
#define STATS_REQUIRE_H

#include "yaml/yaml_read.h"
#include "stats/pool.h"

struct require_result {
	const struct yaml_place *at;
	char *test;
	struct strv labels, metrics, order, keys;
	uint32_t repeats;
};

struct require {
	const struct yaml_place *at;
	struct require_result *results;
	uint32_t results_count;
	char *summary;
	struct strv rows, files;
	struct yaml_tree *tree; /* holds the places; not a key */
};
extern const struct yaml_table require_table, require_result_table;

/* ERR_USAGE for every mistake in the file; the message begins with file, line and key. */
int require_load(const char *path, struct require **out, struct err *err) MUST_CHECK;
void require_free(struct require **r);
#define _cleanup_require_ CLEANUP(require_free)
/* Adds a line for each thing that is missing or wrong. */
void require_check(const struct require *r, const struct scan *s, const struct pool *p,
                   struct strv *defects);

#endif
