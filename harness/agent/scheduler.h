/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sched_ext scheduler under test: loaded from its object, attached, watched, taken away.
 *
 * Its end is seen in the kernel's log (which can be waited for; the state file cannot), and told
 * from there, from the object's `uei` variable where it has one (schedulers/scx.h), and from the
 * dump that the kernel sends through the sched_ext_dump trace event: so for any object.
 */
#ifndef AGENT_SCHEDULER_H
#define AGENT_SCHEDULER_H

#include "harness/agent/agent.h"

struct scheduler;

/* Loads the object of the job's scheduler `index`, attaches it, sends SCHED. When it does not come
 * up: SCHED_EXIT is sent and the error says why. */
int scheduler_start(struct agent *a, uint32_t index, struct scheduler **out, struct err *err)
	MUST_CHECK;
uint32_t scheduler_index(const struct scheduler *s);
/* Readable when there may be news. */
int scheduler_watch_fd(const struct scheduler *s);
/* Looks at the news; true when the scheduler is gone (SCHED_EXIT was sent then). */
bool scheduler_gone(struct agent *a, struct scheduler *s);
/* Takes it away if it is still there and frees. An error when it went by itself, also at the last
 * moment: SCHED_EXIT is marked expected only when the kernel says that user space unregistered it.
 */
int scheduler_stop(struct agent *a, struct scheduler *s, struct err *err) MUST_CHECK;

#endif
