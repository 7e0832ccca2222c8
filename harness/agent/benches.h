/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs the micro-benchmarks of the job and sends a frame for each. sys: the quiet fields are filled in. */
#ifndef AGENT_BENCHES_H
#define AGENT_BENCHES_H

#include "harness/agent/agent.h"

int benches_run(struct agent *a, const struct wire_system *sys, struct err *err) MUST_CHECK;

#endif
