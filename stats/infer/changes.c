/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "stats/infer/rank.h"

#define LEVEL_MIN 3
#define PRICE     2.5 /* of a change, in units of noise × ln n */

/* The values of a level so far, sorted, and the sum of their distances to the median. */
struct level {
	double *v;
	size_t n;
	double distances;
};

/* The first of the sorted values that is above `value`. */
static size_t place_of(const struct level *l, double value)
{
	size_t from = 0, to = l->n;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (l->v[mid] > value)
			to = mid;
		else
			from = mid + 1;
	}
	return from;
}

/* Every point between the two middle values has the least sum of distances, so the new value adds its own
 * distance to the nearest of them. */
static void insert(struct level *l, double value)
{
	size_t at = place_of(l, value);

	if (l->n) {
		double low = l->v[(l->n - 1) / 2], high = l->v[l->n / 2];

		l->distances += fabs(value - fmin(fmax(value, low), high));
	}
	memmove(&l->v[at + 1], &l->v[at], (l->n - at) * sizeof(*l->v));
	l->v[at] = value;
	l->n++;
}

/* The size of the steps from one value to the next, as the standard deviation of the values if there is no
 * change. */
static double noise_of(const double *v, size_t n)
{
	_cleanup_free_ double *steps = xcalloc(n, sizeof(*steps));
	double noise, sum = 0;

	for (size_t i = 1; i < n; i++) {
		steps[i - 1] = fabs(v[i] - v[i - 1]);
		sum += steps[i - 1];
	}
	noise = infer_median(steps, n - 1) * 1.4826022185056018 / sqrt(2);
	return noise > 0 ? noise : sum / (double)(n - 1);
}

/* The cheapest way to cut the first `i` values into levels: best[i] is its price, from[i] where its last
 * level begins. */
static void cut(const double *v, size_t n, double price, size_t *from)
{
	_cleanup_free_ double *best = xcalloc(n + 1, sizeof(*best));
	_cleanup_free_ double *sorted = xcalloc(n + 1, sizeof(*sorted));

	for (size_t i = 1; i <= n; i++)
		best[i] = INFINITY;
	for (size_t start = 0; start < n; start++) {
		struct level l = { .v = sorted };

		if (!isfinite(best[start]))
			continue;
		for (size_t i = start; i < n; i++) {
			double total;

			insert(&l, v[i]);
			total = best[start] + l.distances + price;
			if (l.n >= LEVEL_MIN && total < best[i + 1]) {
				best[i + 1] = total;
				from[i + 1] = start;
			}
		}
	}
}

/* The probability that a change so clear is found at any of its places where there is none. */
static double chance(const double *v, size_t first, size_t at, size_t end)
{
	double places = (double)(end - first) - 2 * LEVEL_MIN + 1;

	return infer_rank(v + first, at - first, v + at, end - at) * fmax(1, places);
}

/* The change that is least clear, if it is not clear enough; else n_at. */
static size_t weakest(const double *v, size_t n, const size_t *at, size_t n_at)
{
	double worst = INFER_ALPHA;
	size_t found = n_at;

	for (size_t i = 0; i < n_at; i++) {
		double p = chance(v, i ? at[i - 1] : 0, at[i], i + 1 < n_at ? at[i + 1] : n);

		if (p > worst) {
			worst = p;
			found = i;
		}
	}
	return found;
}

size_t infer_changes(const double *v, size_t n, size_t *at)
{
	_cleanup_free_ size_t *from = xcalloc(n + 1, sizeof(*from));
	size_t n_at = 0, weak;
	double noise;

	if (n < 2 * LEVEL_MIN || n > INFER_SERIES_MAX)
		return 0;
	noise = noise_of(v, n);
	if (!(noise > 0))
		return 0;
	cut(v, n, PRICE * noise * log((double)n), from);
	for (size_t i = from[n]; i > 0; i = from[i])
		at[n_at++] = i;
	for (size_t i = 0; i < n_at / 2; i++) {
		size_t swapped = at[i];

		at[i] = at[n_at - 1 - i];
		at[n_at - 1 - i] = swapped;
	}
	while ((weak = weakest(v, n, at, n_at)) < n_at) {
		memmove(&at[weak], &at[weak + 1], (n_at - weak - 1) * sizeof(*at));
		n_at--;
	}
	return n_at;
}
