/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The run: waits for a quiet guest, sets up the stage, starts the workers, carries out each timed
 * op when it is due, stops everything after job.duration_ns and sends what was measured.
 */
#ifndef AGENT_RUN_H
#define AGENT_RUN_H

#include "harness/agent/agent.h"

/* Ends early, without an error, if the scheduler exits. sys: the quiet fields are filled in. */
int run_load(struct agent *a, struct wire_system *sys, struct err *err) MUST_CHECK;

#endif
