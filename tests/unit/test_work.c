/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "harness/agent/work.h"
#include "tests/unit/test.h"

static struct err err;

TEST(work_every_type_has_a_row)
{
	for (int i = 0; i < WORK_TYPE_COUNT; i++) {
		const struct work_impl *w = work_impls[i];

		ck_assert_ptr_nonnull(w);
		ck_assert_uint_ge(w->group_size, 1);
		ck_assert_uint_le(w->group_size, WORK_GROUP_MAX);
		for (size_t p = 0; p < WORK_PARAMS_MAX && w->params[p].name; p++)
			ck_assert(w->params[p].def >= w->params[p].min &&
			          w->params[p].def <= w->params[p].max);
	}
}

static const struct {
	const char *label;
	int type;
	uint32_t workers;
	const char *param;
	double value;
	const char *want; /* NULL: fine */
} jobs[] = {
	{ "default", WORK_CPU_SPIN, 3, NULL, 0, NULL },
	{ "given", WORK_CPU_SPIN, 1, "chunk", 50, NULL },
	{ "unknown", WORK_CPU_SPIN, 1, "chnk", 50, "no parameter chnk" },
	{ "too small", WORK_CPU_SPIN, 1, "chunk", 0, "chunk must be 1 to" },
	{ "not a number", WORK_CPU_SPIN, 1, "chunk", NAN, "chunk must be" },
	{ "half a pair", WORK_PIPE_PING_PONG, 3, NULL, 0, "not a multiple of 2" },
	{ "two pairs", WORK_PIPE_PING_PONG, 4, NULL, 0, NULL },
};
TEST_ROWS(work_params, jobs)
{
	struct job_work w = { .type = row->type, .workers = row->workers };
	double param[WORK_PARAMS_MAX];

	if (row->param)
		json_f64map_set(&w.params, row->param, row->value);
	if (row->want) {
		ASSERT_ERR(work_params(&w, param, &err), ERR_USAGE, row->want);
	} else {
		ASSERT_OK(work_params(&w, param, &err));
		if (row->type == WORK_CPU_SPIN)
			ck_assert(param[0] == (row->param ? row->value : 2000));
	}
	for (size_t i = 0; i < w.params.n; i++)
		free(w.params.v[i].key);
	free(w.params.v);
}
