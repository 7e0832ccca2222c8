/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The budget of `harness verify`: how much the verifier's figures of a scheduler may grow, and how large
 * they may be.
 *
 *	growth: { insns: 5 }			# percent, of each scheduler
 *	limits: { stack_bytes: 256 }
 *	schedulers:
 *	  - name: mine
 *	    growth: { insns: 20 }
 *	    programs:
 *	      - name: mine_enqueue
 *	        limits: { insns: 5000 }
 */
#ifndef HARNESS_BUDGET_H
#define HARNESS_BUDGET_H

#include "harness/figures.h"
#include "yaml/yaml_read.h"

/* One member per figure, named as its key, in the figure's unit. NULL: not given. */
struct budget_numbers {
#define X(e, key, unit, factor, roll_up, doc) double *key;
	FIGURES(X)
#undef X
};

struct budget_program {
	const struct yaml_place *at;
	char *name;
	struct budget_numbers *growth, *limits;
};
struct budget_scheduler {
	const struct yaml_place *at;
	char *name;
	struct budget_numbers *growth, *limits; /* of all its programs together */
	struct budget_program *programs;
	uint32_t programs_count;
};
struct budget {
	struct budget_numbers *growth, *limits; /* of each scheduler that says nothing itself */
	struct budget_scheduler *schedulers;
	uint32_t schedulers_count;
	struct yaml_tree *tree; /* holds the places; not a key */
};

/* Without a file: this many percent of every figure but the time. */
#define BUDGET_GROWTH_PCT 10

/* ERR_FORMAT for a mistake; the message begins with file, line and key. */
int budget_load(const char *path, struct budget **out, struct err *err) MUST_CHECK;
void budget_free(struct budget **b);
/* The greatest growth in percent; NaN: any. program NULL: of all its programs together. b may be NULL. */
double budget_growth(const struct budget *b, const char *scheduler, const char *program,
                     enum figure figure);
/* The largest value, in the figure's unit; NaN: any. */
double budget_limit(const struct budget *b, const char *scheduler, const char *program,
                    enum figure figure);

#endif
