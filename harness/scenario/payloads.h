/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks the payloads of a scenario file. */
#ifndef SCENARIO_PAYLOADS_H
#define SCENARIO_PAYLOADS_H

#include "harness/scenario/scenario.h"

/* Checks all payloads of a file. The programs and files they name must exist on this machine. */
int payloads_check(const struct scenario *s, struct err *err) MUST_CHECK;
/* output_max in bytes, or the default. */
int payload_output_max(const struct scenario_payload *p, uint64_t *out, struct err *err) MUST_CHECK;

#endif
