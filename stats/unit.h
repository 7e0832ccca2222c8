/* SPDX-License-Identifier: GPL-2.0-only */
/* Units that payloads give their metrics: those of one dimension convert into each other. */
#ifndef STATS_UNIT_H
#define STATS_UNIT_H

#include <stdbool.h>

/* What a value in `from` is multiplied with to be in `to`. NULL is no unit. Equal names always
 * convert; false: unlike things. */
bool unit_factor(const char *from, const char *to, double *factor);

#endif
