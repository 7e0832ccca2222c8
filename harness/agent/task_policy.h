/* SPDX-License-Identifier: GPL-2.0-only */
/* How a task is to be scheduled, set from outside, but for its memory policy. */
#ifndef AGENT_TASK_POLICY_H
#define AGENT_TASK_POLICY_H

#include <sched.h>
#include <sys/types.h>

#include "base/err.h"
#include "harness/wire/job.h"

/* Before all the others', so that a worker comes to its start at once however busy the machine is;
 * until task_policy_set(). */
void task_policy_set_up_first(pid_t pid);
/* Policy, priority and nice value of the work. */
int task_policy_set(pid_t pid, const struct job_work *w, struct err *err) MUST_CHECK;
/* lists[index % n]; no list: no change. */
int task_policy_set_affinity(pid_t pid, const struct strv *lists, uint32_t index, struct err *err)
	MUST_CHECK;
/* The nodes that its memory policy names, bit n is node n; 0: it names none. */
uint64_t task_policy_memory_nodes(const struct job_work *w);
/* Of the calling task. Returns an errno value, 0: done. */
int task_policy_set_memory(const struct job_work *w);

#endif
