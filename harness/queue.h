/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which test of a plan starts next. In the plan's order, with one exception: while the first test of a
 * kernel, topology and clock runs, perhaps making the machine that the others start from, those give
 * way to tests of other machines. So the machines for later tests are made while tests run. Pure.
 */
#ifndef HARNESS_QUEUE_H
#define HARNESS_QUEUE_H

#include "harness/plan.h"

struct queue {
	const struct plan *plan; /* borrowed */
	bool ahead;              /* tests give way */
	bool *taken;             /* of each test */
	size_t *machine;         /* of each test: index of the first test of its machine */
	bool *made;              /* of those: a test has ended */
	size_t first, left;      /* no test before `first` is left; how many are */
};

void queue_init(struct queue *q, const struct plan *plan, bool ahead);
void queue_done(struct queue *q);
/* The index of the next test; SIZE_MAX when none is left. */
size_t queue_take(struct queue *q);
/* That test has ended. */
void queue_ended(struct queue *q, size_t test);

#endif
