/* SPDX-License-Identifier: GPL-2.0-only */
/* The registry: one line per benchmark, defined as `const struct bench_row bench_NAME` in a row_*.c. */
#ifndef HARNESS_BENCH_ROWS_H
#define HARNESS_BENCH_ROWS_H

#include "harness/bench/entry.h"

#define BENCHES(X)                                                                                 \
	X(getpid)                                                                                  \
	X(read_null)                                                                               \
	X(write_null)                                                                              \
	X(pipe)                                                                                    \
	X(pipe_latency)                                                                            \
	X(fork_exit)                                                                               \
	X(fork_exec)                                                                               \
	X(open_close)                                                                              \
	X(full_read)                                                                               \
	X(stat)

#define X(name) extern const struct bench_row bench_##name;
BENCHES(X)
#undef X

#endif
