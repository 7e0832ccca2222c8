/* SPDX-License-Identifier: GPL-2.0-only */
/* Figures of one sample that a minority of wild values does not move. */
#include <math.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/sort.h"
#include "stats/infer/rank.h"

/* What makes the median and the mean distance of normal values their standard deviation. */
#define OF_MEDIAN_DISTANCE 1.4826022185056018
#define OF_MEAN_DISTANCE   1.2533141373155003

#define EXACT_MAX 500

double infer_median(const double *v, size_t n)
{
	_cleanup_free_ double *s = xmemdup(v, n * sizeof(*v));

	sort_doubles(s, n);
	return s[(n - 1) / 2] / 2 + s[n / 2] / 2;
}

/* How many values may be left out at each end: the number of values below the median is binomial. For
 * many values, the normal approximation. */
static size_t left_out(size_t n, double alpha)
{
	double one = pow(0.5, (double)n), tail = 0;
	size_t k = 0;

	if (n > EXACT_MAX)
		return (size_t)((double)n / 2 - infer_normal(alpha / 2) * sqrt((double)n) / 2) - 1;
	while (2 * k < n) {
		tail += one;
		if (tail > alpha / 2)
			break;
		k++;
		one *= (double)(n - k + 1) / (double)k;
	}
	return k ? k - 1 : 0;
}

struct infer_interval infer_median_interval(const double *v, size_t n, double alpha)
{
	_cleanup_free_ double *s = xmemdup(v, n * sizeof(*v));
	size_t k = left_out(n, alpha);

	sort_doubles(s, n);
	return (struct infer_interval){ infer_median(v, n), s[k], s[n - 1 - k] };
}

static double mean(const double *v, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i];
	return sum / (double)n;
}

void infer_robust_z(const double *v, size_t n, double *z)
{
	double median, unit;

	if (!n)
		return;
	median = infer_median(v, n);
	for (size_t i = 0; i < n; i++)
		z[i] = fabs(v[i] - median);
	unit = OF_MEDIAN_DISTANCE * infer_median(z, n);
	if (!(unit > 0))
		unit = OF_MEAN_DISTANCE * mean(z, n);
	for (size_t i = 0; i < n; i++)
		z[i] = unit > 0 ? (v[i] - median) / unit : 0;
}
