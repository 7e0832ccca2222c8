/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_BENCH_MEMINFO_H
#define HARNESS_BENCH_MEMINFO_H

#include <stdint.h>

/* A line of /proc/meminfo, in bytes; 0: there is none. */
uint64_t meminfo_bytes(const char *name);

#endif
