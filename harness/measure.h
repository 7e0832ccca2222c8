/* SPDX-License-Identifier: GPL-2.0-only */
/* Worker reports to cgroup metrics. Pure. */
#ifndef HARNESS_MEASURE_H
#define HARNESS_MEASURE_H

#include "harness/wire/job.h"
#include "harness/wire/report.h"
#include "sidecar/sidecar.h"

/* Whether the worker's type never blocks, so that its CPU share and gaps say something about the
 * scheduler: such a type reports a gap. */
bool measure_is_spinner(const struct wire_worker *w);

/* `run_ns`: the run's length, of all `cpus`. A wake latency percentile below quantum_ns is left
 * out. */
void measure_cgroup(const struct wire_cgroup *c, uint64_t run_ns, uint32_t cpus,
                    uint64_t quantum_ns, struct cgroup_metrics *out);

#endif
