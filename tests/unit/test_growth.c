/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "harness/growth.h"
#include "harness/run_figures.h"
#include "tests/unit/sidecar_sample.h"
#include "tests/unit/test.h"

#define N U64_NONE

static struct budget *budget_of(const char *text)
{
	_cleanup_free_ char *dir = test_tmpdir(), *path = fs_join(dir, "b.yaml");
	struct err err = ERR_INIT;
	struct budget *b;

	ASSERT_OK(fs_write_atomic(AT_FDCWD, path, text, strlen(text), 0600, &err));
	ASSERT_OK(budget_load(path, &b, &err));
	return b;
}

static const struct growth_row *row_of(const struct growth *g, const char *program,
                                       enum figure figure)
{
	for (size_t i = 0; i < g->n; i++)
		if (streq_null(g->v[i].program, program) && g->v[i].figure == figure)
			return &g->v[i];
	return NULL;
}

/* One program "p", of which only the instructions are known, and the stack. */
static const struct {
	const char *label, *budget;
	uint64_t before[2], after[2];
	bool over_total, over_program;
	double growth_pct;
} budgets[] = {
	{ "no budget: 10 %", "", { 100, 8 }, { 110, 8 }, false, false, 10 },
	{ "beyond", "", { 100, 8 }, { 111, 8 }, true, false, 11 },
	{ "less", "", { 100, 8 }, { 50, 8 }, false, false, -50 },
	{ "from 0", "", { 0, 8 }, { 1, 8 }, true, false, INFINITY },
	{ "new", "", { N, N }, { 1000, 8 }, false, false, NAN },
	{ "gone", "", { 1000, 8 }, { N, N }, false, false, NAN },
	{ "file", "growth: { insns: 20 }", { 100, 8 }, { 120, 8 }, false, false, 20 },
	{ "any growth", "growth: { insns: inf }", { 1, 8 }, { 1000, 8 }, false, false, 99900 },
	{ "scheduler wins",
	  "growth: { insns: 20 }\nschedulers: [{ name: s, growth: { insns: 5 } }]",
	  { 100, 8 },
	  { 106, 8 },
	  true,
	  false,
	  6 },
	{ "another scheduler",
	  "schedulers: [{ name: t, growth: { insns: 5 } }]",
	  { 100, 8 },
	  { 106, 8 },
	  false,
	  false,
	  6 },
	{ "program",
	  "schedulers: [{ name: s, programs: [{ name: p, growth: { insns: 5 } }] }]",
	  { 100, 8 },
	  { 106, 8 },
	  false,
	  true,
	  6 },
	{ "limit", "limits: { insns: 99 }", { 100, 8 }, { 100, 8 }, true, false, 0 },
	{ "limit of a program",
	  "schedulers: [{ name: s, programs: [{ name: p, limits: { insns: 99 } }] }]",
	  { 100, 8 },
	  { 100, 8 },
	  false,
	  true,
	  0 },
	{ "limit without before", "limits: { insns: 99 }", { N, N }, { 100, 8 }, true, false, NAN },
};
TEST_ROWS(growth_and_budget, budgets)
{
	struct budget *b = budget_of(row->budget);
	struct prog_figures before = { (char *)"p", { row->before[0], N, row->before[1], N } };
	struct prog_figures after = { (char *)"p", { row->after[0], N, row->after[1], N } };
	struct figures was = { &before, 1 }, is = { &after, 1 };
	struct growth g = { 0 };
	const struct growth_row *total, *program;

	growth_add(&g, "s", "6.17", &was, &is, b);
	total = row_of(&g, NULL, FIG_INSNS);
	program = row_of(&g, "p", FIG_INSNS);
	ck_assert_int_eq(growth_over(total), row->over_total);
	ck_assert_int_eq(growth_over(program), row->over_program);
	if (isnan(row->growth_pct))
		ck_assert_double_nan(total->growth_pct);
	else
		ck_assert_double_eq(total->growth_pct, row->growth_pct);
	ck_assert_ptr_null(row_of(&g, NULL, FIG_STATES)); /* nobody knows them */
	ck_assert_ptr_null(growth_unknown_program(&g, b));
	ck_assert_uint_eq(g.compared, isnan(row->growth_pct) ? 0 : 2);
	growth_done(&g);
	budget_free(&b);
}

TEST(growth_totals_and_programs_that_come_and_go)
{
	struct prog_figures old[] = { { (char *)"a", { 10, 1, 24, 5 } },
		                      { (char *)"b", { 20, 2, 8, N } } };
	struct prog_figures new[] = { { (char *)"a", { 10, 1, 24, 5 } },
		                      { (char *)"c", { 30, 3, 64, 7 } } };
	struct figures was = { old, 2 }, is = { new, 2 };
	struct growth g = { 0 };
	const struct growth_row *r;

	growth_add(&g, "s", "6.17", &was, &is, NULL);
	r = row_of(&g, NULL, FIG_INSNS);
	ck_assert_uint_eq(r->before, 30);
	ck_assert_uint_eq(r->after, 40);
	r = row_of(&g, NULL, FIG_STACK);
	ck_assert_uint_eq(r->before, 24);
	ck_assert_uint_eq(r->after, 64);
	ck_assert(r->over_growth);
	r = row_of(&g, NULL, FIG_TIME);
	ck_assert_uint_eq(r->after, 12);
	ck_assert(!growth_over(r)); /* the time is judged only if the budget says so */
	ck_assert_uint_eq(row_of(&g, "b", FIG_INSNS)->after, N);
	ck_assert_uint_eq(row_of(&g, "c", FIG_INSNS)->before, N);
	ck_assert(!growth_changed(row_of(&g, "a", FIG_INSNS)));
	growth_done(&g);
}

TEST(budget_program_that_is_not_there)
{
	struct budget *b = budget_of("schedulers:\n"
	                             "  - { name: t, programs: [{ name: z }] }\n"
	                             "  - { name: s, programs: [{ name: p }, { name: q }] }\n");
	struct prog_figures p = { (char *)"p", { 1, 1, 1, 1 } };
	struct figures f = { &p, 1 };
	struct growth g = { 0 };

	growth_add(&g, "s", "6.17", &f, &f, b);
	ck_assert_str_eq(growth_unknown_program(&g, b)->name, "q");
	growth_done(&g);
	budget_free(&b);
}

TEST(budget_mistakes_name_the_place)
{
	_cleanup_free_ char *dir = test_tmpdir(), *path = fs_join(dir, "b.yaml");
	static const char text[] = "growth: { insns: 5 }\nlimits: { insn: 5 }\n";
	struct err err = ERR_INIT;
	struct budget *b;

	ASSERT_OK(fs_write_atomic(AT_FDCWD, path, text, strlen(text), 0600, &err));
	ASSERT_ERR(budget_load(path, &b, &err), ERR_FORMAT, "b.yaml:2: limits: ");
	ck_assert_ptr_nonnull(strstr(err.msg, "\"insns\""));
}

/* Writes the sidecar of a test of "mine" with one program. */
static void write_run(const char *dir, const char *test, const char *timestamp, uint64_t insns)
{
	_cleanup_free_ char *name = NULL, *text = NULL;
	struct sidecar s;
	struct sidecar_verifier *p;
	struct err err = ERR_INIT;

	sample_sidecar(&s, test, 0);
	free(s.timestamp);
	free(s.scheduler);
	free(s.kernel_version);
	s.timestamp = xstrdup(timestamp);
	s.scheduler = xstrdup("mine");
	s.kernel_version = xstrdup("6.17.13");
	p = xgrow(s.verifier_stats.v, s.verifier_stats.n);
	*p = (struct sidecar_verifier){ xstrdup("p"), insns, 3, N, 1000 };
	name = sidecar_file_name(&s);
	_cleanup_free_ char *path = fs_join(dir, name);
	_cleanup_json_ struct json_object *o = json_encode(&sidecar_table, &s);

	text = json_text(o, false);
	ASSERT_OK(fs_write_atomic(AT_FDCWD, path, text, strlen(text), 0600, &err));
	json_done(&sidecar_table, &s);
}

TEST(run_figures_are_those_of_the_newest_test)
{
	_cleanup_free_ char *dir = test_tmpdir(), *folder = NULL;
	const struct figures *f;
	struct run_figures r;
	struct err err = ERR_INIT;

	ASSERT_ERR(run_figures_read(dir, &r, &err), ERR_NOT_FOUND, "verifier figures");
	write_run(dir, "a", "2026-11-21T04:00:00Z", 10);
	write_run(dir, "b", "2026-11-21T05:00:00Z", 20);
	write_run(dir, "c", "2026-11-21T03:00:00Z", 30);
	folder = run_figures_folder(dir);
	ck_assert_str_eq(folder, dir);
	ck_assert_ptr_null(run_figures_folder("no-such-run"));
	ASSERT_OK(run_figures_read(dir, &r, &err));
	f = run_figures_find(&r, "mine", "6.17.13");
	ck_assert_uint_eq(figures_total(f, FIG_INSNS), 20);
	ck_assert_uint_eq(figures_total(f, FIG_STACK), N);
	ck_assert_ptr_null(run_figures_find(&r, "mine", "6.16.12"));
	ck_assert_ptr_null(run_figures_find(&r, "other", "6.17.13"));
	run_figures_done(&r);
}
