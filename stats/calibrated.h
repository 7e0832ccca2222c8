/* SPDX-License-Identifier: GPL-2.0-only */
/* What `make calibrate` measured last; it writes the rows below. X(clock, runs a side, percentage of
 * comparisons of code that decides the same with anything worse or better, kernel, date) */
#ifndef STATS_CALIBRATED_H
#define STATS_CALIBRATED_H

/* clang-format off */
#define CALIBRATED(X) \
	X("virtual", 5, 0.3, "7.0.13", "2026-11-27") \
	X("virtual", 10, 1.2, "7.0.13", "2026-11-27") \
	X("virtual", 20, 0.6, "7.0.13", "2026-11-27") \

#endif
