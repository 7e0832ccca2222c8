/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commit filters as people write them. What looks like a hash is taken literally, whatever the
 * state of the tree; HEAD, tags, branches and A..B are looked up.
 */
#ifndef STATS_REV_H
#define STATS_REV_H

#include "stats/filter.h"

/* Adds the commits a value stands for, in the form of the sidecars: 7 digits, "-dirty" for the
 * HEAD of a dirty tree. What no repository knows is added as it is. `repo` NULL: the one around the
 * working directory. An empty range is ERR_USAGE. */
int rev_expand(const char *repo, const char *value, struct strv *out, struct err *err) MUST_CHECK;
/* All commit filters: project commits around the working directory, kernel commits in the tree
 * KTSTR_KERNEL names. */
int rev_expand_filters(struct filters *f, struct err *err) MUST_CHECK;

#endif
