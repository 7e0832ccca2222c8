/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sched_ext scheduler under test: loads its object, attaches it, watches it, detaches it.
 *
 * That it exited is seen in the kernel log, because /dev/kmsg can be polled and the sched_ext state
 * file cannot. The cause comes from the kernel log, from the object's `uei` variable if it has one
 * (schedulers/scx.h), and from the dump that the kernel writes to the sched_ext_dump trace event.
 * This works for any object.
 *
 * An executable (scheduler_exec.h) attaches its scheduler itself. Then the agent waits until the kernel
 * says that a scheduler is enabled, and detaches it by ending the program.
 */
#ifndef AGENT_SCHEDULER_H
#define AGENT_SCHEDULER_H

#include "harness/agent/agent.h"

struct scheduler;

/* Loads the object of the job's scheduler `index`, or starts its executable, and sends SCHED once it is
 * attached. If that fails,
 * sends SCHED_EXIT, and the error says why. */
int scheduler_start(struct agent *a, uint32_t index, struct scheduler **out, struct err *err)
	MUST_CHECK;
/* In a restored machine: the job is another one, with the same scheduler at the same index. Sends
 * SCHED. */
void scheduler_take_job(struct agent *a, struct scheduler *s);
/* Its index in job.schedulers. */
uint32_t scheduler_index(const struct scheduler *s);
/* Becomes readable when the scheduler may have exited: call scheduler_gone() then. */
int scheduler_watch_fd(const struct scheduler *s);
/* Takes the output of its program, if it has one. Never waits. */
void scheduler_pump(struct scheduler *s);
/* CPU time of its program; 0: it has none. */
uint64_t scheduler_cpu_ns(const struct scheduler *s);
/* Reads the kernel log. True when the scheduler has exited; SCHED_EXIT has been sent then. */
bool scheduler_gone(struct agent *a, struct scheduler *s);
/* At the end of the run: an error if it exited by itself (SCHED_EXIT has been sent then). A scheduler
 * that is still attached stays attached. A program is ended, and then as scheduler_stop(). */
int scheduler_exited(struct agent *a, struct scheduler *s, struct err *err) MUST_CHECK;
/* Detaches it if it is still attached, and frees it. An error if it exited by itself, even at the
 * last moment: SCHED_EXIT is marked expected only when the kernel says that user space unregistered
 * it. */
int scheduler_stop(struct agent *a, struct scheduler *s, struct err *err) MUST_CHECK;
/* The same, but all processes of a program are killed at once. */
int scheduler_kill(struct agent *a, struct scheduler *s, struct err *err) MUST_CHECK;

#endif
