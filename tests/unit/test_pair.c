/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/pair.h"

#include "base/mem.h"
#include "stats/select.h"
#include "tests/unit/stats_sample.h"
#include "tests/unit/test.h"

#define BIT(d) (1u << (d))

struct sides {
	struct row a, b;
	struct rows side[SIDES];
};

static void setup(struct sides *s)
{
	s->a = sample_row("t", "6.14");
	s->b = sample_row("t", "7.0");
	s->side[SIDE_A] = sample_rows(&s->a, 1);
	s->side[SIDE_B] = sample_rows(&s->b, 1);
}

static void teardown(struct sides *s)
{
	row_done(&s->a);
	row_done(&s->b);
	free(s->side[SIDE_A].v);
	free(s->side[SIDE_B].v);
}

static size_t matched(const struct sides *s, unsigned int parts)
{
	_cleanup_join_ struct join j;

	join_rows(parts, &s->side[SIDE_A], &s->side[SIDE_B], &j);
	return j.matched;
}

/* Reference, weak spot 3: dimensions that only say where a result comes from prevent no pair. */
TEST(pair_provenance_does_not_join_unless_asked)
{
	unsigned int parts = join_parts(BIT(DIM_KERNEL), BIT(DIM_KERNEL));
	struct sides s;

	setup(&s);
	sample_dim(&s.b, DIM_KERNEL_COMMIT, "7654321");
	sample_dim(&s.b, DIM_RUN_SOURCE, "ci");
	ck_assert_uint_eq(matched(&s, parts), 1);
	parts = join_parts(BIT(DIM_KERNEL), BIT(DIM_KERNEL) | BIT(DIM_RUN_SOURCE));
	ck_assert_uint_eq(matched(&s, parts), 0);
	teardown(&s);
}

static const struct {
	const char *label;
	int dim;
} joined[] = {
	{ "scheduler", DIM_SCHEDULER }, { "topology", DIM_TOPOLOGY },
	{ "work type", DIM_WORK_TYPE }, { "project commit", DIM_PROJECT_COMMIT },
	{ "clock", DIM_CLOCK },         { "profile", DIM_PROFILE },
};
/* Each difference alone prevents the pair and is named; slicing by it makes the pair. */
TEST_ROWS(pair_joins_on, joined)
{
	unsigned int parts = join_parts(BIT(DIM_KERNEL), BIT(DIM_KERNEL));
	struct sides s;

	setup(&s);
	ck_assert_uint_eq(matched(&s, parts), 1);
	sample_dim(&s.b, (enum dim)row->dim, "other");
	ck_assert_uint_eq(matched(&s, parts), 0);
	ck_assert_uint_eq(join_culprits(parts, &s.side[SIDE_A], &s.side[SIDE_B]), BIT(row->dim));
	ck_assert_uint_eq(matched(&s, join_parts(BIT(DIM_KERNEL) | BIT(row->dim), 0)), 1);
	teardown(&s);
}

TEST(pair_two_culprits_are_both_named)
{
	unsigned int parts = join_parts(BIT(DIM_KERNEL), BIT(DIM_KERNEL));
	struct sides s;

	setup(&s);
	sample_dim(&s.b, DIM_TOPOLOGY, "other");
	sample_dim(&s.b, DIM_PROFILE, "other");
	ck_assert_uint_eq(join_culprits(parts, &s.side[SIDE_A], &s.side[SIDE_B]),
	                  BIT(DIM_TOPOLOGY) | BIT(DIM_PROFILE));
	free(s.b.test);
	s.b.test = xstrdup("another");
	ck_assert_uint_eq(join_culprits(parts, &s.side[SIDE_A], &s.side[SIDE_B]), 0);
	teardown(&s);
}

TEST(pair_flags_go_with_the_scheduler)
{
	struct sides s;

	setup(&s);
	free(s.b.flags);
	s.b.flags = xstrdup("--slice=5");
	ck_assert_uint_eq(matched(&s, join_parts(BIT(DIM_KERNEL), 0)), 0);
	ck_assert_uint_eq(matched(&s, join_parts(BIT(DIM_KERNEL) | BIT(DIM_SCHEDULER), 0)), 1);
	teardown(&s);
}

/* Another payload is another test, whatever the sides differ in. */
TEST(pair_payload_always_joins)
{
	struct sides s;

	setup(&s);
	free(s.b.payload_names);
	s.b.payload_names = xstrdup("fio");
	for (int d = 0; d < DIM_COUNT; d++)
		ck_assert_uint_eq(matched(&s, join_parts(BIT(DIM_KERNEL) | BIT(d), BIT(d))), 0);
	ck_assert_uint_eq(
		join_culprits(join_parts(BIT(DIM_KERNEL), 0), &s.side[SIDE_A], &s.side[SIDE_B]),
		JOIN_PAYLOAD);
	teardown(&s);
}

TEST(pair_dirty_and_clean_of_a_commit_join)
{
	struct sides s;

	setup(&s);
	sample_dim(&s.b, DIM_PROJECT_COMMIT, "abc1234-dirty");
	ck_assert_uint_eq(matched(&s, join_parts(BIT(DIM_KERNEL), 0)), 1);
	teardown(&s);
}

/* Neighbouring values in the key are kept apart: "ab" + "c" is not "a" + "bc". */
TEST(pair_keys_do_not_run_together)
{
	struct sides s;

	setup(&s);
	free(s.a.flags);
	free(s.a.payload_names);
	s.a.flags = xstrdup("ab");
	s.a.payload_names = xstrdup("c");
	free(s.b.flags);
	free(s.b.payload_names);
	s.b.flags = xstrdup("a");
	s.b.payload_names = xstrdup("bc");
	ck_assert_uint_eq(matched(&s, join_parts(BIT(DIM_KERNEL), 0)), 0);
	teardown(&s);
}

/* A test that is missing on B has vanished only if B has other results under its setting. */
TEST(pair_of_a_setting_the_other_side_never_had)
{
	unsigned int parts = join_parts(BIT(DIM_KERNEL), BIT(DIM_KERNEL));
	struct row rows[] = { sample_row("t", "6.14"), sample_row("gone", "6.14"),
		              sample_row("t", "6.14"), sample_row("t", "7.0") };
	struct rows a = sample_rows(rows, 3), b = sample_rows(&rows[3], 1);
	_cleanup_join_ struct join j;

	sample_dim(&rows[2], DIM_PROJECT_COMMIT, "def5678");
	join_rows(parts, &a, &b, &j);
	ck_assert_uint_eq(j.n, 3);
	ck_assert_uint_eq(j.matched, 1);
	ck_assert(!j.pairs[1].elsewhere);
	ck_assert(j.pairs[2].elsewhere);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		row_done(&rows[i]);
	free(a.v);
	free(b.v);
}

/* Reference, weak spot 4: the message names what prevents the pair and the options that help. */
TEST(pair_diagnosis_names_the_flag)
{
	struct selection sel = { .parts = join_parts(BIT(DIM_KERNEL), BIT(DIM_KERNEL)) };
	struct err err = ERR_INIT;
	struct sides s;

	setup(&s);
	sample_dim(&s.b, DIM_PROJECT_COMMIT, "def5678");
	sel.side[SIDE_A] = s.side[SIDE_A];
	sel.side[SIDE_B] = s.side[SIDE_B];
	selection_diagnose(&sel, &err);
	ck_assert_ptr_nonnull(strstr(err.msg, "project-commit"));
	ck_assert_ptr_nonnull(
		strstr(err.msg, "--a-project-commit abc1234 --b-project-commit def5678"));
	teardown(&s);
}
