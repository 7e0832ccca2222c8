/* SPDX-License-Identifier: GPL-2.0-only */
/* The program of --with, while benchmarks run beside it. */
#ifndef HARNESS_BENCH_BESIDE_H
#define HARNESS_BENCH_BESIDE_H

#include "base/child.h"
#include "base/strv.h"

/* Starts it and gives it a second to get ready. ERR_CHILD: it has ended by then. */
int beside_start(const struct strv *argv, struct child *c, struct err *err) MUST_CHECK;
/* Ends it. ERR_CHILD: it had ended before, so that it was not beside all benchmarks. */
int beside_stop(struct child *c, struct err *err) MUST_CHECK;

#endif
