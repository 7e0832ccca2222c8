/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/objective_judge.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "stats/require.h"
#include "tests/unit/golden.h"
#include "tests/unit/stats_sample.h"
#include "tests/unit/test.h"

#define REPEATS 8

static struct objectives *load(const char *row)
{
	_cleanup_free_ char *dir = test_tmpdir(), *path = fs_join(dir, "o.yaml");
	_cleanup_free_ char *text = xasprintf("objectives:\n  - { scenario: t, %s }\n", row);
	struct objectives *o = NULL;
	struct err err = ERR_INIT;

	ASSERT_OK(fs_write_atomic(AT_FDCWD, path, text, strlen(text), 0600, &err));
	ASSERT_OK(objectives_load(path, &o, &err));
	return o;
}

/* REPEATS runs of the test "t" with flag `label`: base, base + 1, … */
static void add_side(struct pool *p, const char *label, double base)
{
	p->rows = xrealloc(p->rows, p->n_rows + REPEATS, sizeof(*p->rows));
	for (size_t i = 0; i < REPEATS; i++) {
		struct row *r = &p->rows[p->n_rows++];

		*r = sample_row("t", "6.14.2");
		free(r->flags);
		r->flags = xstrdup(label);
		r->v[M_P99_WAKE_US] = base + (double)i;
	}
}

static void make_pool(struct pool *p)
{
	pool_init(p);
	xgrow(p->runs, p->n_runs)->name = xstrdup("6.14-a");
}

#define WAKE "metric: worst_p99_wake_latency_us, "
#define OF   "ratio: { with: agent, of: base }, "

/* Without an agent the median is 103.5 (100 … 107; interval 100 … 107), with it twice that. */
static const struct {
	const char *label, *row;
	enum objective_status want;
	int exit_status;
} rows[] = {
	{ "below", WAKE "where: { scheduler: eevdf }, max: 300", OBJECTIVE_PASS, 0 },
	{ "above", WAKE "max: 99", OBJECTIVE_FAIL, 1 },
	{ "too little", WAKE "min: 300", OBJECTIVE_FAIL, 1 },
	{ "on the edge", WAKE "max: 104", OBJECTIVE_UNDECIDED, 3 },
	{ "edge of the interval", WAKE "max: 107", OBJECTIVE_PASS, 0 },
	{ "tolerance", WAKE "max: 104, tolerance: 3", OBJECTIVE_PASS, 0 },
	{ "tolerance in percent", WAKE "max: 100, tolerance: 7%", OBJECTIVE_PASS, 0 },
	{ "tolerance too small", WAKE "max: 100, tolerance: 6%", OBJECTIVE_UNDECIDED, 3 },
	{ "5 % of min, not of max", WAKE "min: 115, max: 1000, tolerance: 5%", OBJECTIVE_FAIL, 1 },
	{ "5 % of max, not of min", WAKE "min: -1000, max: 100, tolerance: 5%", OBJECTIVE_UNDECIDED,
	  3 },
	{ "other unit", WAKE "max: 0.12, unit: ms", OBJECTIVE_PASS, 0 },
	{ "advisory", WAKE "max: 99, level: advisory", OBJECTIVE_FAIL, 0 },
	{ "too few", WAKE "max: 300, repeats: 9", OBJECTIVE_UNDECIDED, 3 },
	{ "enough", WAKE "max: 300, repeats: 8", OBJECTIVE_PASS, 0 },
	{ "below the floor", WAKE "max: 99, floor: 104", OBJECTIVE_NOT_JUDGED, 3 },
	{ "at the floor", WAKE "max: 99, floor: 103.5", OBJECTIVE_FAIL, 1 },
	{ "no such kernel", WAKE "max: 99, where: { kernel: 1.0 }", OBJECTIVE_NO_DATA, 3 },
	{ "not measured", "metric: total_migrations, max: 99", OBJECTIVE_NO_DATA, 3 },
	{ "machine", WAKE "max: 300, machine: kvm", OBJECTIVE_NO_DATA, 3 },
	{ "ratio", WAKE OF "max: 2.2", OBJECTIVE_PASS, 0 },
	{ "ratio fails", WAKE OF "max: 1.5", OBJECTIVE_FAIL, 1 },
	{ "ratio on the edge", WAKE OF "max: 2.0", OBJECTIVE_UNDECIDED, 3 },
	{ "ratio of nothing", WAKE "ratio: { with: agent, of: none }, max: 9", OBJECTIVE_NO_DATA,
	  3 },
};

/* The file has one line, with this status. */
static void judge_one(const struct objectives *o, const struct pool *p, enum objective_status want,
                      struct verdict_of_objectives *v)
{
	const struct filters none = { 0 };
	struct err err = ERR_INIT;

	ASSERT_OK(objectives_judge(o, p, &(struct objective_opts){ &none, NULL }, v, &err));
	ck_assert_uint_eq(v->n, 1);
	ck_assert_str_eq(json_name(&objective_status_names, (int)v->v[0].status),
	                 json_name(&objective_status_names, (int)want));
}

TEST_ROWS(objective_status, rows)
{
	_cleanup_objectives_ struct objectives *o = load(row->row);
	struct verdict_of_objectives v = { 0 };
	_cleanup_pool_ struct pool p;

	make_pool(&p);
	add_side(&p, "base", 100);
	if (strstr(row->row, "ratio:"))
		add_side(&p, "agent", 200);
	judge_one(o, &p, row->want, &v);
	ck_assert_int_eq(v.exit_status, row->exit_status);
	verdict_of_objectives_done(&v);
}

static void not_measured(struct row *r)
{
	r->v[M_P99_WAKE_US] = r->v[M_TOTAL_ITERATIONS] = NAN;
}

static void twice_as_long(struct row *r)
{
	r->duration_ns *= 2;
}

static void other_cgroup(struct row *r)
{
	r->over[M_P99_WAKE_US] = 1 + (uint32_t)(r->v[M_P99_WAKE_US]);
}

static void noisy(struct row *r)
{
	r->host_wait_pct = 90;
}

#define TOTAL "metric: total_iterations, "
#define GAP   "metric: worst_gap_ms, "

/* Eight runs of side "base", where needed as many of "agent" with the same totals. The first `n` of all
 * are changed. */
static const struct {
	const char *label, *row;
	void (*change)(struct row *r);
	size_t n;
	enum objective_status want;
	double ratio;     /* of the value, 0: any */
	const char *note; /* NULL: none */
} unlike[] = {
	{ "half have it", WAKE "max: 300", not_measured, 4, OBJECTIVE_PASS, 0, NULL },
	{ "less than half have it", WAKE "max: 300", not_measured, 5, OBJECTIVE_NO_DATA, 0,
	  "measured in less than half of the runs of a side" },
	{ "none has it", WAKE "max: 300", not_measured, 8, OBJECTIVE_NO_DATA, 0,
	  "no run measured it" },
	{ "no run was quiet", WAKE "max: 300", noisy, 8, OBJECTIVE_NO_DATA, 0,
	  "no run was quiet enough to compare: the VMs waited for the host" },
	{ "each in other cgroups", WAKE "max: 300", other_cgroup, 8, OBJECTIVE_NO_DATA, 0,
	  "the runs measured it in different cgroups" },
	{ "a total, longer runs", TOTAL "min: 10", twice_as_long, 4, OBJECTIVE_NO_DATA, 0,
	  "grows with the run, and the runs are not equally long" },
	{ "a longest time, longer runs", GAP "max: 10", twice_as_long, 4, OBJECTIVE_NO_DATA, 0,
	  "grows with the run, and the runs are not equally long" },
	{ "totals of equal runs", TOTAL "min: 10", twice_as_long, 8, OBJECTIVE_PASS, 0, NULL },
	{ "ratio of totals per second", TOTAL OF "max: 1.5", twice_as_long, 8, OBJECTIVE_FAIL, 2,
	  NULL },
	{ "its floor is of totals", TOTAL OF "max: 1.5, floor: 999", twice_as_long, 8,
	  OBJECTIVE_FAIL, 2, NULL },
	{ "ratio of longest times", GAP OF "max: 1.5", twice_as_long, 8, OBJECTIVE_NO_DATA, 0,
	  "grows with the run, and the runs are not equally long" },
	{ "one side of a ratio is not measured", WAKE OF "max: 9", not_measured, 8,
	  OBJECTIVE_NO_DATA, 0, "not measured on one side" },
};

static void make_unlike(struct pool *p, const char *row)
{
	make_pool(p);
	add_side(p, "base", 100);
	if (strstr(row, "ratio:"))
		add_side(p, "agent", 100);
	for (size_t i = 0; i < p->n_rows; i++) {
		p->rows[i].duration_ns = 5 * NS_PER_SEC;
		p->rows[i].v[M_TOTAL_ITERATIONS] = 1000;
		p->rows[i].v[M_WORST_GAP_MS] = 5;
	}
}

TEST_ROWS(objective_judges_what_compare_would, unlike)
{
	_cleanup_objectives_ struct objectives *o = load(row->row);
	struct verdict_of_objectives v = { 0 };
	_cleanup_pool_ struct pool p;

	make_unlike(&p, row->row);
	for (size_t i = 0; i < row->n; i++)
		row->change(&p.rows[i]);
	judge_one(o, &p, row->want, &v);
	if (row->note)
		ck_assert_str_eq(v.v[0].note, row->note);
	else
		ck_assert_ptr_null(v.v[0].note);
	if (row->ratio > 0)
		ck_assert_double_eq_tol(v.v[0].value.estimate, row->ratio, 1e-9);
	verdict_of_objectives_done(&v);
}

static const struct {
	const char *label, *a, *b, *clock, *row;
	const char *error; /* NULL: none */
} machines[] = {
	{ "emulation and bare metal", "tcg", NULL, "real", WAKE "max: 999",
	  "emulation (tcg) in run 6.14-a, on bare metal (native) in run 6.14-a" },
	{ "kvm and bare metal", "kvm", NULL, "real", WAKE "max: 999", "bare metal (native)" },
	{ "alike", "kvm", "kvm", "real", WAKE "max: 999", NULL },
	{ "clocks", "tcg", "tcg", "virtual", WAKE "max: 999", "the virtual clock" },
	{ "a machine is named", "tcg", NULL, "real", WAKE "max: 999, machine: native", NULL },
	{ "the sides of a ratio", "tcg", NULL, "real", WAKE OF "max: 9", "emulation (tcg)" },
	{ "no time", "tcg", NULL, "real", "metric: worst_spread, max: 9", NULL },
};

/* The first half was measured on machine a with the real clock, the second on b. */
TEST_ROWS(objective_refuses_unlike_machines, machines)
{
	_cleanup_objectives_ struct objectives *o = load(row->row);
	struct verdict_of_objectives v = { 0 };
	const struct filters none = { 0 };
	struct objective_opts opts = { &none, NULL };
	_cleanup_pool_ struct pool p;
	struct err err = ERR_INIT;

	make_pool(&p);
	add_side(&p, "base", 100);
	add_side(&p, "agent", 200);
	for (size_t i = 0; i < p.n_rows; i++)
		p.rows[i].accel = xstrdup(i < REPEATS ? row->a : row->b);
	for (size_t i = REPEATS; i < p.n_rows; i++)
		sample_dim(&p.rows[i], DIM_CLOCK, row->clock);
	if (row->error)
		ASSERT_ERR(objectives_judge(o, &p, &opts, &v, &err), ERR_USAGE, row->error);
	else
		ASSERT_OK(objectives_judge(o, &p, &opts, &v, &err));
	verdict_of_objectives_done(&v);
}

/* Emulated times alone are not the kernel's. Virtual time is exact, emulated or not. */
TEST(objective_judges_no_times_of_emulation)
{
	_cleanup_objectives_ struct objectives *o = load(WAKE "max: 999");
	struct verdict_of_objectives v = { 0 };
	const struct filters none = { 0 };
	struct objective_opts opts = { &none, NULL };
	_cleanup_pool_ struct pool p;
	struct err err = ERR_INIT;

	make_pool(&p);
	add_side(&p, "base", 100);
	for (size_t i = 0; i < p.n_rows; i++)
		p.rows[i].accel = xstrdup("tcg");
	ASSERT_OK(objectives_judge(o, &p, &opts, &v, &err));
	ck_assert_int_eq(v.v[0].status, OBJECTIVE_NOT_JUDGED);
	ck_assert_int_eq(v.exit_status, 3);
	verdict_of_objectives_done(&v);
	for (size_t i = 0; i < p.n_rows; i++) {
		sample_dim(&p.rows[i], DIM_CLOCK, "virtual");
		p.rows[i].seed = i;
	}
	ASSERT_OK(objectives_judge(o, &p, &opts, &v, &err));
	ck_assert_int_eq(v.v[0].status, OBJECTIVE_PASS);
	verdict_of_objectives_done(&v);
}

#define VOTE(s, ...)                                                                               \
	{                                                                                          \
		.status = OBJECTIVE_##s, __VA_ARGS__                                               \
	}
#define ADVISORY .level = OBJECTIVE_ADVISORY

/* Beside a strict row that passes, if `beside`. */
static const struct {
	const char *label;
	struct objective_vote vote;
	bool beside;
	int exit_status;
	const char *word;
} exits[] = {
	{ "fails", VOTE(FAIL), true, 1, "fail" },
	{ "advisory fails", VOTE(FAIL, ADVISORY), true, 0, "pass" },
	{ "only an advisory one, which fails", VOTE(FAIL, ADVISORY), false, 0, "pass" },
	{ "undecided", VOTE(UNDECIDED), true, 3, "undecided" },
	{ "optional, undecided", VOTE(UNDECIDED, .optional = true), true, 3, "undecided" },
	{ "no data", VOTE(NO_DATA), true, 3, "undecided" },
	{ "optional, no data", VOTE(NO_DATA, .optional = true), true, 0, "pass" },
	{ "advisory, no data", VOTE(NO_DATA, ADVISORY), true, 0, "pass" },
	{ "nothing but that", VOTE(NO_DATA, .optional = true), false, 3, "undecided" },
	{ "times of emulation", VOTE(NOT_JUDGED, .open = true), true, 3, "undecided" },
	{ "optional, times of emulation", VOTE(NOT_JUDGED, .open = true, .optional = true), true, 0,
	  "pass" },
	{ "below the floor", VOTE(NOT_JUDGED), true, 0, "pass" },
	{ "nothing is above its floor", VOTE(NOT_JUDGED), false, 3, "undecided" },
};

TEST_ROWS(objectives_exit_follows_from_the_rows, exits)
{
	const struct objective_vote votes[] = { row->vote, VOTE(PASS) };
	int got = objectives_exit(votes, row->beside ? 2 : 1);

	ck_assert_int_eq(got, row->exit_status);
	ck_assert_str_eq(objectives_word(got), row->word);
}

static const struct {
	const char *label;
	size_t n, low, high; /* values 1 … n */
} intervals[] = {
	{ "too few for 95 %", 3, 1, 3 },
	{ "six", 6, 1, 6 },
	{ "nine: 96.1 %", 9, 2, 8 },
	{ "a hundred: 96.5 %", 100, 40, 61 },
	{ "approximately", 10000, 4902, 5099 },
};

TEST_ROWS(median_interval_by_order, intervals)
{
	_cleanup_free_ double *v = xcalloc(row->n, sizeof(*v));
	struct infer_interval i;

	for (size_t k = 0; k < row->n; k++)
		v[k] = (double)(row->n - k);
	i = infer_median_interval(v, row->n, INFER_ALPHA);
	ck_assert_double_eq(i.estimate, ((double)row->n + 1) / 2);
	ck_assert_double_eq_tol(i.low, (double)row->low, row->n > 500 ? 1.5 : 0.1);
	ck_assert_double_eq_tol(i.high, (double)row->high, row->n > 500 ? 1.5 : 0.1);
}

static const struct {
	const char *label, *path;
	uint32_t rows;
} examples[] = {
	{ "Exo-OS", "objectives/exo-os.yaml", 32 },
	{ "AegisBPF", "objectives/aegisbpf.yaml", 6 },
};

TEST_ROWS(objective_examples_are_read, examples)
{
	_cleanup_objectives_ struct objectives *o = NULL;
	struct err err = ERR_INIT;

	ASSERT_OK(objectives_load(row->path, &o, &err));
	ck_assert_uint_eq(o->objectives_count, row->rows);
}

static void check_keys(const char *name, const struct yaml_table *t)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "| key | meaning |\n|---|---|\n");
	for (size_t i = 0; i < t->n; i++)
		if (t->fields[i].kind != YAML_INLINE)
			strbuf_addf(&b, "| `%s` | %s |\n", t->fields[i].key, t->fields[i].doc);
	golden_block("docs/objectives.md", name, &b);
}

TEST(objectives_page_is_current)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	check_keys("row", &objective_table);
	check_keys("bound", &objective_bound_table);
	check_keys("ratio", &objective_ratio_table);
	check_keys("require", &require_table);
	check_keys("result", &require_result_table);
	strbuf_adds(&b, "| status | means |\n|---|---|\n");
	for (int i = 0; i < OBJECTIVE_STATUS_COUNT; i++)
		strbuf_addf(&b, "| %s | %s |\n", json_name(&objective_status_names, i),
		            objective_status_docs[i]);
	golden_block("docs/objectives.md", "statuses", &b);
}

TEST(require_example_is_read)
{
	_cleanup_require_ struct require *r = NULL;
	struct err err = ERR_INIT;

	ASSERT_OK(require_load("objectives/aegisbpf-require.yaml", &r, &err));
	ck_assert_uint_eq(r->results_count, 4);
}
