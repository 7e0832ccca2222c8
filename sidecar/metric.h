/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The metric registry: the one list of what a test measures. The sidecar's `stats` fields, `stats
 * list-metrics`, the gates of `stats compare`, the roll-up from cgroups and docs/metrics.md are all
 * derived from it. A new metric is one line here, and the code that measures it.
 *
 * A value that was not measured is NaN in memory and null in a file, never 0.
 */
#ifndef SIDECAR_METRIC_H
#define SIDECAR_METRIC_H

#include "base/json.h"

enum metric_polarity {
	METRIC_LOWER_BETTER,
	METRIC_HIGHER_BETTER,
	METRIC_NO_POLARITY, /* the load causes it: neither direction is better */
};

/* How it depends on the length of the run. */
enum metric_over {
	METRIC_LEVEL,   /* not at all: a rate, a share, a percentile */
	METRIC_TOTAL,   /* in proportion to it */
	METRIC_EXTREME, /* the greatest so far: rises with it, in no proportion */
};

/* How the test's value is computed from the values of its cgroups. */
enum metric_rollup {
	METRIC_SUM,
	METRIC_WORST, /* the least if higher is better, else the greatest */
	METRIC_OWN,   /* not from cgroups: measured once per test */
};

/* Metrics of the workers of one cgroup. X(id, name, unit, doc) */
#define CGROUP_METRICS(X)                                                                          \
	X(CG_SPREAD, "spread", "%",                                                                \
	  "CPU time among like workers, greatest minus least, as a percentage of the run")         \
	X(CG_MAX_GAP_MS, "max_gap_ms", "ms",                                                       \
	  "longest time a worker that never blocks did not run")                                   \
	X(CG_MIGRATIONS, "migrations", NULL, "moves of workers from one CPU to another")           \
	X(CG_MIGRATION_RATIO, "migration_ratio", NULL, "migrations per iteration")                 \
	X(CG_ITERATIONS, "iterations", NULL, "iterations of all workers")                          \
	X(CG_ITERATIONS_PER_WORKER, "iterations_per_worker", NULL,                                 \
	  "iterations, mean over workers")                                                         \
	X(CG_CPU_SHARE, "cpu_share", "%",                                                          \
	  "CPU time its own tasks used, as a percentage of all CPU time (CPUs × run)")             \
	X(CG_CONTEXT_SWITCHES, "context_switches", NULL,                                           \
	  "context switches of all workers, voluntary and involuntary")                            \
	X(CG_MEAN_RUN_DELAY_US, "mean_run_delay_us", "us",                                         \
	  "time a worker was runnable but not running, per time slice: mean over workers "         \
	  "(schedstat)")                                                                           \
	X(CG_WORST_RUN_DELAY_US, "worst_run_delay_us", "us",                                       \
	  "the same, of the worker that waited longest per time slice")                            \
	X(CG_RUN_DELAY_PCT, "run_delay_pct", "%",                                                  \
	  "share of its wall time that a worker was runnable but not running, worst worker")       \
	X(CG_WAKE_SAMPLES, "wake_samples", NULL, "wake-ups timed")                                 \
	X(CG_WAKE_P50_US, "median_wake_latency_us", "us", "wake latency: median")                  \
	X(CG_WAKE_P90_US, "p90_wake_latency_us", "us", "… 90th percentile")                        \
	X(CG_WAKE_P95_US, "p95_wake_latency_us", "us", "… 95th percentile")                        \
	X(CG_WAKE_P99_US, "p99_wake_latency_us", "us", "… 99th percentile")                        \
	X(CG_WAKE_P999_US, "p999_wake_latency_us", "us", "… 99.9th percentile")                    \
	X(CG_WAKE_MAX_US, "max_wake_latency_us", "us", "… the longest")                            \
	X(CG_WAKE_CV, "wake_latency_cv", NULL, "wake latency: standard deviation ÷ mean")          \
	X(CG_SCHED_SAMPLES, "sched_delay_samples", NULL,                                           \
	  "times a task became runnable and then ran")                                             \
	X(CG_SCHED_P50_US, "median_sched_delay_us", "us",                                          \
	  "scheduling delay of all tasks (from the kernel's events): median")                      \
	X(CG_SCHED_P90_US, "p90_sched_delay_us", "us", "… 90th percentile")                        \
	X(CG_SCHED_P95_US, "p95_sched_delay_us", "us", "… 95th percentile")                        \
	X(CG_SCHED_P99_US, "p99_sched_delay_us", "us", "… 99th percentile")                        \
	X(CG_SCHED_P999_US, "p999_sched_delay_us", "us", "… 99.9th percentile")                    \
	X(CG_SCHED_MAX_US, "max_sched_delay_us", "us", "… the longest")                            \
	X(CG_SLEEP_SAMPLES, "sleep_samples", NULL, "sleeps timed")                                 \
	X(CG_SLEEP_P50_US, "median_sleep_overshoot_us", "us", "sleep overshoot: median")           \
	X(CG_SLEEP_P90_US, "p90_sleep_overshoot_us", "us", "… 90th percentile")                    \
	X(CG_SLEEP_P95_US, "p95_sleep_overshoot_us", "us", "… 95th percentile")                    \
	X(CG_SLEEP_P99_US, "p99_sleep_overshoot_us", "us", "… 99th percentile")                    \
	X(CG_SLEEP_P999_US, "p999_sleep_overshoot_us", "us", "… 99.9th percentile")                \
	X(CG_SLEEP_MAX_US, "max_sleep_overshoot_us", "us", "… the longest")                        \
	X(CG_LONGEST_WAIT_MS, "longest_wait_ms", "ms",                                             \
	  "longest time a task was runnable but not running (from the kernel's events)")           \
	X(CG_IDLE_WAIT_PCT, "idle_wait_pct", "%",                                                  \
	  "share of the run during which a task waited while a CPU it may use was idle")           \
	X(CG_BREACH_MS, "breach_ms", "ms",                                                         \
	  "time all workers ran on CPUs that their cpuset or affinity forbids")                    \
	X(CG_FAIRNESS_ERROR_PCT, "fairness_error_pct", "%",                                        \
	  "how far the CPU time of its spinning workers is from their entitlement by weights, "    \
	  "nice, allowed CPUs and limits, as a percentage of the entitlement")                     \
	X(CG_PAGE_LOCALITY, "page_locality", NULL,                                                 \
	  "share of its workers' own memory that is on the right nodes")                           \
	X(CG_SLOW_TIER_RATIO, "slow_tier_ratio", NULL,                                             \
	  "share of its workers' own memory that is on nodes whose CPUs are all offline")          \
	X(CG_ITERATION_RATE, "iteration_rate", "1/s",                                              \
	  "iterations per second of a worker's wall time, mean over workers")                      \
	X(CG_MIN_ITERATION_RATE, "min_iteration_rate", "1/s", "the same, of the slowest worker")   \
	X(CG_MIN_WORK_RATE, "min_work_rate", "1/s",                                                \
	  "iterations per second of CPU time, of the worker with the fewest")                      \
	X(CG_THROUGHPUT_CV, "throughput_cv", NULL,                                                 \
	  "iterations per second of CPU time among like workers: standard deviation ÷ mean, of "  \
	  "the worst work")                                                                        \
	X(CG_MIGRATION_RATE, "migration_rate", "1/s",                                              \
	  "migrations per second of a worker's wall time, mean over workers")                      \
	X(CG_SWITCH_RATE, "context_switch_rate", "1/s",                                            \
	  "context switches per second of a worker's wall time, mean over workers")

enum cgroup_metric {
#define X(id, name, unit, doc) id,
	CGROUP_METRICS(X)
#undef X
	CGROUP_METRIC_COUNT
};

struct cgroup_metrics {
	double v[CGROUP_METRIC_COUNT];
};
extern const struct json_table cgroup_metrics_table;

/* Metrics of one test. X(id, name, unit, polarity, abs gate, rel gate, over, rollup,
 * cgroup metric, doc). A difference counts when it reaches both gates: the absolute one, in the metric's
 * unit, and the relative one, a fraction of A. */
#define METRICS(X)                                                                                 \
	X(M_WORST_SPREAD, "worst_spread", "%", METRIC_LOWER_BETTER, 5, 0.25, METRIC_LEVEL,         \
	  METRIC_WORST, CG_SPREAD, "unfairness inside a cgroup")                                   \
	X(M_WORST_GAP_MS, "worst_gap_ms", "ms", METRIC_LOWER_BETTER, 10, 0.10, METRIC_EXTREME,     \
	  METRIC_WORST, CG_MAX_GAP_MS, "longest time a worker that never blocks did not run")      \
	X(M_TOTAL_MIGRATIONS, "total_migrations", NULL, METRIC_LOWER_BETTER, 10, 0.30,             \
	  METRIC_TOTAL, METRIC_SUM, CG_MIGRATIONS, "moves between CPUs")                           \
	X(M_WORST_MIGRATION_RATIO, "worst_migration_ratio", NULL, METRIC_LOWER_BETTER, 0.05, 0.20, \
	  METRIC_LEVEL, METRIC_WORST, CG_MIGRATION_RATIO, "migrations per iteration")              \
	X(M_P50_WAKE_US, "worst_median_wake_latency_us", "us", METRIC_LOWER_BETTER, 20, 0.25,      \
	  METRIC_LEVEL, METRIC_WORST, CG_WAKE_P50_US, "wake latency, median")                      \
	X(M_P99_WAKE_US, "worst_p99_wake_latency_us", "us", METRIC_LOWER_BETTER, 50, 0.10,         \
	  METRIC_LEVEL, METRIC_WORST, CG_WAKE_P99_US, "wake latency, 99th percentile")             \
	X(M_MAX_WAKE_US, "worst_max_wake_latency_us", "us", METRIC_LOWER_BETTER, 500, 0.50,        \
	  METRIC_EXTREME, METRIC_WORST, CG_WAKE_MAX_US, "wake latency, longest")                   \
	X(M_P999_WAKE_US, "worst_p999_wake_latency_us", "us", METRIC_LOWER_BETTER, 200, 0.5,       \
	  METRIC_LEVEL, METRIC_WORST, CG_WAKE_P999_US, "wake latency, 99.9th percentile")          \
	X(M_WAKE_CV, "worst_wake_latency_cv", NULL, METRIC_LOWER_BETTER, 0.1, 0.25, METRIC_LEVEL,  \
	  METRIC_WORST, CG_WAKE_CV, "wake latency, standard deviation ÷ mean")                     \
	X(M_P50_SCHED_US, "worst_median_sched_delay_us", "us", METRIC_LOWER_BETTER, 20, 0.25,      \
	  METRIC_LEVEL, METRIC_WORST, CG_SCHED_P50_US, "scheduling delay, median")                 \
	X(M_P90_SCHED_US, "worst_p90_sched_delay_us", "us", METRIC_LOWER_BETTER, 30, 0.25,         \
	  METRIC_LEVEL, METRIC_WORST, CG_SCHED_P90_US, "scheduling delay, 90th percentile")        \
	X(M_P95_SCHED_US, "worst_p95_sched_delay_us", "us", METRIC_LOWER_BETTER, 40, 0.25,         \
	  METRIC_LEVEL, METRIC_WORST, CG_SCHED_P95_US, "scheduling delay, 95th percentile")        \
	X(M_P99_SCHED_US, "worst_p99_sched_delay_us", "us", METRIC_LOWER_BETTER, 50, 0.10,         \
	  METRIC_LEVEL, METRIC_WORST, CG_SCHED_P99_US, "scheduling delay, 99th percentile")        \
	X(M_P999_SCHED_US, "worst_p999_sched_delay_us", "us", METRIC_LOWER_BETTER, 200, 0.5,       \
	  METRIC_LEVEL, METRIC_WORST, CG_SCHED_P999_US, "scheduling delay, 99.9th percentile")     \
	X(M_MAX_SCHED_US, "worst_max_sched_delay_us", "us", METRIC_LOWER_BETTER, 500, 0.5,         \
	  METRIC_EXTREME, METRIC_WORST, CG_SCHED_MAX_US, "scheduling delay, longest")              \
	X(M_P50_SLEEP_US, "worst_median_sleep_overshoot_us", "us", METRIC_LOWER_BETTER, 20, 0.25,  \
	  METRIC_LEVEL, METRIC_WORST, CG_SLEEP_P50_US, "sleep overshoot, median")                  \
	X(M_P99_SLEEP_US, "worst_p99_sleep_overshoot_us", "us", METRIC_LOWER_BETTER, 50, 0.25,     \
	  METRIC_LEVEL, METRIC_WORST, CG_SLEEP_P99_US, "sleep overshoot, 99th percentile")         \
	X(M_MAX_SLEEP_US, "worst_max_sleep_overshoot_us", "us", METRIC_LOWER_BETTER, 500, 0.5,     \
	  METRIC_EXTREME, METRIC_WORST, CG_SLEEP_MAX_US, "sleep overshoot, longest")               \
	X(M_LONGEST_WAIT_MS, "worst_longest_wait_ms", "ms", METRIC_LOWER_BETTER, 5, 0.10,          \
	  METRIC_EXTREME, METRIC_WORST, CG_LONGEST_WAIT_MS,                                        \
	  "longest time runnable but not running")                                                 \
	X(M_IDLE_WAIT_PCT, "worst_idle_wait_pct", "%", METRIC_LOWER_BETTER, 1, 0.25, METRIC_LEVEL, \
	  METRIC_WORST, CG_IDLE_WAIT_PCT, "share of the run waiting beside an idle CPU")           \
	X(M_BREACH_MS, "total_breach_ms", "ms", METRIC_LOWER_BETTER, 1, 0.5, METRIC_TOTAL,         \
	  METRIC_SUM, CG_BREACH_MS, "time workers ran on forbidden CPUs")                          \
	X(M_FAIRNESS_ERROR_PCT, "worst_fairness_error_pct", "%", METRIC_LOWER_BETTER, 5, 0.25,     \
	  METRIC_LEVEL, METRIC_WORST, CG_FAIRNESS_ERROR_PCT,                                       \
	  "unfairness between cgroups, by weight")                                                 \
	X(M_THROUGHPUT_CV, "worst_throughput_cv", NULL, METRIC_LOWER_BETTER, 0.05, 0.25,           \
	  METRIC_LEVEL, METRIC_WORST, CG_THROUGHPUT_CV,                                            \
	  "spread of work done per CPU time: standard deviation ÷ mean")                           \
	X(M_ITERATION_RATE, "worst_iteration_rate", "1/s", METRIC_HIGHER_BETTER, 10, 0.1,          \
	  METRIC_LEVEL, METRIC_WORST, CG_ITERATION_RATE, "work done per second and worker")        \
	X(M_MIGRATION_RATE, "worst_migration_rate", "1/s", METRIC_LOWER_BETTER, 5, 0.3,            \
	  METRIC_LEVEL, METRIC_WORST, CG_MIGRATION_RATE,                                           \
	  "moves between CPUs per second and worker")                                              \
	X(M_SWITCH_RATE, "worst_context_switch_rate", "1/s", METRIC_NO_POLARITY, 50, 0.3,          \
	  METRIC_LEVEL, METRIC_WORST, CG_SWITCH_RATE, "context switches per second and worker")    \
	X(M_MEAN_RUN_DELAY_US, "worst_mean_run_delay_us", "us", METRIC_LOWER_BETTER, 50, 0.25,     \
	  METRIC_LEVEL, METRIC_WORST, CG_MEAN_RUN_DELAY_US, "wait per time slice, mean")           \
	X(M_WORST_RUN_DELAY_US, "worst_run_delay_us", "us", METRIC_LOWER_BETTER, 100, 0.50,        \
	  METRIC_LEVEL, METRIC_WORST, CG_WORST_RUN_DELAY_US, "wait per time slice, worst worker")  \
	X(M_CONTEXT_SWITCHES, "total_context_switches", NULL, METRIC_NO_POLARITY, 100, 0.30,       \
	  METRIC_TOTAL, METRIC_SUM, CG_CONTEXT_SWITCHES, "context switches of the workers")        \
	X(M_TOTAL_ITERATIONS, "total_iterations", NULL, METRIC_HIGHER_BETTER, 100, 0.10,           \
	  METRIC_TOTAL, METRIC_SUM, CG_ITERATIONS, "work done")                                    \
	X(M_ITERATIONS_PER_WORKER, "worst_iterations_per_worker", NULL, METRIC_HIGHER_BETTER, 10,  \
	  0.10, METRIC_TOTAL, METRIC_WORST, CG_ITERATIONS_PER_WORKER, "work done per worker")      \
	X(M_CPU_SHARE, "total_cpu_share", "%", METRIC_NO_POLARITY, 2, 0.05, METRIC_LEVEL,          \
	  METRIC_SUM, CG_CPU_SHARE, "CPU time the cgroups used, of all CPU time")                  \
	X(M_PAGE_LOCALITY, "worst_page_locality", NULL, METRIC_HIGHER_BETTER, 0.05, 0.10,          \
	  METRIC_LEVEL, METRIC_WORST, CG_PAGE_LOCALITY,                                            \
	  "share of workers' memory on the right nodes")                                           \
	X(M_SLOW_TIER_RATIO, "worst_slow_tier_ratio", NULL, METRIC_LOWER_BETTER, 0.05, 0.20,       \
	  METRIC_LEVEL, METRIC_WORST, CG_SLOW_TIER_RATIO,                                          \
	  "share of workers' memory on nodes whose CPUs are all offline")                          \
	X(M_CROSS_NODE_MIGRATION_RATIO, "cross_node_migration_ratio", NULL, METRIC_LOWER_BETTER,   \
	  0.05, 0.20, METRIC_TOTAL, METRIC_OWN, CGROUP_METRIC_COUNT,                               \
	  "pages the kernel moved during the run ÷ pages the workers own at its end")              \
	X(M_VERIFIED_INSNS, "verified_insns", NULL, METRIC_LOWER_BETTER, 1000, 0.20, METRIC_LEVEL, \
	  METRIC_OWN, CGROUP_METRIC_COUNT,                                                         \
	  "instructions the verifier processed to accept the scheduler")                           \
	X(M_IMBALANCE, "sustained_imbalance_ratio", NULL, METRIC_LOWER_BETTER, 1.5, 0.25,          \
	  METRIC_EXTREME, METRIC_OWN, CGROUP_METRIC_COUNT,                                         \
	  "tasks of the fullest CPU ÷ tasks of the emptiest (counted as at least 1): the "        \
	  "most that five samples in a row reached")                                               \
	X(M_DSQ_DEPTH, "sustained_local_dsq_depth", NULL, METRIC_LOWER_BETTER, 5, 0.50,            \
	  METRIC_EXTREME, METRIC_OWN, CGROUP_METRIC_COUNT,                                         \
	  "depth of the deepest local dispatch queue: the most that five samples in a row "        \
	  "reached")                                                                               \
	X(M_STALL_MS, "longest_stall_ms", "ms", METRIC_LOWER_BETTER, 200, 0.50, METRIC_EXTREME,    \
	  METRIC_OWN, CGROUP_METRIC_COUNT,                                                         \
	  "longest time a CPU was idle with tasks in its own run queue, from samples")             \
	X(M_FALLBACK_RATE, "fallback_rate", "1/s", METRIC_LOWER_BETTER, 10, 0.30, METRIC_LEVEL,    \
	  METRIC_OWN, CGROUP_METRIC_COUNT,                                                         \
	  "times the scheduler chose a CPU the task cannot use, so that the kernel chose "         \
	  "another; all CPUs (SCX_EV_SELECT_CPU_FALLBACK)")                                        \
	X(M_EXT_SHARE_PCT, "ext_share_pct", "%", METRIC_HIGHER_BETTER, 2, 0.02, METRIC_LEVEL,      \
	  METRIC_OWN, CGROUP_METRIC_COUNT,                                                         \
	  "share of the load's CPU time that the attached sched_ext scheduler ran; tasks "         \
	  "of real-time policies do not count")                                                    \
	X(M_BENCH_P50_NS, "bench_p50_ns", "ns", METRIC_LOWER_BETTER, 2, 0.05, METRIC_LEVEL,        \
	  METRIC_OWN, CGROUP_METRIC_COUNT, "time of an operation: median of the samples")          \
	X(M_BENCH_MEAN_NS, "bench_mean_ns", "ns", METRIC_LOWER_BETTER, 2, 0.05, METRIC_LEVEL,      \
	  METRIC_OWN, CGROUP_METRIC_COUNT, "… mean over all iterations")                           \
	X(M_BENCH_MIN_NS, "bench_min_ns", "ns", METRIC_LOWER_BETTER, 2, 0.05, METRIC_LEVEL,        \
	  METRIC_OWN, CGROUP_METRIC_COUNT, "… the least sample")                                   \
	X(M_BENCH_P95_NS, "bench_p95_ns", "ns", METRIC_LOWER_BETTER, 5, 0.10, METRIC_LEVEL,        \
	  METRIC_OWN, CGROUP_METRIC_COUNT, "… 95th percentile of the samples")                     \
	X(M_BENCH_P99_NS, "bench_p99_ns", "ns", METRIC_LOWER_BETTER, 10, 0.20, METRIC_LEVEL,       \
	  METRIC_OWN, CGROUP_METRIC_COUNT, "… 99th percentile of the samples")                     \
	X(M_BENCH_MAX_NS, "bench_max_ns", "ns", METRIC_LOWER_BETTER, 100, 0.50, METRIC_LEVEL,      \
	  METRIC_OWN, CGROUP_METRIC_COUNT, "… the greatest sample")                                \
	X(M_BENCH_PCT, "bench_pct", "%", METRIC_LOWER_BETTER, 1, 0.10, METRIC_LEVEL, METRIC_OWN,   \
	  CGROUP_METRIC_COUNT,                                                                     \
	  "of a benchmark that measures a share or a spread: median of the samples")               \
	X(M_BENCH_BYTES, "bench_bytes", "bytes", METRIC_LOWER_BETTER, 65536, 0.02, METRIC_LEVEL,   \
	  METRIC_OWN, CGROUP_METRIC_COUNT,                                                         \
	  "of a benchmark that measures memory or a file: median of the samples")

enum metric {
#define X(id, name, unit, pol, abs, rel, over, rollup, cg, doc) id,
	METRICS(X)
#undef X
	METRIC_COUNT
};

struct metric_def {
	const char *name, *unit, *doc; /* unit NULL: a count or a ratio */
	enum metric_polarity polarity;
	double gate_abs, gate_rel;
	enum metric_over over;
	enum metric_rollup rollup;
	enum cgroup_metric from;
};
extern const struct metric_def metric_defs[METRIC_COUNT];

struct metrics {
	double v[METRIC_COUNT];
};
extern const struct json_table metrics_table;

/* "lower", "higher", "none". */
const char *metric_polarity_name(enum metric_polarity p);
/* enum metric by name, or -1. */
int metric_find(const char *name);
/* The questions a test is judged by unless its scenario names headlines, each answered by the first
 * of its metrics that the test measures. X(id, name, metric, metric instead of it) */
#define METRIC_QUESTIONS(X)                                                                        \
	X(QUESTION_THROUGHPUT, "throughput", M_ITERATION_RATE, M_ITERATION_RATE)                   \
	X(QUESTION_TAIL, "tail latency", M_P99_WAKE_US, M_P99_SCHED_US)                            \
	X(QUESTION_FAIRNESS, "fairness", M_FAIRNESS_ERROR_PCT, M_WORST_SPREAD)                     \
	X(QUESTION_WAIT, "longest wait", M_LONGEST_WAIT_MS, M_WORST_GAP_MS)

enum metric_question {
#define X(id, name, first, second) id,
	METRIC_QUESTIONS(X)
#undef X
	QUESTION_COUNT
};
struct metric_question_def {
	const char *name;
	enum metric metric[2];
};
extern const struct metric_question_def metric_question_defs[QUESTION_COUNT];

/* Whether the metric says nothing that *other does not say. */
bool metric_repeats(enum metric m, enum metric *other);

/* The metric that counts the samples of m; CGROUP_METRIC_COUNT: m is not made from samples. */
enum cgroup_metric metric_samples_of(enum cgroup_metric m);
/* How many samples m needs; 0: m is not made from samples. With fewer, a percentile's nearest rank
 * is the last sample: it would only be the maximum under another name. */
uint64_t metric_samples_for(enum cgroup_metric m);
/* Whether a cgroup's value takes part in the test's worst value. A percentile also does if it has
 * no value because it is below the virtual clock's quantum: it is not the worst then. */
bool metric_takes_part(const struct cgroup_metrics *c, enum cgroup_metric m);
/* Computes the test's values from those of its cgroups; METRIC_OWN rows stay as they are.
 * METRIC_WORST ignores cgroups that measure no such thing and is NaN when none does. It is also NaN
 * when a cgroup has too few samples for the percentile: the worst of the others is not the worst.
 * METRIC_SUM is NaN when any cgroup lacks the value, or when there are no cgroups. */
void metric_roll_up(const struct cgroup_metrics *const *cgroups, size_t n, struct metrics *out);

#endif
