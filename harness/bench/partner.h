/* SPDX-License-Identifier: GPL-2.0-only */
/* A second process or thread that a row works with. It ends with the row's process. */
#ifndef HARNESS_BENCH_PARTNER_H
#define HARNESS_BENCH_PARTNER_H

#include "harness/bench/entry.h"

/* Forks one that calls f(b) and exits when that returns. */
int partner_fork(struct bench *b, void (*f)(struct bench *b), struct err *err) MUST_CHECK;
/* A thread of this process. */
int partner_thread(struct bench *b, void (*f)(struct bench *b), struct err *err) MUST_CHECK;
/* Sends back, byte by byte, all that comes from `in` to `out`, until end of file. */
void partner_echo(int in, int out);

#endif
