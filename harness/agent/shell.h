/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs the program that the user talks to, and carries its input and output through the port
 * (wire/port.h). */
#ifndef AGENT_SHELL_H
#define AGENT_SHELL_H

#include "harness/agent/agent.h"

/* Runs job.shell to its end and sends SHELL. Reports a scheduler that exits meanwhile; the program runs
 * on. Processes it leaves behind keep running, but what they write is not waited for. */
int shell_run(struct agent *a, struct err *err) MUST_CHECK;

#endif
