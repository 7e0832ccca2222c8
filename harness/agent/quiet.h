/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A quiet guest: over job.quiet_ns, everything but the agent used less than 1/128 of the machine.
 * After boot, kernel threads are at work for a while (self tests, deferred frees, RCU), and a
 * workload would compete with them.
 */
#ifndef AGENT_QUIET_H
#define AGENT_QUIET_H

#include "harness/agent/agent.h"

/* Waits until the guest is quiet, at most job.quiet_timeout_ns; fills the quiet fields. */
void quiet_wait(struct agent *a, struct wire_system *sys);

#endif
