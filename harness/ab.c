/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/ab.h"

#include <stdlib.h>

#include "base/mem.h"

static const char *scheduler_of(const struct test *t)
{
	return t->scheduler->name;
}

static const char *kernel_of(const struct test *t)
{
	return kernel_label(t->kernel);
}

static const char *profile_of(const struct test *t)
{
	return t->profile->name;
}

static const struct {
	const char *name;
	const char *(*of)(const struct test *t);
} dimensions[] = {
	{ "scheduler", scheduler_of },
	{ "kernel", kernel_of },
	{ "profile", profile_of },
};

/* The distinct values, in the plan's order. Returns how many; keeps the first two. */
static size_t values_of(const struct plan *p, size_t dim, const char *value[2])
{
	_cleanup_strv_ struct strv seen = STRV_INIT;

	for (size_t i = 0; i < p->n; i++) {
		const char *v = dimensions[dim].of(&p->tests[i]);

		if (strv_has(&seen, v))
			continue;
		if (seen.n < 2)
			value[seen.n] = v;
		strv_add(&seen, v);
	}
	return seen.n;
}

int ab_sides_of(const struct plan *p, struct ab_sides *out, struct err *err)
{
	size_t differ = 0, n = 0;

	for (size_t d = 0; d < ARRAY_SIZE(dimensions); d++) {
		const char *value[2] = { NULL, NULL };
		size_t found = values_of(p, d, value);

		if (found < 2)
			continue;
		differ++;
		n = found;
		*out = (struct ab_sides){ dimensions[d].name, { value[0], value[1] } };
	}
	if (differ == 1 && n == 2)
		return 0;
	if (!differ)
		return err_set(err, ERR_USAGE,
		               "only one side: give two --scheduler, two --kernel, two --profile, "
		               "or --against REV; the same thing twice is one");
	return err_set(err, ERR_USAGE,
	               "more than two sides: of --scheduler, --kernel and --profile, two of one "
	               "and one of the others");
}

static bool is_b(const struct test *t, const struct ab_sides *s)
{
	for (size_t d = 0; d < ARRAY_SIZE(dimensions); d++)
		if (streq(dimensions[d].name, s->dimension))
			return streq(dimensions[d].of(t), s->value[1]);
	return false;
}

/* Whether two tests of the plan only differ in side and repeat. */
static bool are_of_one_pair(const struct test *a, const struct test *b)
{
	return a->scenario == b->scenario && a->clock == b->clock &&
	       memcmp(&a->topo, &b->topo, sizeof(a->topo)) == 0;
}

struct turn {
	struct test test;
	size_t pair; /* index of the first test of its pair */
	bool late;   /* the second of its pair */
};

static int by_turn(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->test.repeat != y->test.repeat)
		return x->test.repeat < y->test.repeat ? -1 : 1;
	if (x->pair != y->pair)
		return x->pair < y->pair ? -1 : 1;
	return (int)x->late - (int)y->late;
}

void ab_order(struct plan *p, const struct ab_sides *s)
{
	_cleanup_free_ struct turn *turns = xcalloc(p->n + 1, sizeof(*turns));

	for (size_t i = 0; i < p->n; i++) {
		const struct test *t = &p->tests[i];
		size_t first = 0;

		while (!are_of_one_pair(&p->tests[first], t))
			first++;
		turns[i] = (struct turn){ *t, first, is_b(t, s) != (t->repeat % 2 == 1) };
	}
	qsort(turns, p->n, sizeof(*turns), by_turn);
	for (size_t i = 0; i < p->n; i++)
		p->tests[i] = turns[i].test;
}

static bool is_decided(const struct test *t, const struct side_tests *judged)
{
	_cleanup_free_ char *topo = topo_format(&t->topo);

	for (size_t i = 0; i < judged->n; i++) {
		const struct side_test *j = &judged->v[i];

		if (streq(j->test, t->scenario->name) && streq(j->topology, topo) &&
		    streq(j->clock, json_name(&vm_clock_names, (int)t->clock)))
			return j->decided;
	}
	return false;
}

void ab_drop(struct plan *p, const struct side_tests *judged)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n; i++)
		if (!is_decided(&p->tests[i], judged))
			p->tests[kept++] = p->tests[i];
	p->n = kept;
}
