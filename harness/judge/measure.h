/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes the metrics of a cgroup from what its workers reported. Pure. */
#ifndef JUDGE_MEASURE_H
#define JUDGE_MEASURE_H

#include "harness/judge/guest.h"
#include "harness/wire/job.h"
#include "harness/wire/report.h"
#include "sidecar/sidecar.h"

/* Whether the worker never blocks, so that its gaps say something about the scheduler. Only types
 * that never block report a gap. */
bool measure_is_spinner(const struct wire_worker *w);

/* Whether the worker existed for less than this: it may not have had its turn. */
#define MEASURE_BRIEF_MS 100
#define MEASURE_BRIEF    STRINGIFY(MEASURE_BRIEF_MS) " ms"
bool measure_is_brief(const struct wire_worker *w);

/* Whether two workers of a cgroup should get the same: they are of one work, were started together,
 * have the same role and the same CPUs. */
bool measure_are_like(const struct wire_worker *a, const struct wire_worker *b);

/* Whether it is known which share a worker of the type is entitled to: it never blocks and does not
 * set its own affinity. */
bool measure_is_rival(int type);

/* run_ns: length of the run. cpus: CPUs of the machine. A latency below quantum_ns is not measured.
 * CG_CPU_SHARE includes the cgroups below. CG_FAIRNESS_ERROR_PCT is left to measure_fairness(). */
void measure_cgroup(const struct wire_cgroup *c, uint64_t run_ns, uint32_t cpus,
                    uint64_t quantum_ns, struct cgroup_metrics *out);

/* Pages of 4 KiB that the cgroup's workers have of their own; NAN if not measured. */
double measure_own_pages(const struct wire_cgroup *c);
/* Whether these are at least 1 MiB, enough to judge where they are. Never on a machine with one
 * NUMA node. */
#define MEASURE_LEAST_PAGES 256
bool measure_has_pages(const struct wire_cgroup *c);

#endif
