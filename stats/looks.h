/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When `harness ab` looks at growing results. Whoever looks often, and stops as soon as they see
 * something, finds differences where there are none. So the looks are planned: at so many runs a side,
 * each with a level of its own, and the levels add up to INFER_ALPHA (docs/statistics.md).
 */
#ifndef STATS_LOOKS_H
#define STATS_LOOKS_H

#include <stdint.h>

struct look {
	uint32_t runs; /* a side, all looks until this one together */
	double level;  /* of false alarms */
};
#define LOOKS 4
extern const struct look looks[LOOKS];

#endif
