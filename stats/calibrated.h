/* SPDX-License-Identifier: GPL-2.0-only */
/* What `make calibrate` measured last; it writes the rows below. X(clock, runs a side, percentage of
 * comparisons of code that decides the same with anything worse or better, kernel, date) */
#ifndef STATS_CALIBRATED_H
#define STATS_CALIBRATED_H

/* clang-format off */
#define CALIBRATED(X) \
	X("virtual", 5, 0.2, "7.0.13", "2026-11-27") \
	X("virtual", 10, 1.5, "7.0.13", "2026-11-27") \
	X("virtual", 20, 1.4, "7.0.13", "2026-11-27") \

#endif
