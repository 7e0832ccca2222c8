/* SPDX-License-Identifier: GPL-2.0-only */
/* Compares the verifier's figures of a scheduler on a kernel, before and after a change, against a
 * budget. Pure. */
#ifndef HARNESS_GROWTH_H
#define HARNESS_GROWTH_H

#include "harness/budget.h"

struct growth_row {
	const char *scheduler, *kernel; /* borrowed */
	const char *program;            /* borrowed; NULL: all programs together */
	enum figure figure;
	uint64_t before, after; /* U64_NONE: not known, or there is no such program */
	double growth_pct;      /* NaN: one of the two is not known; inf: from 0 */
	double allowed_pct;     /* of growth; NaN: any */
	double limit;           /* of `after`, in the figure's unit; NaN: none */
	bool over_growth, over_limit;
};
struct growth {
	struct growth_row *v;
	size_t n;
	size_t compared; /* rows of whole schedulers with a figure before and after */
};

/* Adds the rows of one scheduler on one kernel: for each figure that of all programs together, then
 * each program's. before, after: NULL or without programs if nothing is known. */
void growth_add(struct growth *g, const char *scheduler, const char *kernel,
                const struct figures *before, const struct figures *after, const struct budget *b);
bool growth_over(const struct growth_row *r);
/* It is not as it was. */
bool growth_changed(const struct growth_row *r);
/* The first program that the budget names for a scheduler in `g` but that has no row; NULL: none. */
const struct budget_program *growth_unknown_program(const struct growth *g, const struct budget *b);
void growth_done(struct growth *g);

#endif
