/* SPDX-License-Identifier: GPL-2.0-only */
/* The metrics that a scenario names to be judged by. */
#ifndef HARNESS_HEADLINES_H
#define HARNESS_HEADLINES_H

#include "harness/scenario/scenario.h"

/* Refuses names that no metric has: those of the registry (sidecar/metric.h), and "PAYLOAD: METRIC" of
 * the scenario's own payloads. */
int headlines_check(const struct scenario *s, struct err *err) MUST_CHECK;

#endif
