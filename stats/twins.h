/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs whose results have one key, kernel and project commit. A directory that has the key's name is
 * the run; one that was renamed inside the root (archived) is a run of its own, not more repeats of it.
 */
#ifndef STATS_TWINS_H
#define STATS_TWINS_H

#include "stats/pool.h"

struct twins {
	char **key;     /* of each run of the pool; NULL: it has no results */
	size_t *beside; /* the run that has the key's name, if this one has not; else TWIN_NONE */
	size_t n;
};
#define TWIN_NONE SIZE_MAX

void twins_find(const struct pool *p, struct twins *out);
void twins_done(struct twins *t);
#define _cleanup_twins_ CLEANUP(twins_done)

/* What to tell, given which runs had results that match (`seen`, one per run): runs that are left out, and
 * runs of one key that are pooled. */
void twins_notes(const struct pool *p, const struct twins *t, const bool *seen, struct strv *notes);

#endif
