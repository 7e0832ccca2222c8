/* SPDX-License-Identifier: GPL-2.0-only */
/* The payloads of a scenario's file: what they may hold. */
#ifndef SCENARIO_PAYLOADS_H
#define SCENARIO_PAYLOADS_H

#include "harness/scenario/scenario.h"

/* Those of one file. The programs and files they name are looked for on this machine. */
int payloads_check(const struct scenario *s, struct err *err) MUST_CHECK;
/* Its output_max in bytes, or the default. */
int payload_output_max(const struct scenario_payload *p, uint64_t *out, struct err *err) MUST_CHECK;

#endif
