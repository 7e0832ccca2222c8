/* SPDX-License-Identifier: GPL-2.0-only */
/* Samples of the run queues, summed up. Pure. */
#ifndef AGENT_RUNQ_H
#define AGENT_RUNQ_H

#include "harness/agent/trace_shared.h"
#include "harness/wire/report.h"

/* Between two samples: off the beat of milliseconds, to which workers sleep and wake, and five of
 * them well within the half second that a test lasts. */
#define RUNQ_PERIOD_NS 89700000ULL
/* A value is sustained that so many samples in a row reach. */
#define RUNQ_SUSTAINED 5

/* n samples in order. What takes more of them than there are stays none. */
void runq_sum_up(const struct trace_sample *samples, size_t n, struct wire_runq *out);

#endif
