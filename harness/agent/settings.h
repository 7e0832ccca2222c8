/* SPDX-License-Identifier: GPL-2.0-only */
/* The settings of the test's profile: puts them in force, and reports what really is. */
#ifndef AGENT_SETTINGS_H
#define AGENT_SETTINGS_H

#include "harness/agent/agent.h"

/* Sets the job's lockdown and sysctls. Called after a saved machine was restored, so machines do not
 * depend on them, and once the scheduler is up. */
int settings_apply(struct agent *a, struct err *err) MUST_CHECK;
/* Sends what is in force: WIRE_SETTINGS. */
void settings_send(struct agent *a);

#endif
