/* SPDX-License-Identifier: GPL-2.0-only */
/* The registry: one line per benchmark, defined as `const struct bench_row bench_NAME` in a row_*.c. */
#ifndef HARNESS_BENCH_ROWS_H
#define HARNESS_BENCH_ROWS_H

#include "harness/bench/entry.h"

#define BENCHES(X)                                                                                 \
	X(boot_to_init)                                                                            \
	X(image_size)                                                                              \
	X(idle_memory)                                                                             \
	X(getpid)                                                                                  \
	X(read_null)                                                                               \
	X(write_null)                                                                              \
	X(pipe)                                                                                    \
	X(pipe_latency)                                                                            \
	X(fork_exit)                                                                               \
	X(fork_exec)                                                                               \
	X(exec)                                                                                    \
	X(open_close)                                                                              \
	X(full_read)                                                                               \
	X(stat)                                                                                    \
	X(stat_walk)                                                                               \
	X(file_io)                                                                                 \
	X(mmap_fault)                                                                              \
	X(mmap_anonymous)                                                                          \
	X(mmap_file)                                                                               \
	X(munmap_shootdown)                                                                        \
	X(cow_fork)                                                                                \
	X(malloc)                                                                                  \
	X(free)                                                                                    \
	X(thread_pingpong_same_core)                                                               \
	X(thread_pingpong_same_llc)                                                                \
	X(thread_pingpong_across)                                                                  \
	X(context_switch)                                                                          \
	X(yield)                                                                                   \
	X(affinity_switch)                                                                         \
	X(thread_create)                                                                           \
	X(thread_join)                                                                             \
	X(wake_latency)                                                                            \
	X(preemption_latency)                                                                      \
	X(timer_latency)                                                                           \
	X(timer_create)                                                                            \
	X(round_robin_fairness)                                                                    \
	X(deadline_misses)                                                                         \
	X(io_adaptation)                                                                           \
	X(connect_loopback)                                                                        \
	X(unix_socket)                                                                             \
	X(shared_memory_ring_latency)                                                              \
	X(shared_memory_ring_throughput)                                                           \
	X(broadcast)                                                                               \
	X(pipeline)                                                                                \
	X(channel_create)                                                                          \
	X(channel_destroy)                                                                         \
	X(signal)                                                                                  \
	X(futex)                                                                                   \
	X(seccomp_off)                                                                             \
	X(seccomp_filter)                                                                          \
	X(ipc_flood)                                                                               \
	X(context_switch_storm)                                                                    \
	X(timer_storm)                                                                             \
	X(memory_pressure)                                                                         \
	X(fork_storm)                                                                              \
	X(spawn_kill_churn)

#define X(name) extern const struct bench_row bench_##name;
BENCHES(X)
#undef X

#endif
