/* SPDX-License-Identifier: GPL-2.0-only */
/* Sets how another task is scheduled, and the calling task's memory policy. */
#ifndef AGENT_TASK_POLICY_H
#define AGENT_TASK_POLICY_H

#include <sched.h>
#include <sys/types.h>

#include "base/err.h"
#include "harness/wire/job.h"

/* Gives a new worker a real-time priority below the agent's and above all others, so that it
 * reaches its start barrier at once on a busy machine. Lasts until task_policy_set(). */
void task_policy_set_up_first(pid_t pid);
/* Sets the work's policy, priority and nice value. */
int task_policy_set(pid_t pid, const struct job_work *w, struct err *err) MUST_CHECK;
/* Sets the affinity lists[index % n]. An empty list changes nothing. */
int task_policy_set_affinity(pid_t pid, const struct strv *lists, uint32_t index, struct err *err)
	MUST_CHECK;
/* The nodes of the work's memory policy, bit n is node n; 0: it names none. */
uint64_t task_policy_memory_nodes(const struct job_work *w);
/* Sets the memory policy of the calling task. Returns 0 or an errno value. */
int task_policy_set_memory(const struct job_work *w);

#endif
