/* SPDX-License-Identifier: GPL-2.0-only */
#include <cyaml/cyaml.h>
#include <math.h>
#include <regex.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/scenario/params.h"
#include "harness/scenario/scenario.h"

#define SCENARIO_MAX_BYTES (1u << 20)
#define CGROUPS_MAX        64
#define WORKS_MAX          16

static const cyaml_schema_field_t work_fields[] = {
	CYAML_FIELD_STRING_PTR("type", CYAML_FLAG_POINTER, struct scenario_work, type, 1, 64),
	CYAML_FIELD_STRING_PTR("workers", CYAML_FLAG_POINTER, struct scenario_work, workers, 1, 16),
	CYAML_FIELD_MAPPING_PTR("params", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
	                        struct scenario_work, params, params_fields),
	CYAML_FIELD_END
};
static const cyaml_schema_value_t work_value = { CYAML_VALUE_MAPPING(
	CYAML_FLAG_DEFAULT, struct scenario_work, work_fields) };

static const cyaml_schema_field_t cgroup_fields[] = {
	CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct scenario_cgroup, name, 1, 64),
	CYAML_FIELD_STRING_PTR("cpuset", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
	                       struct scenario_cgroup, cpuset, 1, 1024),
	CYAML_FIELD_UINT("weight", CYAML_FLAG_OPTIONAL, struct scenario_cgroup, weight),
	CYAML_FIELD_SEQUENCE("works", CYAML_FLAG_POINTER, struct scenario_cgroup, works,
	                     &work_value, 1, WORKS_MAX),
	CYAML_FIELD_END
};
static const cyaml_schema_value_t cgroup_value = { CYAML_VALUE_MAPPING(
	CYAML_FLAG_DEFAULT, struct scenario_cgroup, cgroup_fields) };

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

static const cyaml_schema_field_t scenario_fields[] = {
	CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct scenario, name, 1, 128),
	CYAML_FIELD_STRING_PTR("summary", CYAML_FLAG_POINTER, struct scenario, summary, 1, 256),
	CYAML_FIELD_STRING_PTR("topology", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
	                       struct scenario, topology, 1, 64),
	CYAML_FIELD_STRING_PTR("duration", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
	                       struct scenario, duration, 1, 32),
	CYAML_FIELD_SEQUENCE("cgroups", CYAML_FLAG_POINTER, struct scenario, cgroups, &cgroup_value,
	                     0, CGROUPS_MAX),
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
	}
	if (line)
		return err_set(err, ERR_FORMAT, "%u: %s", line, msg.s);
	return err_set(err, ERR_FORMAT, "%s", msg.s);
}

static int parse_yaml(const struct strbuf *text, struct scenario **out, struct err *err)
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

static bool is_name(const char *s)
{
	return s[0] && s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0';
}

/* As it would be refused later, but when the file is read. */
static int check_params(const struct scenario_work *w, struct err *err)
{
	struct json_f64map given = { 0 };
	double param[WORK_PARAMS_MAX];
	int r;

	params_take(w->params, &given);
	r = work_type_params(json_name_index(&work_type_names, w->type), &given, param, err);
	for (size_t i = 0; i < given.n; i++)
		free(given.v[i].key);
	free(given.v);
	if (r < 0)
		err->code = ERR_FORMAT; /* of a file, not of the command line */
	return r < 0 ? -(int)ERR_FORMAT : 0;
}

static int check_cgroup(const struct scenario *s, const struct scenario_cgroup *c, struct err *err)
{
	if (!is_name(c->name))
		return err_set(err, ERR_FORMAT,
		               "cgroup name \"%s\": use lower-case letters, digits, _ and -",
		               c->name);
	for (uint32_t i = 0; i < s->cgroups_count && &s->cgroups[i] != c; i++)
		if (streq(s->cgroups[i].name, c->name))
			return err_set(err, ERR_FORMAT, "cgroup \"%s\" is there twice", c->name);
	if (c->weight > 10000)
		return err_set(err, ERR_FORMAT, "cgroup \"%s\": weight %u is not in 1…10000",
		               c->name, c->weight);
	for (uint32_t i = 0; i < c->works_count; i++) {
		const char *type = c->works[i].type;
		const char *near;

		if (json_name_index(&work_type_names, type) >= 0) {
			if (check_params(&c->works[i], err) < 0)
				return err_wrap(err, "cgroup \"%s\"", c->name);
			continue;
		}
		near = parse_suggest(type, work_type_names.names, work_type_names.n);
		return err_set(err, ERR_FORMAT, "cgroup \"%s\": no work type \"%s\"%s%s%s", c->name,
		               type, near ? ", did you mean \"" : "", near ? near : "",
		               near ? "\"?" : "");
	}
	return 0;
}

static int check_expect(const struct scenario_expect *e, struct err *err)
{
	regex_t re;
	int rc;

	if (!streq(e->outcome, "fail") && !streq(e->outcome, "inconclusive") &&
	    !streq(e->outcome, "error"))
		return err_set(err, ERR_FORMAT,
		               "expect: outcome \"%s\" is not fail, inconclusive or error",
		               e->outcome);
	if (!e->cause)
		return 0;
	rc = regcomp(&re, e->cause, REG_EXTENDED | REG_NOSUB);
	if (rc)
		return err_set(err, ERR_FORMAT, "expect: cause \"%s\": not a regular expression",
		               e->cause);
	regfree(&re);
	return 0;
}

static int check_scenario(const struct scenario *s, struct err *err)
{
	uint64_t ns;

	if (!is_name(s->name))
		return err_set(err, ERR_FORMAT,
		               "name \"%s\": use lower-case letters, digits, _ and -", s->name);
	if (s->duration && parse_duration_ns(s->duration, "duration", &ns, err) < 0)
		return -(int)err->code;
	if (s->expect && check_expect(s->expect, err) < 0)
		return -(int)err->code;
	for (uint32_t i = 0; i < s->cgroups_count; i++)
		if (check_cgroup(s, &s->cgroups[i], err) < 0)
			return -(int)err->code;
	return 0;
}

int scenario_load(const char *path, struct scenario **out, struct err *err)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_scenario_ struct scenario *s = NULL;

	if (fs_read(AT_FDCWD, path, SCENARIO_MAX_BYTES, &text, err) < 0)
		return err_wrap(err, "scenario");
	if (parse_yaml(&text, &s, err) < 0) {
		/* "path:line: what", the form editors jump to */
		struct err inner = *err;
		bool has_line = inner.msg[0] >= '0' && inner.msg[0] <= '9';

		return err_set(err, inner.code, "%s:%s%s", path, has_line ? "" : " ", inner.msg);
	}
	s->path = xstrdup(path);
	if (check_scenario(s, err) < 0)
		return err_wrap(err, "%s", path);
	*out = steal_ptr(&s);
	return 0;
}

void scenario_free(struct scenario **s)
{
	static const cyaml_config_t config = { .mem_fn = cyaml_mem };

	if (!s || !*s)
		return;
	free((*s)->path);
	(*s)->path = NULL;
	cyaml_free(&config, &scenario_value, *s, 0);
	*s = NULL;
}

int scenarios_load(const char *dir, struct scenarios *out, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct scenarios all = { 0 };

	if (fs_list(AT_FDCWD, dir, &names, err) < 0)
		return err_wrap(err, "scenario catalogue");
	strv_each (&names, i) {
		_cleanup_free_ char *path = fs_join(dir, names.v[i]);
		struct scenario *s;

		if (!ends_with(names.v[i], ".yaml"))
			continue;
		if (scenario_load(path, &s, err) < 0) {
			scenarios_done(&all);
			return -(int)err->code;
		}
		*xgrow(all.v, all.n) = s;
	}
	*out = all;
	return 0;
}

void scenarios_done(struct scenarios *s)
{
	for (size_t i = 0; i < s->n; i++)
		scenario_free(&s->v[i]);
	free(s->v);
	*s = (struct scenarios){ 0 };
}
