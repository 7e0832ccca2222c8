/* SPDX-License-Identifier: GPL-2.0-only */
/* The two sides of a comparison: the results on each, the sides' labels, notes for the reader, and
 * why nothing pairs. */
#ifndef STATS_SELECT_H
#define STATS_SELECT_H

#include "stats/pair.h"
#include "stats/pool.h"

#define RUN_ANY SIZE_MAX

struct selection {
	struct rows side[SIDES];
	char *label[SIDES];   /* "kernel 6.14" */
	unsigned int slicing; /* bits of the dimensions in which the sides' filters differ */
	unsigned int parts;   /* of the join's key */
	bool by_run;
	struct strv notes; /* about runs: left out, pooled */
};

struct select_opts {
	const struct filters *filters;
	const char *run_id; /* only results of this invocation; NULL: of any */
	size_t run[SIDES];  /* index into the pool's runs when A and B are named, else RUN_ANY */
	const struct strv *filter; /* patterns (base/pick.h) for what a test is called; or NULL */
};

/* ERR_USAGE: the sides are the same, or a result is on both. ERR_NOT_FOUND: a side is empty; the
 * message names the filter that matches no result, and the values that exist. */
int select_sides(const struct pool *p, const struct select_opts *o, struct selection *out,
                 struct err *err) MUST_CHECK;
void selection_done(struct selection *s);
#define _cleanup_selection_ CLEANUP(selection_done)
/* Lines for the header: dimensions in which a side is mixed, or in which the sides differ without
 * having been filtered so. */
void selection_notes(const struct selection *s, struct strv *notes);
/* Sets err to the reason why no result of A pairs with one of B, and the options that help. */
void selection_diagnose(const struct selection *s, struct err *err);

/* Sets err to the reason why no result of the pool matches the shared filters and, if `picked`, -E: names
 * the filter that none matches, and the values that exist. */
int select_nothing(const struct pool *p, const struct filters *f, bool picked, struct err *err)
	MUST_CHECK;

#endif
