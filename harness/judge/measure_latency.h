/* SPDX-License-Identifier: GPL-2.0-only */
/* Latencies of a cgroup, from the histograms of its workers. Pure. */
#ifndef JUDGE_MEASURE_LATENCY_H
#define JUDGE_MEASURE_LATENCY_H

#include "harness/wire/report.h"
#include "sidecar/metric.h"

/* The metrics of a cgroup that are latencies; one below quantum_ns is left out. */
void measure_latencies(const struct wire_cgroup *c, uint64_t quantum_ns, double *v);
/* The count of the samples that a metric is made of; CGROUP_METRIC_COUNT: it is not made of any. */
enum cgroup_metric measure_samples_of(enum cgroup_metric m);
/* How many samples it takes to know such a metric; 0: it is not made of any. */
uint64_t measure_samples_for(enum cgroup_metric m);

#endif
