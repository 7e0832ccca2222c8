/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/calibrate.h"

#include "base/mem.h"
#include "base/random.h"
#include "stats/looks.h"
#include "tests/unit/stats_sample.h"
#include "tests/unit/test.h"

static char n_null[] = "vtime_null", n_worse[] = "vtime_worse", n_few[] = "vtime_few";
static uint64_t state;

/* About 100, as a run of the virtual clock might measure. */
static double some_value(void)
{
	double sum = 0;

	for (int i = 0; i < 12; i++)
		sum += (double)(random_next(&state) % 1000) / 1000;
	return 100 + sum - 6;
}

static void add_rows(struct pool *p, const char *scheduler, const char *test, size_t n, double more)
{
	for (size_t i = 0; i < n; i++) {
		struct row *r = xgrow(p->rows, p->n_rows);

		*r = sample_row(test, "7.0");
		sample_dim(r, DIM_SCHEDULER, scheduler);
		r->seed = i;
		r->repeat = (uint32_t)i;
		r->duration_ns = 1000000000;
		r->v[M_LONGEST_WAIT_MS] = some_value() + more;
		r->v[M_ITERATION_RATE] = some_value();
	}
}

static void make_pool(struct pool *p)
{
	pool_init(p);
	state = 7;
	for (int t = 0; t < 2; t++) {
		const char *test = t ? "one" : "two";

		add_rows(p, "vtime", test, 40, 0);
		add_rows(p, n_null, test, 40, 0);
		add_rows(p, n_worse, test, 40, 15);
		add_rows(p, n_few, test, 6, 0);
	}
}

static void run_calibrate(const struct pool *p, struct calibration *c)
{
	_cleanup_strv_ struct strv nulls = STRV_INIT, worse = STRV_INIT;
	struct err err = ERR_INIT;

	strv_add(&nulls, n_null);
	strv_add(&nulls, n_few);
	strv_add(&worse, n_worse);
	const struct calibrate_opts o = {
		.base = "vtime", .nulls = &nulls, .worse = &worse, .draws = 60, .seed = 3
	};
	ASSERT_OK(calibrate(p, &o, c, &err));
}

TEST(calibrate_counts_alarms_and_finds)
{
	_cleanup_pool_ struct pool p;
	CLEANUP(calibration_done) struct calibration c = { 0 };

	make_pool(&p);
	run_calibrate(&p, &c);
	ck_assert_uint_eq(c.n, 4);
	ck_assert_uint_eq(c.tests, 2);
	ck_assert(c.pairs[0].is_null && c.pairs[1].is_null && !c.pairs[3].is_null);
	ck_assert_uint_eq(c.null_size[1].of, 2 * 60); /* one pool is too small for 10 a side */
	ck_assert_uint_le(c.null_size[1].n * 100, c.null_size[1].of * 10);
	ck_assert_uint_eq(c.pairs[3].size[1].n, 60);
	ck_assert_uint_eq(c.pairs[3].ab.n, 60);
	ck_assert_uint_le(c.null_ab.n * 100, c.null_ab.of * 10);
}

TEST(calibrate_leaves_out_what_a_pool_is_too_small_for)
{
	_cleanup_pool_ struct pool p;
	CLEANUP(calibration_done) struct calibration c = { 0 };

	make_pool(&p);
	run_calibrate(&p, &c);
	ck_assert_uint_eq(c.pairs[0].size[2].of, 60); /* itself: 20 and 20 of 40 */
	ck_assert_uint_eq(c.pairs[0].ab.of, 0);
	ck_assert_uint_eq(c.pairs[1].ab.of, 60);
	ck_assert_uint_eq(c.pairs[2].runs, 6);
	ck_assert_uint_eq(c.pairs[2].size[0].of, 60);
	ck_assert_uint_eq(c.pairs[2].size[1].of, 0);
}

/* Blocks of ten: two of the base against itself, four against the copy; two tests each. */
TEST(calibrate_compares_headlines_of_runs_that_are_not_shared)
{
	_cleanup_pool_ struct pool p;
	CLEANUP(calibration_done) struct calibration c = { 0 };

	make_pool(&p);
	run_calibrate(&p, &c);
	ck_assert_uint_eq(c.n_headlines, 2);
	for (size_t i = 0; i < c.n_headlines; i++) {
		ck_assert_uint_eq(c.headlines[i].p.of, (2 + 4) * 2);
		ck_assert_uint_le(c.headlines[i].p.n, 3);
	}
}

TEST(calibrate_names_a_scheduler_without_results)
{
	_cleanup_pool_ struct pool p;
	struct calibration c;
	struct err err = ERR_INIT;
	const struct strv none = STRV_INIT;

	make_pool(&p);
	const struct calibrate_opts o = {
		.base = "fifo", .nulls = &none, .worse = &none, .draws = 1
	};
	ck_assert_int_eq(calibrate(&p, &o, &c, &err), -(int)ERR_NOT_FOUND);
	ck_assert_str_eq(err.msg, "no results of scheduler fifo");
}
