/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Turns commit filters into commits. A value that looks like a hash is used as it is, whatever the
 * state of the tree. HEAD, tags, branches and A..B are looked up in the repository.
 */
#ifndef STATS_REV_H
#define STATS_REV_H

#include "stats/filter.h"

/* Adds the commits that a value stands for, in the form that sidecars have: 7 digits, and "-dirty"
 * for the HEAD of a dirty tree. A value that the repository does not know is added as it is. `repo`
 * NULL: the repository around the working directory. An empty range is ERR_USAGE. */
int rev_expand(const char *repo, const char *value, struct strv *out, struct err *err) MUST_CHECK;
/* Expands all commit filters: project commits in the repository around the working directory,
 * kernel commits in the tree that KTSTR_KERNEL names. */
int rev_expand_filters(struct filters *f, struct err *err) MUST_CHECK;

#endif
