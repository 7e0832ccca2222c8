/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/queue.h"

#include <stdlib.h>

#include "base/mem.h"

static bool share_machine(const struct test *a, const struct test *b)
{
	return a->kernel == b->kernel && a->clock == b->clock &&
	       memcmp(&a->topo, &b->topo, sizeof(a->topo)) == 0;
}

static size_t machine_of(const struct queue *q, size_t test)
{
	const struct test *t = q->plan->tests;

	for (size_t i = 0; i < test; i++)
		if (q->machine[i] == i && share_machine(&t[i], &t[test]))
			return i;
	return test;
}

void queue_init(struct queue *q, const struct plan *plan, bool ahead)
{
	*q = (struct queue){ .plan = plan,
		             .ahead = ahead,
		             .taken = xcalloc(plan->n, sizeof(*q->taken)),
		             .machine = xcalloc(plan->n, sizeof(*q->machine)),
		             .made = xcalloc(plan->n, sizeof(*q->made)),
		             .left = plan->n };
	for (size_t i = 0; ahead && i < plan->n; i++)
		q->machine[i] = machine_of(q, i);
}

void queue_done(struct queue *q)
{
	free(q->taken);
	free(q->machine);
	free(q->made);
}

static bool gives_way(const struct queue *q, size_t test)
{
	size_t first = q->machine[test];

	return q->ahead && q->taken[first] && !q->made[first];
}

size_t queue_take(struct queue *q)
{
	size_t n = q->plan->n, next;

	while (q->first < n && q->taken[q->first])
		q->first++;
	next = q->first;
	while (next < n && (q->taken[next] || gives_way(q, next)))
		next++;
	if (next == n)
		next = q->first; /* all would give way */
	if (next == n)
		return SIZE_MAX;
	q->taken[next] = true;
	q->left--;
	return next;
}

void queue_ended(struct queue *q, size_t test)
{
	q->made[q->machine[test]] = true;
}
