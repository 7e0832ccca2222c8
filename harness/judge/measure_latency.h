/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes the latency metrics of a cgroup from histograms. Pure. */
#ifndef JUDGE_MEASURE_LATENCY_H
#define JUDGE_MEASURE_LATENCY_H

#include "harness/wire/report.h"
#include "sidecar/metric.h"

/* Sets the latency metrics in v[], which is indexed by enum cgroup_metric. A latency below
 * quantum_ns is not measured. */
void measure_latencies(const struct wire_cgroup *c, uint64_t quantum_ns, double *v);

#endif
