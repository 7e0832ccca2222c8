/* SPDX-License-Identifier: GPL-2.0-only */
/* Turns samples of the run queues into figures. Pure. */
#ifndef AGENT_RUNQ_H
#define AGENT_RUNQ_H

#include "harness/agent/trace_shared.h"
#include "harness/wire/report.h"

/* Between two samples. Not a multiple of a millisecond, because workers sleep and wake in
 * milliseconds. Short enough for five samples within a test of half a second. */
#define RUNQ_PERIOD_NS 89700000ULL
/* A value is sustained if so many samples in a row reach it. */
#define RUNQ_SUSTAINED 5

/* From n samples in order. A figure that needs more samples than n stays "not measured". */
void runq_sum_up(const struct trace_sample *samples, size_t n, struct wire_runq *out);

#endif
