/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/infer/rank.h"

#include <math.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/sort.h"

/* counts[k * width + s]: choices of k of the ranks so far whose sum is s. */
static void add_rank(double *counts, size_t width, size_t m, size_t rank, size_t reach)
{
	for (size_t k = m; k > 0; k--) {
		double *to = counts + k * width + rank;
		const double *from = to - width - rank;

		for (size_t s = 0; s <= reach; s++)
			to[s] += from[s];
	}
}

void deals_count(const uint32_t *ranks, size_t n, size_t m, struct deals *out)
{
	size_t width = 1, reach = 0;
	double *counts;

	for (size_t i = 0; i < n; i++)
		width += ranks[i];
	counts = xcalloc((m + 1) * width, sizeof(*counts));
	counts[0] = 1;
	for (size_t i = 0; i < n; i++) {
		add_rank(counts, width, m, ranks[i], reach);
		reach += ranks[i];
	}
	*out = (struct deals){ .by_sum = xmemdup(counts + m * width, width * sizeof(*counts)),
		               .n = width };
	for (size_t s = 0; s < width; s++)
		out->all += out->by_sum[s];
	free(counts);
}

void deals_done(struct deals *d)
{
	free(d->by_sum);
	*d = (struct deals){ 0 };
}

/* The values of both sides in order, each with twice its rank: values that are equal share the mean
 * of their ranks, which is a multiple of 1/2. */
struct pooled {
	size_t n;
	uint64_t sum_a;  /* doubled ranks of A; from 0 on, so that the smallest adds nothing */
	double ties;     /* the sum of t³ - t over groups of t equal values */
	uint32_t *ranks; /* doubled; owned */
};

static void pooled_done(struct pooled *p)
{
	free(p->ranks);
}

static size_t count_equal(const double *v, size_t n, double want)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		k += v[i] == want;
	return k;
}

static void pool_values(const double *a, size_t na, const double *b, size_t nb, struct pooled *p)
{
	size_t n = na + nb;
	_cleanup_free_ double *v = xcalloc(n, sizeof(*v));

	*p = (struct pooled){ .n = n, .ranks = xcalloc(n, sizeof(*p->ranks)) };
	memcpy(v, a, na * sizeof(*v));
	memcpy(v + na, b, nb * sizeof(*v));
	sort_doubles(v, n);
	for (size_t from = 0, to; from < n; from = to) {
		double t;

		for (to = from + 1; to < n && v[to] == v[from]; to++)
			;
		t = (double)(to - from);
		p->ties += t * t * t - t;
		for (size_t i = from; i < to; i++)
			p->ranks[i] = (uint32_t)(from + to - 1);
		p->sum_a += (from + to - 1) * count_equal(a, na, v[from]);
	}
}

/* Without ties all doubled ranks are even, and half of them is enough. */
static void halve(struct pooled *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->ranks[i] % 2)
			return;
	for (size_t i = 0; i < p->n; i++)
		p->ranks[i] /= 2;
	p->sum_a /= 2;
}

static double exact(struct pooled *p, size_t na)
{
	double below = 0, above = 0;
	struct deals d;
	double rank_p;

	halve(p);
	deals_count(p->ranks, p->n, na, &d);
	for (size_t s = 0; s < d.n; s++) {
		below += s <= p->sum_a ? d.by_sum[s] : 0;
		above += s >= p->sum_a ? d.by_sum[s] : 0;
	}
	rank_p = fmin(1, 2 * fmin(below, above) / d.all);
	deals_done(&d);
	return rank_p;
}

/* With the corrections for ties and for continuity. */
static double approximate(const struct pooled *p, double na, double nb)
{
	double n = na + nb;
	double u = (double)p->sum_a / 2 - na * (na - 1) / 2;
	double sd = sqrt(na * nb / 12 * (n + 1 - p->ties / (n * (n - 1))));
	double z = fmax(0, fabs(u - na * nb / 2) - 0.5) / sd;

	return sd > 0 ? erfc(z / sqrt(2)) : 1;
}

double infer_rank(const double *a, size_t na, const double *b, size_t nb)
{
	CLEANUP(pooled_done) struct pooled p = { 0 };

	if (!na || !nb)
		return 1;
	if (na > nb)
		return infer_rank(b, nb, a, na);
	pool_values(a, na, b, nb, &p);
	return p.n <= INFER_EXACT_MAX ? exact(&p, na) : approximate(&p, (double)na, (double)nb);
}

size_t infer_runs_least(double p)
{
	double deals = 1;
	size_t n = 0;

	while (n < INFER_RUNS_MAX && 2 / deals > p) {
		n++;
		deals *= (double)(2 * n) * (double)(2 * n - 1) / ((double)n * (double)n);
	}
	return n;
}
