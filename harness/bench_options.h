/* SPDX-License-Identifier: GPL-2.0-only */
/* `harness bench`: its options as given, and what they ask for. */
#ifndef HARNESS_BENCH_OPTIONS_H
#define HARNESS_BENCH_OPTIONS_H

#include "harness/bench_session.h"
#include "harness/suite_file.h"

#define BENCH_TOPOLOGY "1n1l2c1t"
#define BENCH_SIDES_REPEATS                                                                        \
	8 /* with fewer runs a side, no single benchmark of all can be decided */

struct bench_args {
	char **only, **kernels, **profiles;
	char *repeat, *file, *format, *with, *report, *topology, *clock, *timeout, *suite;
	int native, quick, list, keep, all_profiles, no_suite, offline;
};

/* Adds names, and fills the session. Every mistake is ERR_USAGE. */
int bench_options_take(struct bench_args *a, struct strv *names, struct bench_session *s,
                       struct err *err) MUST_CHECK;
void bench_args_done(struct bench_args *a);

#endif
