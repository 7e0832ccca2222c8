/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's dump of a scheduler that it ejected: who waited, for how long, where, and what the
 * CPUs did. Pure. Lines that it does not know are ignored. */
#ifndef JUDGE_SCXDUMP_H
#define JUDGE_SCXDUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strv.h"

struct scxdump_task {
	char *name;  /* "comm[pid]" */
	char *queue; /* ID of its dispatch queue as in the dump; NULL: it is in none */
	uint32_t cpu;
	uint64_t waited_ms; /* since it became runnable */
	bool running;
};

struct scxdump_cpu {
	char *ran; /* "comm[pid]" */
	uint32_t cpu;
	uint32_t runnable; /* tasks in its run queue */
	bool idle;
};

struct scxdump {
	struct scxdump_task *tasks;
	size_t n_tasks;
	struct scxdump_cpu *cpus;
	size_t n_cpus;
	struct strv events; /* "DISPATCH_KEEP_LAST 233": the counters above 0 */
};

void scxdump_read(const char *text, struct scxdump *out);
void scxdump_done(struct scxdump *d);

/* Where the task of a stall was: "on CPU 2, in no dispatch queue; the CPU was idle". The task is the
 * one that the kernel's message begins with, else the one that waited for longest. NULL: the dump
 * does not say. The caller frees. */
char *scxdump_stall(const struct scxdump *d, const char *message);
/* Up to three lines: the longest waiters, the run queues, the counters. */
void scxdump_evidence(const struct scxdump *d, struct strv *out);

#endif
