/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes the latency metrics of a cgroup from histograms. Pure. */
#ifndef JUDGE_MEASURE_LATENCY_H
#define JUDGE_MEASURE_LATENCY_H

#include "harness/wire/report.h"
#include "sidecar/metric.h"

/* Sets the latency metrics in v[], which is indexed by enum cgroup_metric. A latency below
 * quantum_ns is not measured. */
void measure_latencies(const struct wire_cgroup *c, uint64_t quantum_ns, double *v);
/* The metric that counts the samples of m; CGROUP_METRIC_COUNT: m is not made from samples. */
enum cgroup_metric measure_samples_of(enum cgroup_metric m);
/* How many samples m needs; 0: m is not made from samples. */
uint64_t measure_samples_for(enum cgroup_metric m);

#endif
