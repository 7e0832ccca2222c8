/* SPDX-License-Identifier: GPL-2.0-only */
/* Figures of one sample that a minority of wild values does not move. */
#include <math.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "stats/infer/rank.h"

/* What makes the median and the mean distance of normal values their standard deviation. */
#define OF_MEDIAN_DISTANCE 1.4826022185056018
#define OF_MEAN_DISTANCE   1.2533141373155003

double infer_median(const double *v, size_t n)
{
	_cleanup_free_ double *s = xmemdup(v, n * sizeof(*v));

	qsort(s, n, sizeof(*s), infer_by_value);
	return s[(n - 1) / 2] / 2 + s[n / 2] / 2;
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
