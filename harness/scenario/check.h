/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The list of all checks. The YAML keys, the defaults, help and docs come from it. How each check
 * is judged is in harness/judge/judge_rules.c. A limit is a number; NaN: the check is off.
 */
#ifndef SCENARIO_CHECK_H
#define SCENARIO_CHECK_H

#include <math.h>

#include "base/util.h"

/* A functional check asks what the scheduler decided; it is valid under any clock. A timing check
 * asks how long things took; it needs a clock that measures time. */
enum check_kind {
	CHECK_FUNCTIONAL,
	CHECK_TIMING,
};

/* X(id, key, kind, default, unit, doc) */
#define CHECKS(X)                                                                                  \
	X(CHECK_MIN_ITERATIONS, min_iterations, CHECK_FUNCTIONAL, 1, NULL,                         \
	  "iterations that every worker must do at least: fewer is starvation")                    \
	X(CHECK_MIN_EXT_SHARE_PCT, min_ext_share_pct, CHECK_FUNCTIONAL, 90, "%",                   \
	  "share of the load's CPU time that the attached scheduler runs at least; off for the "   \
	  "kernel's own scheduler and where steps attach or detach one. Less: the scheduler left " \
	  "the load to the kernel's own, as one with SCX_OPS_SWITCH_PARTIAL does")                 \
	X(CHECK_MAX_SPREAD_PCT, max_spread_pct, CHECK_TIMING, 35, "%",                             \
	  "largest minus smallest share of CPU time among like workers that never block, per "     \
	  "cgroup")                                                                                \
	X(CHECK_MAX_GAP_MS, max_gap_ms, CHECK_TIMING, 1000, "ms",                                  \
	  "longest time a worker that never blocks did not run")                                   \
	X(CHECK_MAX_WAIT_MS, max_wait_ms, CHECK_TIMING, 1000, "ms",                                \
	  "longest time that a task was runnable but not running, measured in the kernel")         \
	X(CHECK_MAX_BREACH_MS, max_breach_ms, CHECK_FUNCTIONAL, 0, "ms",                           \
	  "time that a cgroup's workers ran on CPUs that their cpuset or affinity forbids")        \
	X(CHECK_MAX_FAIRNESS_ERROR_PCT, max_fairness_error_pct, CHECK_TIMING, NAN, "%",            \
	  "how far the CPU time of a cgroup's works is from their fair share by weight, nice, "    \
	  "allowed CPUs and limits")                                                               \
	X(CHECK_MAX_IDLE_WAIT_PCT, max_idle_wait_pct, CHECK_TIMING, NAN, "%",                      \
	  "share of the run during which a task waited although a CPU it may use was idle (work "  \
	  "conservation)")                                                                         \
	X(CHECK_MAX_P99_WAKE_LATENCY_US, max_p99_wake_latency_us, CHECK_TIMING, NAN, "us",         \
	  "time from wake-up to running, 99th percentile of a cgroup")                             \
	X(CHECK_MAX_WAKE_LATENCY_CV, max_wake_latency_cv, CHECK_TIMING, NAN, NULL,                 \
	  "wake latency: standard deviation ÷ mean")                                               \
	X(CHECK_MAX_P99_SCHED_DELAY_US, max_p99_sched_delay_us, CHECK_TIMING, NAN, "us",           \
	  "time from runnable to running, 99th percentile of a cgroup")                            \
	X(CHECK_MAX_SLEEP_OVERSHOOT_US, max_sleep_overshoot_us, CHECK_TIMING, NAN, "us",           \
	  "time slept beyond the time asked for, 99th percentile of a cgroup")                     \
	X(CHECK_MIN_ITERATION_RATE, min_iteration_rate, CHECK_TIMING, NAN, "1/s",                  \
	  "iterations per second of the slowest worker")                                           \
	X(CHECK_MIN_WORK_RATE, min_work_rate, CHECK_TIMING, NAN, "1/s",                            \
	  "iterations per second of CPU time, of the worker with the fewest")                      \
	X(CHECK_MAX_THROUGHPUT_CV, max_throughput_cv, CHECK_TIMING, NAN, NULL,                     \
	  "iterations per second of CPU time among like workers: standard deviation ÷ mean")       \
	X(CHECK_MAX_MIGRATION_RATIO, max_migration_ratio, CHECK_FUNCTIONAL, NAN, NULL,             \
	  "migrations per iteration of a cgroup")                                                  \
	X(CHECK_MAX_IMBALANCE_RATIO, max_imbalance_ratio, CHECK_TIMING, NAN, NULL,                 \
	  "tasks of the fullest CPU ÷ tasks of the emptiest CPU (at least 1), reached in five "   \
	  "samples in a row")                                                                      \
	X(CHECK_MAX_LOCAL_DSQ_DEPTH, max_local_dsq_depth, CHECK_TIMING, NAN, NULL,                 \
	  "length of the longest local dispatch queue, reached in five samples in a row; off for " \
	  "the kernel's own scheduler")                                                            \
	X(CHECK_MAX_STALL_MS, max_stall_ms, CHECK_TIMING, NAN, "ms",                               \
	  "longest time that a CPU idled with tasks in its run queue, in steps of 90 ms (the "     \
	  "sampling period)")                                                                      \
	X(CHECK_MIN_PAGE_LOCALITY, min_page_locality, CHECK_FUNCTIONAL, NAN, NULL,                 \
	  "share of the own memory of a cgroup's workers that is on the nodes of their memory "    \
	  "policy (without one: of the CPUs they may use); from 0 to 1")                           \
	X(CHECK_MAX_SLOW_TIER_RATIO, max_slow_tier_ratio, CHECK_FUNCTIONAL, NAN, NULL,             \
	  "share of the own memory of a cgroup's workers that is on nodes without a CPU online; "  \
	  "from 0 to 1")                                                                           \
	X(CHECK_MAX_CROSS_NODE_MIGRATION_RATIO, max_cross_node_migration_ratio, CHECK_FUNCTIONAL,  \
	  NAN, NULL,                                                                               \
	  "pages that the kernel moved during the run ÷ pages the workers own at the end")         \
	X(CHECK_MAX_FALLBACK_RATE, max_fallback_rate, CHECK_FUNCTIONAL, NAN, "1/s",                \
	  "how often the scheduler chose a CPU that the task cannot use, all CPUs together "       \
	  "(SCX_EV_SELECT_CPU_FALLBACK); off for the kernel's own scheduler")                      \
	X(CHECK_MAX_KEEP_LAST_RATE, max_keep_last_rate, CHECK_TIMING, NAN, "1/s",                  \
	  "how often a task kept running after its slice because the scheduler had no other, all " \
	  "CPUs together (SCX_EV_DISPATCH_KEEP_LAST); off for the kernel's own scheduler, and 0 "  \
	  "under SCX_OPS_ENQ_LAST")

enum check_id {
#define X(id, key, kind, def, unit, doc) id,
	CHECKS(X)
#undef X
	CHECK_COUNT
};

struct check_def {
	const char *name, *unit, *doc;
	enum check_kind kind;
	double def;
};
extern const struct check_def check_defs[CHECK_COUNT];

/* enum check_id by name, or -1. */
int check_find(const char *name);
/* Whether it limits a share of a cgroup, in percent. */
bool check_is_share(int id);

/* One member per check, named as its YAML key. */
struct check_limits {
#define X(id, key, kind, def, unit, doc) double *key; /* NULL: not given in this layer */
	CHECKS(X)
#undef X
};

/* The keys of `checks:` in a YAML file (yaml). */
struct yaml_table;
extern const struct yaml_table checks_table;

#define CHECK_SOURCE_DEFAULT "default"

/* The limits in force: the defaults, replaced by those of each layer in turn. An infinite limit
 * ("inf" in YAML) turns a check off. */
struct check_set {
	double limit[CHECK_COUNT];
	const char *source[CHECK_COUNT]; /* CHECK_SOURCE_DEFAULT or the layer's name */
	bool over_repeats
		[CHECK_COUNT]; /* judged by the median of the repeats, if there are several */
};
struct check_layer {
	const struct check_limits *limits; /* NULL: none */
	const char *source;
};
void check_set_init(struct check_set *set);
void check_set_apply(struct check_set *set, const struct check_limits *layer, const char *source);

#endif
