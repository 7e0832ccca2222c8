/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs the commands that switch a scheduler of the kernel's on and off. */
#ifndef AGENT_JOB_COMMANDS_H
#define AGENT_JOB_COMMANDS_H

#include "harness/agent/agent.h"

/* One after the other, each to its end. If one fails, the host is told that the scheduler failed. */
int commands_enable(struct agent *a, struct err *err) MUST_CHECK;
int commands_disable(struct agent *a, struct err *err) MUST_CHECK;

#endif
