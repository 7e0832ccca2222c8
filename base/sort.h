/* SPDX-License-Identifier: GPL-2.0-only */
/* Sorting of plain values. */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stddef.h>
#include <stdlib.h>

static inline int sort_by_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Ascending. No value may be NaN; v may be NULL if n is 0. */
static inline void sort_doubles(double *v, size_t n)
{
	if (n)
		qsort(v, n, sizeof(*v), sort_by_double);
}

#endif
