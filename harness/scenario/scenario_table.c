/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scenario/scenario_table.h"

#define CGROUPS_MAX  64
#define WORKS_MAX    16
#define PARAMS_MAX   64
#define STEPS_MAX    256
#define OPS_MAX      256
#define INCLUDES_MAX 16
#define PAYLOADS_MAX 16
#define ARGS_MAX     256
#define TEXT_MAX     65536
#define WEIGHT_MAX   10000 /* the kernel's */
#define PRIORITY_MAX 49    /* the agent must have a higher one */

#define HEADLINES_MAX 5 /* more would hide what matters, and each costs power */

/* A key has the name of its member. */
#define VALUE(kind_, T, m, ...)                                                                    \
	{                                                                                          \
		.key = #m, .kind = (kind_), .off = offsetof(struct T, m), __VA_ARGS__              \
	}
#define NEED(T, m, max_) VALUE(YAML_TEXT, T, m, .min = 1, .max = (max_), .required = true)
#define TEXT(T, m, max_) VALUE(YAML_TEXT, T, m, .min = 1, .max = (max_))
#define RECORD(T, m)     VALUE(YAML_RECORD, T, m, .table = &m##_table)
#define LIST(kind_, T, m, min_, max_, ...)                                                         \
	VALUE(kind_, T, m, .n_off = offsetof(struct T, m##_count), .min = (min_), .max = (max_),   \
	      __VA_ARGS__)
#define RECORDS(T, m, min_, max_, of) LIST(YAML_RECORDS, T, m, min_, max_, .table = &of##_table)
#define TEXTS(T, m, min_, max_, item_min_, item_max_)                                              \
	LIST(YAML_TEXTS, T, m, min_, max_, .item_min = (item_min_), .item_max = (item_max_))

static const struct yaml_field work_fields[] = {
	NEED(scenario_work, type, 64),
	NEED(scenario_work, workers, 16),
	VALUE(YAML_F64MAP, scenario_work, params, .max = PARAMS_MAX),
	TEXT(scenario_work, policy, 16),
	VALUE(YAML_U32, scenario_work, priority, .min = 1, .max = PRIORITY_MAX),
	TEXT(scenario_work, runtime, 32),
	TEXT(scenario_work, deadline, 32),
	TEXT(scenario_work, period, 32),
	VALUE(YAML_I32, scenario_work, nice),
	TEXT(scenario_work, affinity, 1024),
	TEXT(scenario_work, mem_policy, 16),
	TEXT(scenario_work, mem_nodes, 64),
};
static const struct yaml_table work_table =
	YAML_TABLE(struct scenario_work, work_fields, .placed = true);

/* Cgroups hold cgroups: the table refers to itself. */
static const struct yaml_table cgroup_table;
static const struct yaml_field cgroup_fields[] = {
	NEED(scenario_cgroup, name, 64),
	TEXT(scenario_cgroup, cpuset, 1024),
	VALUE(YAML_U32, scenario_cgroup, weight, .min = 1, .max = WEIGHT_MAX),
	TEXT(scenario_cgroup, max, 64),
	VALUE(YAML_BOOL, scenario_cgroup, idle),
	TEXT(scenario_cgroup, partition, 16),
	TEXT(scenario_cgroup, memory_max, 32),
	TEXT(scenario_cgroup, memory_high, 32),
	TEXT(scenario_cgroup, memory_low, 32),
	RECORDS(scenario_cgroup, works, 1, WORKS_MAX, work),
	RECORDS(scenario_cgroup, cgroups, 1, CGROUPS_MAX, cgroup),
};
static const struct yaml_table cgroup_table =
	YAML_TABLE(struct scenario_cgroup, cgroup_fields, .placed = true);

/* One table for each op with keys of its own. */
#define ARG(key) NEED(scenario_op_args, key, 1024)
#define ARGS(op, ...)                                                                              \
	static const struct yaml_field op##_fields[] = { __VA_ARGS__ };                            \
	static const struct yaml_table op##_table = YAML_TABLE(struct scenario_op_args, op##_fields)
ARGS(set_cpuset, ARG(cgroup), ARG(cpuset));
ARGS(swap_cpusets, ARG(cgroup), ARG(to));
ARGS(move_tasks, ARG(cgroup), ARG(to));
ARGS(set_knob, ARG(cgroup), ARG(file), ARG(value));
ARGS(set_affinity, ARG(cgroup), ARG(affinity));
ARGS(wait_payload, ARG(payload), ARG(timeout));

static const struct yaml_field spawn_fields[] = {
	TEXT(scenario_spawn, cgroup, 1024),
	VALUE(YAML_INLINE, scenario_spawn, work, .table = &work_table),
};
static const struct yaml_table spawn_table = YAML_TABLE(struct scenario_spawn, spawn_fields);
#define add_cgroup_table cgroup_table

/* One macro for each value of the third column of OPS. */
#define OP_ARG(id, key_, ...)                                                                      \
	{                                                                                          \
		.key = #key_, .off = offsetof(struct scenario_op, arg[id]), __VA_ARGS__            \
	}
#define OP_TEXT(id, key)  OP_ARG(id, key, .kind = YAML_TEXT, .min = 1, .max = 1024)
#define OP_ARGS(id, key)  OP_ARG(id, key, .kind = YAML_RECORD, .table = &key##_table)
#define OP_SPAWN(id, key) OP_ARGS(id, key)
#define OP_GROUP(id, key) OP_ARGS(id, key)
static const struct yaml_field op_fields[] = {
#define X(id, key, takes, ...) OP_##takes(id, key),
	OPS(X)
#undef X
};
static const struct yaml_table op_table = YAML_TABLE(struct scenario_op, op_fields, .placed = true);

static const struct yaml_field step_fields[] = {
	NEED(scenario_step, name, 64),
	TEXT(scenario_step, hold, 32),
	TEXT(scenario_step, every, 32),
	RECORDS(scenario_step, ops, 1, OPS_MAX, op),
	RECORDS(scenario_step, cgroups, 1, CGROUPS_MAX, cgroup),
};
static const struct yaml_table step_table =
	YAML_TABLE(struct scenario_step, step_fields, .placed = true);

static const struct yaml_field needs_fields[] = {
	VALUE(YAML_U32, scenario_needs, cpus),
	VALUE(YAML_U32, scenario_needs, llcs),
	VALUE(YAML_U32, scenario_needs, nodes),
	VALUE(YAML_BOOL, scenario_needs, smt),
};
static const struct yaml_table needs_table = YAML_TABLE(struct scenario_needs, needs_fields);

static const struct yaml_field checks_fields[] = {
#define X(id, key, kind, def, unit, doc) VALUE(YAML_LIMIT, check_limits, key),
	CHECKS(X)
#undef X
};
const struct yaml_table checks_table = YAML_TABLE(struct check_limits, checks_fields);

static const struct yaml_field expect_fields[] = {
	NEED(scenario_expect, outcome, 16),
	TEXT(scenario_expect, cause, 256),
};
static const struct yaml_table expect_table =
	YAML_TABLE(struct scenario_expect, expect_fields, .placed = true);

static const struct yaml_field metric_fields[] = {
	NEED(scenario_metric, name, 64),           TEXT(scenario_metric, from, 16),
	TEXT(scenario_metric, path, 4096),         TEXT(scenario_metric, pick, 16),
	TEXT(scenario_metric, unit, 32),           TEXT(scenario_metric, better, 16),
	VALUE(YAML_F64_PTR, scenario_metric, min), VALUE(YAML_F64_PTR, scenario_metric, max),
};
const struct yaml_table scenario_metric_table =
	YAML_TABLE(struct scenario_metric, metric_fields, .placed = true);

static const struct yaml_field file_fields[] = {
	NEED(scenario_file, path, 4096),
	TEXT(scenario_file, from, 4096),
	TEXT(scenario_file, text, TEXT_MAX),
};
static const struct yaml_table file_table =
	YAML_TABLE(struct scenario_file, file_fields, .placed = true);

static const struct yaml_field payload_fields[] = {
	NEED(scenario_payload, name, 64),
	LIST(YAML_TEXTS, scenario_payload, run, 1, ARGS_MAX, .item_max = TEXT_MAX,
	     .required = true),
	TEXT(scenario_payload, package, 64),
	TEXT(scenario_payload, cgroup, 1024),
	TEXTS(scenario_payload, env, 0, ARGS_MAX, 0, TEXT_MAX),
	RECORDS(scenario_payload, files, 0, ARGS_MAX, file),
	TEXTS(scenario_payload, collect, 0, ARGS_MAX, 1, 4096),
	TEXT(scenario_payload, output_max, 32),
	TEXT(scenario_payload, wait, 32),
	VALUE(YAML_I32_PTR, scenario_payload, expect_exit),
	TEXT(scenario_payload, preset, 64),
	RECORDS(scenario_payload, metrics, 0, ARGS_MAX, scenario_metric),
};
static const struct yaml_table payload_table =
	YAML_TABLE(struct scenario_payload, payload_fields, .placed = true);

static const struct yaml_field scenario_fields[] = {
	TEXT(scenario, name, 128),
	TEXT(scenario, summary, 256),
	TEXTS(scenario, include, 1, INCLUDES_MAX, 1, 4096),
	TEXT(scenario, level, 16),
	TEXT(scenario, topology, 64),
	TEXT(scenario, duration, 32),
	RECORD(scenario, needs),
	RECORDS(scenario, cgroups, 0, CGROUPS_MAX, cgroup),
	RECORDS(scenario, works, 1, WORKS_MAX, work),
	RECORDS(scenario, payloads, 1, PAYLOADS_MAX, payload),
	RECORDS(scenario, steps, 1, STEPS_MAX, step),
	TEXTS(scenario, headlines, 1, HEADLINES_MAX, 1, 128),
	TEXTS(scenario, over_repeats, 1, CHECK_COUNT, 1, 64),
	RECORD(scenario, checks),
	RECORD(scenario, expect),
};
const struct yaml_table scenario_table =
	YAML_TABLE(struct scenario, scenario_fields, .placed = true);

int scenario_op_kind(const struct scenario_op *op)
{
	int kind = -1, n = 0;

	for (int i = 0; i < OP_COUNT; i++)
		if (op->arg[i].text) {
			kind = i;
			n++;
		}
	return n == 1 ? kind : -1;
}
