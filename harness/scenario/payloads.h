/* SPDX-License-Identifier: GPL-2.0-only */
/* The payloads of a scenario: what they may hold, and what they are in a job. */
#ifndef SCENARIO_PAYLOADS_H
#define SCENARIO_PAYLOADS_H

#include "harness/scenario/resolve.h"

/* Those of one file. The programs and files they name are looked for on this machine. */
int payloads_check(const struct scenario *s, struct err *err) MUST_CHECK;

/* Adds them, and the ops that run those that no step runs, at once. */
int resolve_payloads(struct resolver *r, struct err *err) MUST_CHECK;
int resolve_payload_op(struct resolver *r, enum op_kind kind, const char *name, struct err *err)
	MUST_CHECK;
/* The ops that wait for some at the end of the run. */
int resolve_payload_waits(struct resolver *r, struct err *err) MUST_CHECK;

#endif
