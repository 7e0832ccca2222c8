/* SPDX-License-Identifier: GPL-2.0-only */
/* The payloads of a scenario in a job, and the ops that run, end and wait for them. */
#ifndef SCENARIO_PAYLOAD_RESOLVE_H
#define SCENARIO_PAYLOAD_RESOLVE_H

#include "harness/scenario/resolver.h"

/* Adds them, and the ops that run those that no step runs, at once. */
int resolve_payloads(struct resolver *r, struct err *err) MUST_CHECK;
/* `timeout_ns` of wait_payload; else none. */
int resolve_payload_op(struct resolver *r, enum op_kind kind, const char *name, uint64_t timeout_ns,
                       struct err *err) MUST_CHECK;
/* The ops that wait for some at the end of the run. */
int resolve_payload_waits(struct resolver *r, struct err *err) MUST_CHECK;

#endif
