/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interval of the shift: the differences D(1) ≤ … ≤ D(na·nb) of all pairs; the rank test does
 * not refute D(k+1) … D(na·nb - k), where k is the greatest U that it refutes at alpha/2. Without
 * ties the level is exact. With ties the interval, its ends included, holds the shift at least as
 * often (Randles and Wolfe 1979, 6.2).
 */
#include <math.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/sort.h"
#include "stats/infer/rank.h"

/* Both are monotone: up in b, down in a, also after rounding. */
enum by {
	BY_DIFFERENCE,
	BY_QUOTIENT
};

static double combine(enum by by, double a, double b)
{
	return by == BY_DIFFERENCE ? b - a : b / a;
}

struct sorted_sides {
	double *a, *b;
	size_t na, nb;
	enum by by;
};

static double *sorted(const double *v, size_t n)
{
	double *s = xmemdup(v, n * sizeof(*v));

	sort_doubles(s, n);
	return s;
}

static uint64_t count_up_to(const struct sorted_sides *s, double limit)
{
	uint64_t count = 0;
	size_t first = 0; /* the least a with which this b is within the limit: it rises with b */

	for (size_t i = 0; i < s->nb; i++) {
		while (first < s->na && combine(s->by, s->a[first], s->b[i]) > limit)
			first++;
		count += s->na - first;
	}
	return count;
}

/* Doubles in their order as integers, so that bisection ends at a neighbour. */
static int64_t to_order(double v)
{
	int64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bits < 0 ? INT64_MIN - bits : bits;
}

static double of_order(int64_t order)
{
	int64_t bits = order < 0 ? INT64_MIN - order : order;
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

/* The k-th smallest (from 1) of all differences, without making them. */
static double nth(const struct sorted_sides *s, uint64_t k)
{
	int64_t low = to_order(combine(s->by, s->a[s->na - 1], s->b[0]));
	int64_t high = to_order(combine(s->by, s->a[0], s->b[s->nb - 1]));

	while (low < high) {
		int64_t mid = low + (int64_t)(((uint64_t)high - (uint64_t)low) / 2);

		if (count_up_to(s, of_order(mid)) >= k)
			high = mid;
		else
			low = mid + 1;
	}
	return of_order(low);
}

static uint64_t refuted_exactly(size_t na, size_t nb, double alpha)
{
	size_t n = na + nb;
	_cleanup_free_ uint32_t *ranks = xcalloc(n, sizeof(*ranks));
	uint64_t least = na * (na - 1) / 2, k = 0;
	double tail = 0;
	struct deals d;

	for (size_t i = 0; i < n; i++)
		ranks[i] = (uint32_t)i;
	deals_count(ranks, n, na, &d);
	while (least + k < d.n) {
		tail += d.by_sum[least + k];
		if (tail > alpha / 2 * d.all)
			break;
		k++;
	}
	deals_done(&d);
	return k;
}

double infer_normal(double tail)
{
	double low = 0, high = 40;

	for (int i = 0; i < 200; i++) {
		double mid = (low + high) / 2;

		if (erfc(mid / sqrt(2)) / 2 > tail)
			low = mid;
		else
			high = mid;
	}
	return high;
}

/* How many values of U, from 0 on, the test refutes. */
static uint64_t refuted(size_t na, size_t nb, double alpha)
{
	double a = (double)na, b = (double)nb, k;

	if (na + nb <= INFER_EXACT_MAX)
		return na < nb ? refuted_exactly(na, nb, alpha) : refuted_exactly(nb, na, alpha);
	k = a * b / 2 - 0.5 - infer_normal(alpha / 2) * sqrt(a * b * (a + b + 1) / 12);
	return k < 0 ? 0 : (uint64_t)k + 1;
}

/* `k`: of refuted(). */
static struct infer_interval interval(struct sorted_sides *s, enum by by, uint64_t k)
{
	uint64_t all = (uint64_t)s->na * s->nb;
	struct infer_interval r = { .low = -INFINITY, .high = INFINITY };

	s->by = by;
	r.estimate = nth(s, (all + 1) / 2) / 2 + nth(s, all / 2 + 1) / 2;
	if (k) {
		r.low = nth(s, k);
		r.high = nth(s, all + 1 - k);
	} else if (by == BY_QUOTIENT) {
		r.low = 0;
	}
	return r;
}

struct infer_change infer_change(const double *a, size_t na, const double *b, size_t nb,
                                 double alpha)
{
	struct sorted_sides s = { .a = sorted(a, na), .b = sorted(b, nb), .na = na, .nb = nb };
	uint64_t k = refuted(na, nb, alpha);
	struct infer_change c = { .median_a = s.a[(na - 1) / 2] / 2 + s.a[na / 2] / 2,
		                  .shift = interval(&s, BY_DIFFERENCE, k),
		                  .ratio = { NAN, NAN, NAN } };

	if (s.a[0] > 0 && s.b[0] > 0)
		c.ratio = interval(&s, BY_QUOTIENT, k);
	free(s.a);
	free(s.b);
	return c;
}
