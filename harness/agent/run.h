/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The run: waits for a quiet guest, has the stage set up, lets the workers go, has each timed op
 * done when it is due, stops everybody after job.duration_ns, sends what was measured.
 */
#ifndef AGENT_RUN_H
#define AGENT_RUN_H

#include "harness/agent/agent.h"

int run_load(struct agent *a, struct err *err) MUST_CHECK;

#endif
