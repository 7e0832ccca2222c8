/* SPDX-License-Identifier: GPL-2.0-only */
/* What `make calibrate` measured last; it writes the rows below. X(clock, runs a side, percentage of
 * comparisons of code that decides the same with anything worse or better, kernel, date) */
#ifndef STATS_CALIBRATED_H
#define STATS_CALIBRATED_H

/* clang-format off */
#define CALIBRATED(X) \

#endif
