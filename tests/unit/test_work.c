/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "harness/agent/work/work.h"
#include "tests/unit/test.h"

static struct err err;

TEST(work_every_type_has_a_row)
{
	for (int i = 0; i < WORK_TYPE_COUNT; i++) {
		const struct work_type_def *d = &work_type_defs[i];
		double param[WORK_PARAMS_MAX];

		ck_assert_ptr_nonnull(work_impls[i]);
		ck_assert_ptr_nonnull(work_impls[i]->run);
		ck_assert_str_eq(d->name, json_name(&work_type_names, i));
		ck_assert(!d->group_param ||
		          work_type_group(i, (double[WORK_PARAMS_MAX]){ 0 }) == d->group);
		for (size_t p = 0; p < WORK_PARAMS_MAX; p++) {
			param[p] = d->params[p].max;
			ck_assert(!d->params[p].name || d->params[p].doc);
			ck_assert(d->params[p].def >= d->params[p].min &&
			          d->params[p].def <= d->params[p].max);
		}
		ck_assert_uint_ge(work_type_group(i, param), 1);
		ck_assert_uint_le(work_type_group(i, param), WORK_GROUP_MAX);
	}
}

static const struct {
	const char *label;
	int type;
	const char *param;
	double value;
	const char *want; /* NULL: fine */
} jobs[] = {
	{ "default", WORK_CPU_SPIN, NULL, 0, NULL },
	{ "given", WORK_CPU_SPIN, "chunk", 50, NULL },
	{ "unknown", WORK_CPU_SPIN, "chnk", 50, "no parameter \"chnk\", did you mean \"chunk\"?" },
	{ "of another type", WORK_PIPE_PING_PONG, "chunk", 50, "no parameter \"chunk\"" },
	{ "too small", WORK_CPU_SPIN, "chunk", 0, "chunk must be 1 to" },
	{ "not a number", WORK_CPU_SPIN, "chunk", NAN, "chunk must be" },
};
TEST_ROWS(work_params, jobs)
{
	struct json_f64map given = { 0 };
	double param[WORK_PARAMS_MAX];

	if (row->param)
		json_f64map_set(&given, row->param, row->value);
	if (row->want) {
		ASSERT_ERR(work_type_params(row->type, &given, param, &err), ERR_USAGE, row->want);
	} else {
		ASSERT_OK(work_type_params(row->type, &given, param, &err));
		if (row->type == WORK_CPU_SPIN)
			ck_assert(param[0] == (row->param ? row->value : 2000));
	}
	for (size_t i = 0; i < given.n; i++)
		free(given.v[i].key);
	free(given.v);
}
