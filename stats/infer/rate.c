/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts: pass rates, and what many judgements at once cost. */
#include <math.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "stats/infer/infer.h"

/* Two probabilities that are equal but for rounding count as equal. */
#define FISHER_SLACK (1 + 1e-7)

/* weight[i] in proportion to the probability of lo + i passes on A: from the most probable one
 * outwards, so that neither factorials nor underflow matter. */
struct table2 {
	double n_a, n_b, passes;
	size_t lo, n;
	double *weight;
};

/* P(k + 1) / P(k) of the hypergeometric distribution. */
static double step(const struct table2 *t, double k)
{
	return (t->passes - k) * (t->n_a - k) / ((k + 1) * (t->n_b - t->passes + k + 1));
}

static void weigh(struct table2 *t)
{
	size_t top = (size_t)((t->passes + 1) * (t->n_a + 1) / (t->n_a + t->n_b + 2));

	top = top < t->lo ? 0 : top - t->lo;
	if (top >= t->n)
		top = t->n - 1;
	t->weight[top] = 1;
	for (size_t i = top; i + 1 < t->n; i++)
		t->weight[i + 1] = t->weight[i] * step(t, (double)(t->lo + i));
	for (size_t i = top; i > 0; i--)
		t->weight[i - 1] = t->weight[i] / step(t, (double)(t->lo + i - 1));
}

double infer_fisher(size_t x_a, size_t n_a, size_t x_b, size_t n_b)
{
	size_t passes = x_a + x_b, lo = passes > n_b ? passes - n_b : 0;
	size_t hi = passes < n_a ? passes : n_a;
	_cleanup_free_ double *weight = xcalloc(hi - lo + 1, sizeof(*weight));
	struct table2 t = { (double)n_a, (double)n_b, (double)passes, lo, hi - lo + 1, weight };
	double all = 0, extreme = 0;

	weigh(&t);
	for (size_t i = 0; i < t.n; i++) {
		all += weight[i];
		extreme += weight[i] <= weight[x_a - lo] * FISHER_SLACK ? weight[i] : 0;
	}
	return fmin(1, extreme / all);
}

/* P(X <= x) of n tries that succeed with probability q, 0 < q < 1. */
static double binomial_up_to(size_t x, size_t n, double q)
{
	size_t top = (size_t)((double)(n + 1) * q);
	double odds = q / (1 - q), w = 1, below = 0, above = 0;

	top = top > n ? n : top;
	for (size_t k = top;; k--) {
		below += k <= x ? w : 0;
		above += k > x ? w : 0;
		if (!k)
			break;
		w *= (double)k / ((double)(n - k + 1) * odds);
	}
	w = 1;
	for (size_t k = top; k < n; k++) {
		w *= (double)(n - k) * odds / (double)(k + 1);
		below += k + 1 <= x ? w : 0;
		above += k + 1 > x ? w : 0;
	}
	return below / (below + above);
}

/* The q at which P(X <= x) falls to `tail`. */
static double rate_where(size_t x, size_t n, double tail)
{
	double low = 0, high = 1, q = 0.5;

	while (q > low && q < high) {
		if (binomial_up_to(x, n, q) > tail)
			low = q;
		else
			high = q;
		q = low + (high - low) / 2;
	}
	return q;
}

struct infer_interval infer_rate(size_t x, size_t n, double alpha)
{
	struct infer_interval r = { n ? (double)x / (double)n : NAN, 0, 1 };

	if (n && x > 0)
		r.low = rate_where(x - 1, n, 1 - alpha / 2);
	if (n && x < n)
		r.high = rate_where(x, n, alpha / 2);
	return r;
}

struct ranked {
	double p;
	size_t at;
};

static int by_p(const void *a, const void *b)
{
	double x = ((const struct ranked *)a)->p, y = ((const struct ranked *)b)->p;

	return (x > y) - (x < y);
}

void infer_fdr(const double *p, size_t n, double *out)
{
	_cleanup_free_ struct ranked *v = xcalloc(n + 1, sizeof(*v));
	double least = 1;

	for (size_t i = 0; i < n; i++)
		v[i] = (struct ranked){ p[i], i };
	qsort(v, n, sizeof(*v), by_p);
	for (size_t i = n; i > 0; i--) {
		least = fmin(least, v[i - 1].p * (double)n / (double)i);
		out[v[i - 1].at] = least;
	}
}

size_t infer_runs_needed(size_t n, double arm, double room)
{
	double factor = arm / room, runs = ceil((double)n * factor * factor);

	return runs <= INFER_RUNS_MAX ? (size_t)fmax(runs, (double)n + 1) : 0;
}
