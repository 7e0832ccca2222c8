/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <unistd.h>

#include "base/clock.h"
#include "harness/bench/driver.h"
#include "harness/bench/rows.h"
#include "tests/unit/golden.h"

#define SHORT_NS (2 * NS_PER_MS)

static void run_share(const struct bench_row *row, uint64_t time_ns, uint32_t passes,
                      struct wire_bench *w)
{
	_cleanup_free_ char *dir = test_tmpdir();
	const struct bench_opts o = { .time_ns = time_ns,
		                      .passes = passes,
		                      .dir = dir,
		                      .started_ns = U64_NONE,
		                      .image_bytes = U64_NONE };

	bench_run(row, &o, w);
}

static void run_row(const struct bench_row *row, struct wire_bench *w)
{
	run_share(row, SHORT_NS, 0, w);
}

/* Every row of the registry, natively: it has figures in order, or it says why not. */
TEST(every_row_runs_or_says_why_not)
{
	for (size_t i = 0; i < bench_count; i++) {
		struct wire_bench w;

		run_row(bench_at(i), &w);
		ck_assert_str_eq(w.name, bench_about(bench_at(i))->name);
		ck_assert_msg(!w.error, "%s: %s", w.name, w.error);
		if (!w.skipped) {
			ck_assert_str_eq(w.timing.unit, bench_about(bench_at(i))->unit);
			ck_assert_uint_gt(w.timing.iterations, 0);
			ck_assert_uint_gt(w.timing.samples.n, 0);
			ck_assert(w.timing.min <= w.timing.p50 && w.timing.p50 <= w.timing.max);
		} else {
			ck_assert_msg(bench_about(bench_at(i))->needs != NULL,
			              "%s needs nothing, but is skipped: %s", w.name, w.skipped);
		}
		json_done(&wire_bench_table, &w);
	}
}

static const struct {
	const char *label;
	uint64_t n, max_batch, want;
	double took, goal;
} batches[] = {
	{ "tenfold at most", 1, 0, 10, 1, 1000 },
	{ "what is missing", 100, 0, 200, 500, 1000 },
	{ "enough: not fewer", 100, 0, 100, 2000, 1000 },
	{ "nothing seen", 7, 0, 70, 0, 1000 },
	{ "a limit", 100, 128, 128, 500, 1000 },
};

TEST_ROWS(next_batch, batches)
{
	ck_assert_uint_eq(bench_next_batch(row->n, row->took, row->goal, row->max_batch),
	                  row->want);
}

/* Each iteration waits 100 us by the clock; overhead is not in it. */
static void wait_100_us(struct bench *b UNUSED, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		for (uint64_t end = deadline_in(100 * NS_PER_US); clock_mono_ns() < end;)
			;
}

TEST(time_of_an_iteration)
{
	const struct bench_row known = { .about = { .name = "known", .unit = "ns" },
		                         .op = wait_100_us };
	struct wire_bench w;

	run_row(&known, &w);
	ck_assert(w.timing.min > 99000 && w.timing.min < 150000);
	ck_assert_uint_ge(w.timing.samples.n, BENCH_SAMPLES_MIN);
	ck_assert(w.timing.timer_ns > 0);
	json_done(&wire_bench_table, &w);
}

static void wait_5_ms(struct bench *b UNUSED, uint64_t n)
{
	wait_100_us(b, 50 * n);
}

/* A sixth of the samples is not less than two, also if they take longer than a sixth of the time. */
TEST(pass_takes_its_share)
{
	const struct bench_row known = { .about = { .name = "known", .unit = "ns" },
		                         .op = wait_5_ms };
	struct wire_bench w;

	run_share(&known, 24 * NS_PER_MS, 6, &w);
	ck_assert_uint_eq(w.timing.samples.n, 2);
	json_done(&wire_bench_table, &w);
}

static int setup_lacks(struct bench *b UNUSED, struct err *err)
{
	return err_set(err, ERR_UNSUPPORTED, "needs a second moon");
}

static void op_fails(struct bench *b, uint64_t n UNUSED)
{
	bench_fail(b, 0, "no more tea");
}

static void op_dies(struct bench *b UNUSED, uint64_t n UNUSED)
{
	_exit(3);
}

static const struct {
	const char *label;
	struct bench_row row;
	const char *skipped, *error;
} ends[] = {
	{ "skipped",
	  { .about = { .name = "x", .unit = "ns" }, .setup = setup_lacks, .op = op_fails },
	  "needs a second moon",
	  NULL },
	{ "failed",
	  { .about = { .name = "x", .unit = "ns" }, .op = op_fails },
	  NULL,
	  "no more tea" },
	{ "ended",
	  { .about = { .name = "x", .unit = "ns" }, .op = op_dies },
	  NULL,
	  "ended without a result" },
};

TEST_ROWS(row_without_figures, ends)
{
	struct wire_bench w;

	run_row(&row->row, &w);
	ck_assert(streq_null(w.skipped, row->skipped));
	ck_assert(streq_null(w.error, row->error));
	ck_assert(isnan(w.timing.p50));
	json_done(&wire_bench_table, &w);
}

static const char *or_nothing(const char *text)
{
	return text ? text : "";
}

TEST(benchmarks_page_is_current)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b,
	            "| name | unit | one iteration or sample | parameters | needs | name in the "
	            "seeds, if another |\n|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < bench_count; i++) {
		const struct bench_about *a = bench_about(bench_at(i));

		strbuf_addf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", a->name, a->unit, a->what,
		            or_nothing(a->parameters), or_nothing(a->needs), or_nothing(a->seed));
	}
	golden_block("docs/benchmarks.md", "benchmarks", &b);
}
