/* SPDX-License-Identifier: GPL-2.0-only */
/* Worker reports to cgroup metrics. Pure. */
#ifndef JUDGE_MEASURE_H
#define JUDGE_MEASURE_H

#include "harness/judge/guest.h"
#include "harness/wire/job.h"
#include "harness/wire/report.h"
#include "sidecar/sidecar.h"

/* Whether the worker's type never blocks, so that its CPU share and gaps say something about the
 * scheduler: such a type reports a gap. */
bool measure_is_spinner(const struct wire_worker *w);

/* Whether the worker was there for less than that: too short to say that it did not get its turn.
 */
#define MEASURE_BRIEF_MS 100
bool measure_is_brief(const struct wire_worker *w);

/* Whether two workers of a cgroup ought to fare alike: of one work, started together, of one role,
 * given the same CPUs. */
bool measure_are_like(const struct wire_worker *a, const struct wire_worker *b);

/* Whether a worker of the type is entitled to a share that is known. */
bool measure_is_rival(int type);

/* `run_ns`: the run's length, of all `cpus`. A latency below quantum_ns is left out. cpu_share is
 * that of the whole cgroup here, and fairness is not known from one cgroup. */
void measure_cgroup(const struct wire_cgroup *c, uint64_t run_ns, uint32_t cpus,
                    uint64_t quantum_ns, struct cgroup_metrics *out);

/* Pages that its workers have of their own; NAN when that is not known. */
double measure_own_pages(const struct wire_cgroup *c);
/* Whether its workers have so much memory of their own that it says something where it is: 1 MiB.
 * Never on a machine of one node. */
#define MEASURE_LEAST_PAGES 256
bool measure_has_pages(const struct wire_cgroup *c);

#endif
