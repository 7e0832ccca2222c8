/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/wire/work_type.h"

#include "base/parse.h"

static const char *const work_type_name[] = {
#define X(e, name, doc) [e] = name,
	WORK_TYPES(X)
#undef X
};
const struct json_names work_type_names = JSON_NAMES(work_type_name);

/* The name and the doc of a row of WORK_TYPES stand beside its details. */
#define X(e, name, doc) static const char name_##e[] = name, doc_##e[] = doc;
WORK_TYPES(X)
#undef X
#define ROW(e) .name = name_##e, .doc = doc_##e

const struct work_type_def work_type_defs[WORK_TYPE_COUNT] = {
	[WORK_CPU_SPIN] = {
		ROW(WORK_CPU_SPIN),
		.group = 1,
		.never_blocks = true,
		.params = { { "chunk", NULL, "multiplications between two looks at the clock", 2000, 1, 1e8 } },
	},
	[WORK_PIPE_PING_PONG] = {
		ROW(WORK_PIPE_PING_PONG),
		.group = 2,
		.latencies = 1 << LATENCY_WAKE,
	},
};

static const struct work_param *find_param(const struct work_type_def *d, const char *name,
                                           size_t *index)
{
	for (size_t i = 0; i < WORK_PARAMS_MAX && d->params[i].name; i++)
		if (streq(d->params[i].name, name)) {
			*index = i;
			return &d->params[i];
		}
	return NULL;
}

static int no_such_param(const struct work_type_def *d, const char *name, struct err *err)
{
	const char *names[WORK_PARAMS_MAX];
	const char *near;
	size_t n = 0;

	while (n < WORK_PARAMS_MAX && d->params[n].name) {
		names[n] = d->params[n].name;
		n++;
	}
	near = parse_suggest(name, names, n);
	return err_set(err, ERR_USAGE, "%s: no parameter \"%s\"%s%s%s", d->name, name,
	               near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

int work_type_params(enum work_type type, const struct json_f64map *given,
                     double param[WORK_PARAMS_MAX], struct err *err)
{
	const struct work_type_def *d = &work_type_defs[type];
	double v[WORK_PARAMS_MAX];
	size_t at = 0;

	for (size_t i = 0; i < WORK_PARAMS_MAX; i++)
		v[i] = d->params[i].def;
	for (size_t i = 0; i < given->n; i++) {
		const struct work_param *row = find_param(d, given->v[i].key, &at);

		if (!row)
			return no_such_param(d, given->v[i].key, err);
		if (!(given->v[i].value >= row->min && given->v[i].value <= row->max))
			return err_set(err, ERR_USAGE, "%s: %s must be %g to %g, not %g", d->name,
			               row->name, row->min, row->max, given->v[i].value);
		v[at] = given->v[i].value;
	}
	memcpy(param, v, sizeof(v));
	return 0;
}

uint32_t work_type_group(enum work_type type, const double param[WORK_PARAMS_MAX])
{
	const struct work_type_def *d = &work_type_defs[type];
	size_t at = 0;

	if (!d->group_param || !find_param(d, d->group_param, &at))
		return d->group;
	return (d->group ? 0 : 1) + (uint32_t)param[at];
}
