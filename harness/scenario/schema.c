/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scenario/schema.h"

#include <cyaml/cyaml.h>

#include "base/mem.h"
#include "base/parse.h"
#include "harness/scenario/params.h"

#define CGROUPS_MAX  64
#define WORKS_MAX    16
#define STEPS_MAX    256
#define OPS_MAX      256
#define INCLUDES_MAX 16
#define PAYLOADS_MAX 16
#define ARGS_MAX     256
#define TEXT_MAX     65536

/* A work stands alone (struct scenario_work) or within an op. */
#define STR(key, T, member, max, flags)                                                            \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (flags), struct T, member, 1, max)
#define OPT CYAML_FLAG_OPTIONAL

#define WORK_FIELDS(T, in)                                                                         \
	STR("type", T, in type, 64, 0), STR("workers", T, in workers, 16, 0),                      \
		CYAML_FIELD_MAPPING_PTR("params", CYAML_FLAG_POINTER | OPT, struct T, in params,   \
	                                params_fields),                                            \
		STR("policy", T, in policy, 16, OPT),                                              \
		CYAML_FIELD_UINT("priority", OPT, struct T, in priority),                          \
		STR("runtime", T, in runtime, 32, OPT), STR("deadline", T, in deadline, 32, OPT),  \
		STR("period", T, in period, 32, OPT),                                              \
		CYAML_FIELD_INT("nice", OPT, struct T, in nice),                                   \
		STR("affinity", T, in affinity, 1024, OPT),                                        \
		STR("mem_policy", T, in mem_policy, 16, OPT),                                      \
		STR("mem_nodes", T, in mem_nodes, 64, OPT)

static const cyaml_schema_field_t work_fields[] = { WORK_FIELDS(scenario_work, ), CYAML_FIELD_END };
static const cyaml_schema_value_t work_value = { CYAML_VALUE_MAPPING(
	CYAML_FLAG_DEFAULT, struct scenario_work, work_fields) };

/* Cgroups hold cgroups: the schema refers to itself. */
static const cyaml_schema_value_t cgroup_value;
static const cyaml_schema_field_t cgroup_fields[] = {
	STR("name", scenario_cgroup, name, 64, 0),
	STR("cpuset", scenario_cgroup, cpuset, 1024, OPT),
	CYAML_FIELD_UINT("weight", OPT, struct scenario_cgroup, weight),
	STR("max", scenario_cgroup, max, 64, OPT),
	CYAML_FIELD_BOOL("idle", OPT, struct scenario_cgroup, idle),
	STR("partition", scenario_cgroup, partition, 16, OPT),
	STR("memory_max", scenario_cgroup, memory_max, 32, OPT),
	STR("memory_high", scenario_cgroup, memory_high, 32, OPT),
	STR("memory_low", scenario_cgroup, memory_low, 32, OPT),
	CYAML_FIELD_SEQUENCE("works", CYAML_FLAG_POINTER | OPT, struct scenario_cgroup, works,
	                     &work_value, 1, WORKS_MAX),
	CYAML_FIELD_SEQUENCE("cgroups", CYAML_FLAG_POINTER | OPT, struct scenario_cgroup, cgroups,
	                     &cgroup_value, 1, CGROUPS_MAX),
	CYAML_FIELD_END
};
static const cyaml_schema_value_t cgroup_value = { CYAML_VALUE_MAPPING(
	CYAML_FLAG_DEFAULT, struct scenario_cgroup, cgroup_fields) };

#define ARG(key, flags) STR(#key, scenario_op_args, key, 1024, flags)
static const cyaml_schema_field_t set_cpuset_fields[] = { ARG(cgroup, 0), ARG(cpuset, 0),
	                                                  CYAML_FIELD_END };
static const cyaml_schema_field_t two_fields[] = { ARG(cgroup, 0), ARG(to, 0), CYAML_FIELD_END };
static const cyaml_schema_field_t set_knob_fields[] = { ARG(cgroup, 0), ARG(file, 0), ARG(value, 0),
	                                                CYAML_FIELD_END };
static const cyaml_schema_field_t set_affinity_fields[] = { ARG(cgroup, 0), ARG(affinity, 0),
	                                                    CYAML_FIELD_END };
static const cyaml_schema_field_t wait_payload_fields[] = { ARG(payload, 0), ARG(timeout, 0),
	                                                    CYAML_FIELD_END };
#define swap_cpusets_fields two_fields
#define move_tasks_fields   two_fields

static const cyaml_schema_field_t spawn_fields[] = {
	STR("cgroup", scenario_spawn, cgroup, 1024, OPT), WORK_FIELDS(scenario_spawn, work.),
	CYAML_FIELD_END
};
#define add_cgroup_fields cgroup_fields

#define TEXT(id, key_)                                                                             \
	{                                                                                          \
		.key = #key_,                                                                      \
		.value = { .type = CYAML_STRING,                                                   \
			   .flags = CYAML_FLAG_POINTER | OPT,                                      \
			   .data_size = sizeof(char),                                              \
			   .string = { .min = 1, .max = 1024 } },                                  \
		.data_offset = (id) * sizeof(union scenario_op_arg)                                \
	}
#define MAPPING(id, key_, T)                                                                       \
	{                                                                                          \
		.key = #key_,                                                                      \
		.value = { .type = CYAML_MAPPING,                                                  \
			   .flags = CYAML_FLAG_POINTER | OPT,                                      \
			   .data_size = sizeof(struct T),                                          \
			   .mapping = { .fields = key_##_fields } },                               \
		.data_offset = (id) * sizeof(union scenario_op_arg)                                \
	}
#define ARGS(id, key)  MAPPING(id, key, scenario_op_args)
#define SPAWN(id, key) MAPPING(id, key, scenario_spawn)
#define GROUP(id, key) MAPPING(id, key, scenario_cgroup)
static const cyaml_schema_field_t op_fields[] = {
#define X(id, key, takes, ...) takes(id, key),
	OPS(X)
#undef X
		CYAML_FIELD_END
};
static const cyaml_schema_value_t op_value = { CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT,
	                                                           struct scenario_op, op_fields) };

static const cyaml_schema_field_t step_fields[] = {
	STR("name", scenario_step, name, 64, 0),
	STR("hold", scenario_step, hold, 32, OPT),
	STR("every", scenario_step, every, 32, OPT),
	CYAML_FIELD_SEQUENCE("ops", CYAML_FLAG_POINTER | OPT, struct scenario_step, ops, &op_value,
	                     1, OPS_MAX),
	CYAML_FIELD_SEQUENCE("cgroups", CYAML_FLAG_POINTER | OPT, struct scenario_step, cgroups,
	                     &cgroup_value, 1, CGROUPS_MAX),
	CYAML_FIELD_END
};
static const cyaml_schema_value_t step_value = { CYAML_VALUE_MAPPING(
	CYAML_FLAG_DEFAULT, struct scenario_step, step_fields) };

static const cyaml_schema_field_t needs_fields[] = {
	CYAML_FIELD_UINT("cpus", OPT, struct scenario_needs, cpus),
	CYAML_FIELD_UINT("llcs", OPT, struct scenario_needs, llcs),
	CYAML_FIELD_UINT("nodes", OPT, struct scenario_needs, nodes),
	CYAML_FIELD_BOOL("smt", OPT, struct scenario_needs, smt), CYAML_FIELD_END
};

static const cyaml_schema_field_t check_fields[] = {
#define X(id, key, kind, def, unit, doc)                                                           \
	CYAML_FIELD_FLOAT_PTR(#key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct check_limits, \
	                      key),
	CHECKS(X)
#undef X
		CYAML_FIELD_END
};

static const cyaml_schema_field_t expect_fields[] = {
	CYAML_FIELD_STRING_PTR("outcome", CYAML_FLAG_POINTER, struct scenario_expect, outcome, 1,
	                       16),
	CYAML_FIELD_STRING_PTR("cause", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
	                       struct scenario_expect, cause, 1, 256),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t path_value = { CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1,
	                                                            4096) };
static const cyaml_schema_value_t arg_value = { CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0,
	                                                           TEXT_MAX) };

static const cyaml_schema_field_t metric_fields[] = {
	STR("name", scenario_metric, name, 64, 0),
	STR("from", scenario_metric, from, 16, OPT),
	STR("path", scenario_metric, path, 4096, OPT),
	STR("pick", scenario_metric, pick, 16, OPT),
	STR("unit", scenario_metric, unit, 32, OPT),
	STR("better", scenario_metric, better, 16, OPT),
	CYAML_FIELD_FLOAT_PTR("min", CYAML_FLAG_POINTER | OPT, struct scenario_metric, min),
	CYAML_FIELD_FLOAT_PTR("max", CYAML_FLAG_POINTER | OPT, struct scenario_metric, max),
	CYAML_FIELD_END
};
static const cyaml_schema_value_t metric_value = { CYAML_VALUE_MAPPING(
	CYAML_FLAG_DEFAULT, struct scenario_metric, metric_fields) };

static const cyaml_schema_field_t file_fields[] = { STR("path", scenario_file, path, 4096, 0),
	                                            STR("from", scenario_file, from, 4096, OPT),
	                                            STR("text", scenario_file, text, TEXT_MAX, OPT),
	                                            CYAML_FIELD_END };
static const cyaml_schema_value_t file_value = { CYAML_VALUE_MAPPING(
	CYAML_FLAG_DEFAULT, struct scenario_file, file_fields) };

#define LIST(key, T, member, value, min)                                                           \
	CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER | ((min) ? 0 : OPT), struct T, member, value, \
	                     min, ARGS_MAX)
static const cyaml_schema_field_t payload_fields[] = {
	STR("name", scenario_payload, name, 64, 0),
	LIST("run", scenario_payload, run, &arg_value, 1),
	STR("package", scenario_payload, package, 64, OPT),
	STR("cgroup", scenario_payload, cgroup, 1024, OPT),
	LIST("env", scenario_payload, env, &arg_value, 0),
	LIST("files", scenario_payload, files, &file_value, 0),
	LIST("collect", scenario_payload, collect, &path_value, 0),
	STR("output_max", scenario_payload, output_max, 32, OPT),
	STR("wait", scenario_payload, wait, 32, OPT),
	CYAML_FIELD_INT_PTR("expect_exit", CYAML_FLAG_POINTER | OPT, struct scenario_payload,
	                    expect_exit),
	STR("preset", scenario_payload, preset, 64, OPT),
	LIST("metrics", scenario_payload, metrics, &metric_value, 0),
	CYAML_FIELD_END
};
static const cyaml_schema_value_t payload_value = { CYAML_VALUE_MAPPING(
	CYAML_FLAG_DEFAULT, struct scenario_payload, payload_fields) };

static const cyaml_schema_field_t scenario_fields[] = {
	STR("name", scenario, name, 128, OPT),
	STR("summary", scenario, summary, 256, OPT),
	CYAML_FIELD_SEQUENCE("include", CYAML_FLAG_POINTER | OPT, struct scenario, include,
	                     &path_value, 1, INCLUDES_MAX),
	STR("level", scenario, level, 16, OPT),
	CYAML_FIELD_STRING_PTR("topology", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
	                       struct scenario, topology, 1, 64),
	CYAML_FIELD_STRING_PTR("duration", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
	                       struct scenario, duration, 1, 32),
	CYAML_FIELD_MAPPING_PTR("needs", CYAML_FLAG_POINTER | OPT, struct scenario, needs,
	                        needs_fields),
	CYAML_FIELD_SEQUENCE("cgroups", CYAML_FLAG_POINTER | OPT, struct scenario, cgroups,
	                     &cgroup_value, 0, CGROUPS_MAX),
	CYAML_FIELD_SEQUENCE("works", CYAML_FLAG_POINTER | OPT, struct scenario, works, &work_value,
	                     1, WORKS_MAX),
	CYAML_FIELD_SEQUENCE("payloads", CYAML_FLAG_POINTER | OPT, struct scenario, payloads,
	                     &payload_value, 1, PAYLOADS_MAX),
	CYAML_FIELD_SEQUENCE("steps", CYAML_FLAG_POINTER | OPT, struct scenario, steps, &step_value,
	                     1, STEPS_MAX),
	CYAML_FIELD_MAPPING_PTR("checks", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct scenario,
	                        checks, check_fields),
	CYAML_FIELD_MAPPING_PTR("expect", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct scenario,
	                        expect, expect_fields),
	CYAML_FIELD_END
};
static const cyaml_schema_value_t scenario_value = { CYAML_VALUE_MAPPING(
	CYAML_FLAG_POINTER, struct scenario, scenario_fields) };

/* libcyaml explains a failure in log lines: the first says what, the next where ("… (line: 4, …)").
 * They are gathered here and become one message. */
static PRINTF(3, 0) void gather_log(cyaml_log_t level, void *ctx, const char *fmt, va_list args)
{
	struct strv *lines = ctx;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (level < CYAML_LOG_ERROR)
		return;
	strbuf_vaddf(&b, fmt, args);
	strbuf_rtrim(&b);
	strv_add(lines, strbuf_cstr(&b));
}

static unsigned int line_in(const char *text)
{
	const char *p = strstr(text, "line: ");
	unsigned int line = 0;

	return p && sscanf(p, "line: %u", &line) == 1 ? line : 0;
}

/* libcyaml gives an unknown key the line of what came before it: the key itself is on the first
 * line from there on that holds it. */
static unsigned int line_of_key(const char *text, unsigned int from, const char *key)
{
	unsigned int line = 1;

	for (const char *p = text; *p; line++) {
		size_t n = strcspn(p, "\n");

		if (line >= from && memmem(p, n, key, strlen(key)))
			return line;
		p += n + (p[n] == '\n');
	}
	return from;
}

static void add_keys(const cyaml_schema_field_t *f, struct strv *out)
{
	for (; f->key; f++) {
		if (strv_has(out, f->key))
			continue; /* and what it holds, if it holds itself */
		strv_add(out, f->key);
		if (f->value.type == CYAML_MAPPING)
			add_keys(f->value.mapping.fields, out);
		else if (f->value.type == CYAML_SEQUENCE &&
		         f->value.sequence.entry->type == CYAML_MAPPING)
			add_keys(f->value.sequence.entry->mapping.fields, out);
	}
}

static void add_suggestion(struct strbuf *msg, const char *key)
{
	_cleanup_strv_ struct strv keys = STRV_INIT;
	const char *near;

	add_keys(scenario_fields, &keys);
	near = parse_suggest(key, (const char *const *)keys.v, keys.n);
	if (near)
		strbuf_addf(msg, "; did you mean \"%s\"?", near);
}

/* "Load: Unexpected key: x" + "  in mapping field 'works' (line: 7, column: 9)" →
 * "7: Unexpected key: x, in mapping field 'works'". */
static int log_to_err(const struct strv *lines, cyaml_err_t code, const char *text, struct err *err)
{
	static const char unexpected[] = "Unexpected key: ";
	_cleanup_strbuf_ struct strbuf msg = STRBUF_INIT;
	unsigned int line = 0;

	strv_each (lines, i) {
		const char *l = lines->v[i];
		const char *paren = strstr(l, " (line:");

		if (!line)
			line = line_in(l);
		if (streq(l, "Load: Backtrace:"))
			continue;
		if (msg.n)
			strbuf_adds(&msg, ",");
		l += strspn(l, " ");
		if (starts_with(l, "Load: "))
			l += 6;
		strbuf_adds(&msg, msg.n ? " " : "");
		strbuf_add(&msg, l, paren && paren > l ? (size_t)(paren - l) : strlen(l));
		if (line)
			break;
	}
	if (!msg.n)
		strbuf_adds(&msg, cyaml_strerror(code));
	if (line && starts_with(msg.s, unexpected)) {
		const char *key = msg.s + strlen(unexpected);
		_cleanup_free_ char *name = xstrndup(key, strcspn(key, ","));

		line = line_of_key(text, line, name);
		add_suggestion(&msg, name);
	}
	if (line)
		return err_set(err, ERR_FORMAT, "%u: %s", line, msg.s);
	return err_set(err, ERR_FORMAT, "%s", msg.s);
}

int schema_parse(const struct strbuf *text, struct scenario **out, struct err *err)
{
	_cleanup_strv_ struct strv lines = STRV_INIT;
	const cyaml_config_t config = {
		.log_fn = gather_log,
		.log_ctx = &lines,
		.log_level = CYAML_LOG_ERROR,
		.mem_fn = cyaml_mem,
		.flags = CYAML_CFG_NO_ALIAS,
	};
	cyaml_err_t code;
	void *data = NULL;

	/* libyaml asserts that there is a text, an empty one too */
	params_schema_init();
	code = cyaml_load_data((const uint8_t *)strbuf_cstr(text), text->n, &config,
	                       &scenario_value, (cyaml_data_t **)&data, NULL);
	if (code != CYAML_OK)
		return log_to_err(&lines, code, strbuf_cstr(text), err);
	if (!data) /* no document: libcyaml takes that for a success */
		return err_set(err, ERR_FORMAT, "holds no scenario");
	*out = data;
	return 0;
}

void schema_free(struct scenario *s)
{
	static const cyaml_config_t config = { .mem_fn = cyaml_mem };

	cyaml_free(&config, &scenario_value, s, 0);
}
