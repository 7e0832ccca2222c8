/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often each callback of the attached sched_ext scheduler ran, and for how long: the kernel's own counters
 * of BPF programs, whoever loaded them. The kernel only counts between begin and end.
 */
#ifndef AGENT_PROGSTAT_H
#define AGENT_PROGSTAT_H

#include "harness/agent/agent.h"

struct progstat;

/* NULL if the job does not ask for it, or the kernel cannot; then the reason is logged. */
struct progstat *progstat_begin(struct agent *a);
/* Fills sys->progs, and frees. NULL is accepted. */
void progstat_end(struct progstat *p, struct wire_system *sys);

#endif
