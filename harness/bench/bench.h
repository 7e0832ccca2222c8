/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Micro-benchmarks: what one operation of the kernel costs. Compiled into the guest's agent and into
 * `harness`, which runs them on this machine with --native.
 *
 * A benchmark is one row (rows.h, row_*.c). It runs in a process of its own, with an end set to its time,
 * so that whatever it does to memory, descriptors, affinity or children is gone afterwards.
 *
 *	const struct bench_row *row = bench_find("getpid");
 *	struct wire_bench w;
 *	bench_run(row, &(struct bench_opts){ .time_ns = 500 * NS_PER_MS }, &w);
 *	json_done(&wire_bench_table, &w);
 */
#ifndef HARNESS_BENCH_H
#define HARNESS_BENCH_H

#include "harness/wire/report.h"

#define BENCH_TIME_NS  (500 * 1000000ULL)
#define BENCH_QUICK_NS (BENCH_TIME_NS / 10)

struct bench_row;

struct bench_opts {
	uint64_t time_ns;     /* how long the samples of one row may take */
	uint32_t passes;      /* this bench_run() takes a share of them: 1/passes; 0: all */
	const char *file;     /* for rows that read a file; NULL: one of 4 KiB in `dir` */
	const char *dir;      /* an existing folder on tmpfs for files of its own */
	bool guest;           /* in a guest of ours, which has just booted */
	uint64_t started_ns;  /* guest: CLOCK_MONOTONIC when /init began; none: it was saved */
	uint64_t image_bytes; /* size of the kernel's image; none: not known */
};

/* What the list and docs/benchmarks.md say about a row. */
struct bench_about {
	const char *name, *unit;
	const char *what;       /* one iteration, or one sample */
	const char *seed;       /* its name where it comes from; NULL: the same */
	const char *parameters; /* sizes, counts; NULL: none */
	const char *needs;      /* what it is skipped without; NULL: nothing */
};

extern const size_t bench_count;
const struct bench_row *bench_at(size_t i);
const struct bench_row *bench_find(const char *name);
const struct bench_about *bench_about(const struct bench_row *row);

/* Whether its samples can be taken in several passes; else it is run once, as a whole. */
bool bench_in_passes(const struct bench_row *row);
/* Runs the row in a child and fills *out, which it initialises: figures, or `skipped`, or `error`. */
void bench_run(const struct bench_row *row, const struct bench_opts *o, struct wire_bench *out);
/* Whole machine, as sysfs shows it. */
struct bench_machine {
	uint32_t cpus, llcs, nodes, threads;
};
struct bench_machine bench_machine(void);

#endif
