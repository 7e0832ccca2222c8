/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes the metrics of the whole test: sched_ext's counters, run queues, migrated pages. Pure. */
#ifndef JUDGE_MEASURE_MACHINE_H
#define JUDGE_MEASURE_MACHINE_H

#include "harness/judge/guest.h"
#include "sidecar/sidecar.h"

/* sched_ext's counters over the run as the guest reported them, at most 64. Those with an
 * impossible name or value are left out. */
void measure_events(const struct wire_system *sys, struct json_f64map *out);
/* Events per second of the run, over all CPUs. NAN if they were not counted, or if the kernel
 * bypassed the scheduler during the run. */
double measure_event_rate(const struct wire_system *sys, const char *event);

/* The metrics of the test that cgroups do not have. ext: the test has a sched_ext scheduler. */
void measure_test(const struct guest_report *guest, bool ext, struct metrics *out);
/* The run queues and the runs of callbacks for the sidecar (the caller frees); NULL if neither was
 * measured. */
struct sidecar_monitor *measure_monitor(const struct wire_system *sys, bool ext);

#endif
