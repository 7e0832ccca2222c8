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

/* `run_ns`: the run's length, of all `cpus`. A latency below quantum_ns is left out. cpu_share is
 * that of the whole cgroup here, and fairness is not known from one cgroup. */
void measure_cgroup(const struct wire_cgroup *c, uint64_t run_ns, uint32_t cpus,
                    uint64_t quantum_ns, struct cgroup_metrics *out);
/* Its part about latencies (measure_latency.c). */
void measure_latencies(const struct wire_cgroup *c, uint64_t quantum_ns, double *v);
/* The count of the samples that a metric is made of; CGROUP_METRIC_COUNT: it is not made of any. */
enum cgroup_metric measure_samples_of(enum cgroup_metric m);
/* How many samples it takes to know such a metric; 0: it is not made of any. */
uint64_t measure_samples_for(enum cgroup_metric m);

/* Whether a worker of the type is entitled to a share that is known. */
bool measure_is_rival(int type);

/* What each cgroup's spinning workers got against what they are entitled to (fair.h), into
 * CG_FAIRNESS_ERROR_PCT of rows[i], i-th cgroup of the job; rows[job->cgroups.n] is the guest's
 * root cgroup, or NULL. Returns NULL, or why it cannot be said of this test (caller frees): then no
 * row has one. */
char *measure_fairness(const struct job *job, const struct guest_report *guest,
                       struct cgroup_metrics *const *rows);

/* Pages that its workers have of their own; NAN when that is not known. */
double measure_own_pages(const struct wire_cgroup *c);
/* Whether its workers have so much memory of their own that it says something where it is: 1 MiB.
 * Never on a machine of one node. */
#define MEASURE_LEAST_PAGES 256
bool measure_has_pages(const struct wire_cgroup *c);

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
