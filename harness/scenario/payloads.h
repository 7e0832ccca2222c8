/* SPDX-License-Identifier: GPL-2.0-only */
/* The payloads of a scenario's file: what they may hold. */
#ifndef SCENARIO_PAYLOADS_H
#define SCENARIO_PAYLOADS_H

#include "harness/scenario/scenario.h"

/* Paths relative to the scenario's file become what they are from here. */
void payloads_place(struct scenario *s);
/* Messages begin with "payloads[i]: ". */
int payloads_check(const struct scenario *s, struct err *err) MUST_CHECK;
/* Its output_max in bytes, or the default. */
int payload_output_max(const struct scenario_payload *p, uint64_t *out, struct err *err) MUST_CHECK;

#endif
