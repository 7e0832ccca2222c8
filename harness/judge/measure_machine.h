/* SPDX-License-Identifier: GPL-2.0-only */
/* Metrics of the whole test: counters of sched_ext, run queues, pages that moved. Pure. */
#ifndef JUDGE_MEASURE_MACHINE_H
#define JUDGE_MEASURE_MACHINE_H

#include "harness/judge/guest.h"
#include "sidecar/sidecar.h"

/* sched_ext's counters over the run, as the guest has them: those whose name and value can be. At
 * most 64. */
void measure_events(const struct wire_system *sys, struct json_f64map *out);
/* Per second of the run, over all CPUs; NAN when nobody counted, and when the kernel bypassed the
 * scheduler meanwhile. */
double measure_event_rate(const struct wire_system *sys, const char *event);

/* The test's own metrics, which no cgroup has. ext: under a scheduler of sched_ext. */
void measure_test(const struct guest_report *guest, bool ext, struct metrics *out);
/* The run queues as they are kept; NULL (the caller frees) when nobody sampled them. */
struct sidecar_monitor *measure_monitor(const struct wire_runq *q, bool ext);

#endif
