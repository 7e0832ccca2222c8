/* SPDX-License-Identifier: GPL-2.0-only */
/* The two sides of a comparison: who is on them, what they are called, what to know about them
 * before reading the table, and why nothing came of it. */
#ifndef STATS_SELECT_H
#define STATS_SELECT_H

#include "stats/pair.h"
#include "stats/pool.h"

#define RUN_ANY SIZE_MAX

struct selection {
	struct rows side[SIDES];
	char *label[SIDES];   /* "kernel 6.14" */
	unsigned int slicing; /* dimensions */
	unsigned int parts;   /* of the join */
	bool by_run;
};

struct select_opts {
	const struct filters *filters;
	size_t run[SIDES];     /* of the pool: A and B were named; else RUN_ANY */
	const char *substring; /* of "test topology scheduler work_type flags"; or NULL */
};

/* ERR_USAGE when nothing tells the sides apart or a result is on both, ERR_NOT_FOUND when a side is
 * empty: the message says which filter nothing matched, and what there is. */
int select_sides(const struct pool *p, const struct select_opts *o, struct selection *out,
                 struct err *err) MUST_CHECK;
void selection_done(struct selection *s);
#define _cleanup_selection_ CLEANUP(selection_done)
/* Lines for the header: dimensions that differ although nobody asked. */
void selection_notes(const struct selection *s, struct strv *notes);
/* Why no result of A has a partner on B, and the options that would mend it. */
void selection_diagnose(const struct selection *s, struct err *err);

#endif
