/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sched_ext scheduler under test: loaded from its object, attached, watched, taken away.
 *
 * Its end is seen in the kernel's log (which can be waited for; the state file cannot), and told
 * from there, from the object's `uei` variable where it has one (schedulers/scx.h), and from the
 * dump that the kernel sends through the sched_ext_dump trace event: so for any object.
 */
#ifndef AGENT_SCHED_H
#define AGENT_SCHED_H

#include "harness/agent/agent.h"

struct sched;

/* Loads the object of the job's scheduler `index`, attaches it, sends SCHED. When it does not come
 * up: SCHED_EXIT is sent and the error says why. */
int sched_start(struct agent *a, uint32_t index, struct sched **out, struct err *err) MUST_CHECK;
uint32_t sched_index(const struct sched *s);
/* Readable when there may be news. */
int sched_watch_fd(const struct sched *s);
/* Looks at the news; true when the scheduler is gone (SCHED_EXIT was sent then). */
bool sched_gone(struct agent *a, struct sched *s);
/* Takes it away if it is still there and frees. An error when it went by itself, also at the last
 * moment: SCHED_EXIT is marked expected only when the kernel says that user space unregistered it.
 */
int sched_stop(struct agent *a, struct sched *s, struct err *err) MUST_CHECK;

#endif
