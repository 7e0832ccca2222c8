/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <math.h>
#include <stdio.h>

#include "base/json.h"
#include "harness/judge/fair.h"

#define TOP      U32_NONE
#define NO_CAP   INFINITY
#define CPUS_MAX 8
#define NODES    8

/* A leaf's CPUs as a string of digits; NULL: a group. */
struct want {
	uint32_t parent;
	double weight, cap;
	const char *cpus;
	double share;
};

static const struct {
	const char *label;
	uint32_t cpus;
	struct want node[NODES]; /* up to the first without a weight */
} cases[] = {
	{ "equals share", 2, { { TOP, 1, 2, "01", 1 }, { TOP, 1, 2, "01", 1 } } },
	{ "by weight", 3, { { TOP, 1, 3, "012", 1 }, { TOP, 2, 3, "012", 2 } } },
	{ "no more than there are workers",
	  4,
	  { { TOP, 100, 1, "0123", 1 }, { TOP, 1, 8, "0123", 3 } } },
	{ "nobody fills the machine", 4, { { TOP, 1, 1, "0123", 1 }, { TOP, 1, 2, "0123", 2 } } },
	{ "own CPUs each", 2, { { TOP, 1, 9, "0", 1 }, { TOP, 99, 9, "1", 1 } } },
	/* b may only use CPU 0, so a leaves it to b */
	{ "the one with a choice gives way", 2, { { TOP, 1, 2, "01", 1 }, { TOP, 1, 2, "0", 1 } } },
	{ "a weight counts where CPUs are shared",
	  2,
	  { { TOP, 3, 1, "0", 0.75 }, { TOP, 1, 1, "0", 0.25 }, { TOP, 1, 1, "1", 1 } } },
	{ "overlapping sets",
	  3,
	  { { TOP, 1, 3, "01", 1 }, { TOP, 1, 3, "12", 1 }, { TOP, 1, 3, "02", 1 } } },
	{ "a chain of sets: the crowded end holds less",
	  3,
	  { { TOP, 1, 3, "0", 0.5 }, { TOP, 1, 3, "0", 0.5 }, { TOP, 1, 3, "012", 2 } } },
	{ "groups share by their own weight, whatever is in them",
	  2,
	  { { TOP, 1, NO_CAP, NULL, 1 },
	    { TOP, 1, NO_CAP, NULL, 1 },
	    { 0, 1, 2, "01", 0.5 },
	    { 0, 1, 2, "01", 0.5 },
	    { 1, 1, 2, "01", 1 } } },
	{ "what a member leaves goes to its group",
	  2,
	  { { TOP, 1, NO_CAP, NULL, 1 },
	    { TOP, 1, NO_CAP, NULL, 1 },
	    { 0, 1, 0.1, "01", 0.1 },
	    { 0, 1, 2, "01", 0.9 },
	    { 1, 1, 2, "01", 1 } } },
	{ "a group's limit",
	  2,
	  { { TOP, 1, 0.5, NULL, 0.5 },
	    { TOP, 1, NO_CAP, NULL, 1.5 },
	    { 0, 1, 2, "01", 0.25 },
	    { 0, 1, 2, "01", 0.25 },
	    { 1, 1, 2, "01", 1.5 } } },
	{ "nested groups",
	  4,
	  { { TOP, 1, NO_CAP, NULL, 4 },
	    { 0, 1, NO_CAP, NULL, 1 },
	    { 0, 3, NO_CAP, NULL, 3 },
	    { 1, 1, 4, "0123", 1 },
	    { 2, 1, 4, "0123", 1.5 },
	    { 2, 1, 4, "0123", 1.5 } } },
	{ "nothing wanted", 2, { { TOP, 1, 0, "01", 0 }, { TOP, 1, 2, "01", 2 } } },
	{ "a group without members", 1, { { TOP, 1, NO_CAP, NULL, 0 }, { TOP, 1, 1, "0", 1 } } },
	{ "a hog pinned beside many", 4, { { TOP, 1, 1, "0", 1 }, { TOP, 1, 8, "0123", 3 } } },
};
TEST_ROWS(fair_share, cases)
{
	static bool mask[NODES][CPUS_MAX];
	struct fair_node nodes[NODES];
	double share[NODES];
	size_t n = 0;

	for (; n < NODES && row->node[n].weight > 0; n++) {
		const struct want *w = &row->node[n];

		for (const char *c = w->cpus; c && *c; c++)
			mask[n][*c - '0'] = true;
		nodes[n] = (struct fair_node){ w->parent, w->weight, w->cap,
			                       w->cpus ? mask[n] : NULL };
	}
	fair_shares(nodes, n, row->cpus, share);
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(fabs(share[i] - row->node[i].share) < 1e-6, "node %zu: %g, not %g", i,
		              share[i], row->node[i].share);
}

TEST(fair_many_rivals_fill_the_machine)
{
	enum {
		LEAVES = 60,
		CPUS = 64
	};
	static bool mask[LEAVES][CPUS];
	struct fair_node nodes[LEAVES];
	double share[LEAVES], sum = 0;

	for (uint32_t i = 0; i < LEAVES; i++) {
		for (uint32_t c = 0; c < CPUS; c++)
			mask[i][c] = (c + i) % 7 < 4;
		nodes[i] = (struct fair_node){ TOP, 1 + i % 5, 1 + i % 9, mask[i] };
	}
	fair_shares(nodes, LEAVES, CPUS, share);
	for (uint32_t i = 0; i < LEAVES; i++) {
		ck_assert_double_ge(share[i], 0);
		ck_assert_double_le(share[i], nodes[i].cap + 1e-6);
		sum += share[i];
	}
	ck_assert_double_eq_tol(sum, CPUS, 1e-5);
}

TEST(fair_nice_weights_are_the_kernels)
{
	ck_assert_double_eq(fair_nice_weight(0), 1024);
	ck_assert_double_eq(fair_nice_weight(-20), 88761);
	ck_assert_double_eq(fair_nice_weight(19), 15);
	ck_assert_double_eq(fair_nice_weight(40), 15);
	for (int n = -19; n <= 19; n++)
		ck_assert_double_gt(fair_nice_weight(n - 1), fair_nice_weight(n));
}
