/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often each callback of the attached sched_ext scheduler ran, and for how long: the kernel's own counters
 * of BPF programs, whoever loaded them. To switch them on and to find the programs' names costs a fifth of a
 * second under emulation, so a saved machine has done both.
 */
#ifndef AGENT_PROGSTAT_H
#define AGENT_PROGSTAT_H

#include "harness/agent/agent.h"

struct progstat;

/* From here on the kernel counts. NULL if the job does not ask for it, or the kernel cannot; then the reason is
 * logged. All of the functions accept NULL. */
struct progstat *progstat_open(struct agent *a);
/* Learns the programs that are there: their names, and what was counted so far. */
void progstat_begin(struct progstat *p);
/* Fills sys->progs with what was counted since the last progstat_begin(). */
void progstat_end(struct progstat *p, struct wire_system *sys);

#endif
