/* SPDX-License-Identifier: GPL-2.0-only */
/* The settings of the test's profile: puts them in force, and reports what really is. */
#ifndef AGENT_SETTINGS_H
#define AGENT_SETTINGS_H

#include "harness/agent/agent.h"

/* Reads what is in force as the guest comes up, so that a saved machine knows it. */
void settings_read(struct agent *a);
/* Sets the job's lockdown and sysctls. Called after a saved machine was restored, so machines do not
 * depend on them, and once the scheduler is up. */
int settings_apply(struct agent *a, struct err *err) MUST_CHECK;
/* Sends what is in force: WIRE_SETTINGS. Reads again only if something in the job may have changed it. */
void settings_send(struct agent *a);

#endif
