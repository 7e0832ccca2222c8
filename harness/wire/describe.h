/* SPDX-License-Identifier: GPL-2.0-only */
/* Describes parts of a job in words. The caller frees the text; it is empty if there is nothing to
 * describe. */
#ifndef WIRE_DESCRIBE_H
#define WIRE_DESCRIBE_H

#include "harness/wire/job.h"

/* What an op acts on: "left on CPUs 0-1", "left to right", "left: cpu.weight 50",
 * "work 2: 4 cpu_spin in left". */
char *op_describe(const struct job *job, const struct job_op *op);
/* The settings of a work besides its type and cgroup: "policy fifo 1, nice 5". */
char *work_describe(const struct job_work *w);
/* The cgroup's path; "/" for the root. Borrowed. */
const char *job_cgroup_name(const struct job *job, uint32_t index);

#endif
