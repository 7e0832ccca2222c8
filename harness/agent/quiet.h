/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Waits for a quiet guest: during job.quiet_ns all tasks except the agent and the scheduler's own
 * program used at most 1/128 of the CPU time. After boot, kernel threads are busy for a while (self tests, deferred frees, RCU), and
 * a workload would compete with them.
 */
#ifndef AGENT_QUIET_H
#define AGENT_QUIET_H

#include "harness/agent/agent.h"

/* Waits at most job.quiet_timeout_ns. Fills in `quiet`, `quiet_wait_ns` and `busy`. */
void quiet_wait(struct agent *a, struct wire_system *sys);

#endif
