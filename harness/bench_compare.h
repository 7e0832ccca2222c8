/* SPDX-License-Identifier: GPL-2.0-only */
/* `harness bench`: the comparison at the end. */
#ifndef HARNESS_BENCH_COMPARE_H
#define HARNESS_BENCH_COMPARE_H

#include "harness/bench_session.h"

/* Whether the results have several sides: profiles, kernels, or --with. */
bool bench_has_sides(const struct bench_session *s);
/* Prints the first profile against each other one; else kernels; else --with. report: the pages also go
 * to this file; NULL: no. Returns the exit status: EXIT_WORSE if a benchmark is worse. */
int bench_compare(const struct bench_session *s, const char *report, struct err *err) MUST_CHECK;

#endif
