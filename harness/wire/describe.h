/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts of a job in words, for people. The caller frees; an empty string when there is nothing to
 * say. */
#ifndef WIRE_DESCRIBE_H
#define WIRE_DESCRIBE_H

#include "harness/wire/job.h"

/* What an op is done to: "left on CPUs 0-1", "left to right", "left: cpu.weight 50",
 * "work 2: 4 cpu_spin in left". */
char *op_describe(const struct job *job, const struct job_op *op);
/* What sets the workers of a work apart from others of their type: "policy fifo 1, nice 5". */
char *work_describe(const struct job_work *w);
/* The cgroup's path; the root's is "/". Borrowed. */
const char *job_cgroup_name(const struct job *job, uint32_t index);

#endif
