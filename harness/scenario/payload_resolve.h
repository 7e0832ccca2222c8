/* SPDX-License-Identifier: GPL-2.0-only */
/* Turns a scenario's payloads into those of a job, with the ops that run, kill and wait for
 * them. */
#ifndef SCENARIO_PAYLOAD_RESOLVE_H
#define SCENARIO_PAYLOAD_RESOLVE_H

#include "harness/scenario/resolver.h"

/* Adds the payloads. Those that no step runs get an op that runs them at the start. */
int resolve_payloads(struct resolver *r, struct err *err) MUST_CHECK;
/* `timeout_ns`: of wait_payload; else U64_NONE. */
int resolve_payload_op(struct resolver *r, enum op_kind kind, const char *name, uint64_t timeout_ns,
                       struct err *err) MUST_CHECK;
/* Adds the ops that wait, at the end of the run, for payloads with `wait`. */
int resolve_payload_waits(struct resolver *r, struct err *err) MUST_CHECK;

#endif
