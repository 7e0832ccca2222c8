/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A row of the registry, and what its functions get. They run in a child process that ends after the row:
 * only what outlives a process (files outside `dir`, cgroups) has to be undone.
 */
#ifndef HARNESS_BENCH_ENTRY_H
#define HARNESS_BENCH_ENTRY_H

#include "harness/bench/bench.h"

struct bench {
	const struct bench_opts *o;
	int fd[4];
	char *path;
	void *mem; /* of the row */
	size_t n;
	struct err err; /* set by bench_fail(): the row ends as an error */
};

struct bench_row {
	struct bench_about about;
	/* ERR_UNSUPPORTED: the row is skipped, with that reason. NULL: nothing to set up. */
	int (*setup)(struct bench *b, struct err *err);
	/* Either a loop of n iterations that is timed as a whole … */
	void (*op)(struct bench *b, uint64_t n);
	void (*prepare)(struct bench *b, uint64_t n); /* before each, not timed; or NULL */
	void (*clean)(struct bench *b, uint64_t n);   /* after each, not timed; or NULL */
	uint64_t max_batch;                           /* 0: no limit */
	bool one_cpu; /* it and its children stay on one CPU: where a child begins is another question */
	/* … or one value in the row's unit, which it measures itself. It also sets *iterations. */
	double (*sample)(struct bench *b, uint64_t *iterations);
	uint32_t samples;                  /* of it; 0: as many as fit the time */
	void (*teardown)(struct bench *b); /* or NULL */
};

/* Says that the row cannot go on, and why: ": strerror" is appended if errnum is not 0. */
void bench_fail(struct bench *b, int errnum, const char *fmt, ...) PRINTF(3, 4);
/* A call that must not fail: bench_fail() with its name if it did. */
#define BENCH_TRY(b, call)                                                                         \
	do {                                                                                       \
		if ((call) < 0)                                                                    \
			bench_fail(b, errno, "%s", #call);                                         \
	} while (0)
/* A file of 4 KiB in the row's folder, or --file. */
const char *bench_file(struct bench *b, struct err *err);
/* Makes the compiler take the value for used. */
#define BENCH_KEEP(v) __asm__ volatile("" : : "r"(v) : "memory")

#endif
