/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "harness/agent/roster.h"
#include "tests/unit/test.h"

static struct err err;

static void add_work(struct job *job, enum work_type type, uint32_t workers)
{
	struct job_work *w = xgrow(job->works.v, job->works.n);

	json_init(&job_work_table, w);
	w->type = type;
	w->workers = workers;
}

static struct job_op *add_op(struct job *job, enum op_kind kind, uint32_t work)
{
	struct job_op *op = xgrow(job->ops.v, job->ops.n);

	json_init(&job_op_table, op);
	op->kind = kind;
	op->work = work;
	return op;
}

static void start(struct job *job)
{
	json_init(&job_table, job);
	add_work(job, WORK_CPU_SPIN, 3);
	add_work(job, WORK_PIPE_PING_PONG, 4);
}

static const struct {
	const char *label;
	uint32_t lists;
	size_t n;
	uint32_t workers, want;
} joined[] = {
	{ "none", 0, 0, 8, 0 },
	{ "some", 0, 2, 8, 2 },
	{ "none again", 2, 0, 8, 2 },
	{ "one list is for all", 1, 1, 8, 1 },
	{ "one, then two", 1, 2, 8, 2 },
	{ "the same again", 3, 3, 8, 3 },
	{ "two and three", 2, 3, 8, 6 },
	{ "two and four", 2, 4, 8, 4 },
	{ "more than workers", 3, 4, 8, 8 },
	{ "a list each", 0, 99, 8, 8 },
};
TEST_ROWS(roster_lists_join, joined)
{
	ck_assert_uint_eq(roster_join_lists(row->lists, row->n, row->workers), row->want);
}

TEST(roster_kin_are_of_one_role_and_the_same_cpus)
{
	ck_assert_uint_eq(roster_kin(WORK_CPU_SPIN, 0, 1, 0), roster_kin(WORK_CPU_SPIN, 0, 7, 0));
	ck_assert_uint_eq(roster_kin(WORK_CPU_SPIN, 2, 1, 0), roster_kin(WORK_CPU_SPIN, 2, 7, 0));
	ck_assert_uint_ne(roster_kin(WORK_CPU_SPIN, 2, 0, 0), roster_kin(WORK_CPU_SPIN, 2, 1, 0));
	/* a waker and its wakees */
	ck_assert_uint_ne(roster_kin(WORK_FUTEX_FAN_OUT, 0, 0, 0),
	                  roster_kin(WORK_FUTEX_FAN_OUT, 0, 1, 1));
	ck_assert_uint_eq(roster_kin(WORK_FUTEX_FAN_OUT, 0, 1, 1),
	                  roster_kin(WORK_FUTEX_FAN_OUT, 0, 4, 4));
	/* a waker with the second list of CPUs, a wakee with the first */
	ck_assert_uint_ne(roster_kin(WORK_FUTEX_FAN_OUT, 2, 5, 0),
	                  roster_kin(WORK_FUTEX_FAN_OUT, 2, 6, 1));
}

TEST(roster_counts_spawns_and_places)
{
	struct roster r;
	struct job job;

	start(&job);
	add_op(&job, OP_SPAWN, 0);
	add_op(&job, OP_STOP, 0);
	add_op(&job, OP_SPAWN, 1);
	add_op(&job, OP_SPAWN, 0);
	ASSERT_OK(roster_make(&job, &r, &err));
	ck_assert_uint_eq(r.n, 3);
	ck_assert_uint_eq(r.workers, 10);
	ck_assert_uint_eq(r.groups, 3 + 2 + 3);
	ck_assert_ptr_eq(roster_of_op(&r, 0), &r.batches[0]);
	ck_assert_ptr_null(roster_of_op(&r, 1));
	const struct roster_batch *pair = roster_of_op(&r, 2), *again = roster_of_op(&r, 3);
	ck_assert_uint_eq(pair->first, 3);
	ck_assert_uint_eq(pair->group, 2);
	ck_assert_uint_eq(pair->first_group, 3);
	ck_assert_uint_eq(pair->spawn, 0);
	ck_assert_uint_eq(again->first, 7);
	ck_assert_uint_eq(again->first_group, 5);
	ck_assert_uint_eq(again->spawn, 1);
	roster_done(&r);
	json_done(&job_table, &job);
}

TEST(roster_refuses_what_cannot_be)
{
	struct roster r = { .n = 77 };
	struct job job;

	start(&job);
	add_op(&job, OP_SPAWN, 9);
	ASSERT_ERR(roster_make(&job, &r, &err), ERR_FORMAT, "no work 9");
	ck_assert_uint_eq(r.n, 77);
	json_done(&job_table, &job);

	start(&job);
	job.works.v[1].workers = 3;
	add_op(&job, OP_SPAWN, 1);
	ASSERT_ERR(roster_make(&job, &r, &err), ERR_USAGE, "not a multiple");
	json_done(&job_table, &job);

	start(&job);
	job.works.v[0].workers = ROSTER_MAX / 2 + 1;
	add_op(&job, OP_SPAWN, 0);
	add_op(&job, OP_SPAWN, 0);
	ASSERT_ERR(roster_make(&job, &r, &err), ERR_LIMIT, "more than");
	json_done(&job_table, &job);

	start(&job);
	job.works.v[0].cgroup = 4;
	add_op(&job, OP_SPAWN, 0);
	ASSERT_ERR(roster_make(&job, &r, &err), ERR_FORMAT, "no cgroup 4");
	json_done(&job_table, &job);
}

TEST(roster_seed_is_of_the_work_and_spawn_alone)
{
	const struct roster_batch a = { .work = 1, .spawn = 2, .first = 0 };
	const struct roster_batch later = { .work = 1, .spawn = 2, .first = 500, .op = 9 };
	const struct roster_batch again = { .work = 1, .spawn = 3 };

	ck_assert_uint_eq(roster_seed(7, &a, 4), roster_seed(7, &later, 4));
	ck_assert_uint_ne(roster_seed(7, &a, 4), roster_seed(7, &a, 5));
	ck_assert_uint_ne(roster_seed(7, &a, 4), roster_seed(7, &again, 4));
	ck_assert_uint_ne(roster_seed(7, &a, 4), roster_seed(8, &a, 4));
}
