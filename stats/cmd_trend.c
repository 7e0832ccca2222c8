/* SPDX-License-Identifier: GPL-2.0-only */
/* One metric over the runs and the kept runs, in the order in which they were made. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/pick.h"
#include "base/unit.h"
#include "stats/cmds.h"
#include "stats/compare_text.h"
#include "stats/index.h"
#include "stats/infer/infer.h"
#include "stats/kept.h"
#include "stats/opts.h"
#include "stats/rev.h"
#include "stats/select.h"

#define TREND_FORMATS "table (default), json, csv, markdown"
#define BLOCKS_MAX    40 /* the newest runs are drawn */

struct trend_args {
	struct opts base;
	char **filter;
	struct strv picked, metric;
	struct filters filters;
};

static void args_done(struct trend_args *a)
{
	opts_done(&a->base);
	strv_done(&a->picked);
	strv_done(&a->metric);
	filters_done(&a->filters);
}

/* A run's value: the median over the repeats of the test. */
struct point {
	size_t run;
	const struct row *first;
	double value;
	size_t repeats;
	bool changed; /* a new level begins here */
	double level; /* median of the level it is in; NaN: it is not among the newest */
};

struct trend_series {
	char *name;
	const char *unit;
	struct point *v;
	size_t n, changes;
};

struct trend {
	struct kept_runs runs;
	struct trend_series *v;
	size_t n;
	size_t noisy; /* results that were set aside */
};

static void trend_done(struct trend *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].name);
		free(t->v[i].v);
	}
	free(t->v);
	kept_runs_done(&t->runs);
}

/* --- the series -------------------------------------------------------------------------------- */

static const char *unit_of(const struct rows *rows, const char *metric)
{
	int known = metric_find(metric);

	if (known >= 0)
		return metric_defs[known].unit;
	for (size_t i = 0; i < rows->n; i++)
		if (row_payload_find(rows->v[i], metric))
			return row_payload_find(rows->v[i], metric)->unit;
	return NULL;
}

static int by_date(const void *a, const void *b)
{
	const struct point *x = a, *y = b;
	const char *tx = x->first->timestamp, *ty = y->first->timestamp;
	int rc = strcmp(tx ? tx : "", ty ? ty : "");

	return rc ? rc : (x->run > y->run) - (x->run < y->run);
}

/* The values that count of one run, as `stats compare` would take them; in the series' unit. */
static void take_values(const struct figure *figure, const struct trend_series *s,
                        struct point *out)
{
	_cleanup_free_ double *v = xcalloc(figure->n[SIDE_A] + 1, sizeof(*v));
	double factor;

	if (figure->why != WHY_FIGURES || !figure->n[SIDE_A] ||
	    !unit_factor(figure->def.unit, s->unit, &factor))
		return;
	for (size_t i = 0; i < figure->n[SIDE_A]; i++)
		v[i] = figure->v[SIDE_A][i] * factor;
	out->repeats = figure->n[SIDE_A];
	out->value = infer_median(v, out->repeats);
}

/* Returns how many results were set aside. */
static size_t add_point(struct trend_series *s, const struct rows *rows, const char *metric)
{
	struct point p = { .run = rows->v[0]->run, .first = rows->v[0] };
	const struct pair same = { .side = { *rows, *rows } };
	struct figure figure;
	struct runset runs;
	size_t noisy;

	runset_take(&same, &runs);
	figure_named(&runs, metric, &figure);
	take_values(&figure, s, &p);
	if (p.repeats)
		*xgrow(s->v, s->n) = p;
	noisy = runs.noisy[SIDE_A];
	figure_done(&figure);
	runset_done(&runs);
	return noisy;
}

/* The change points among the newest points, and the level that each of these is in. */
static void find_levels(struct trend_series *s)
{
	_cleanup_free_ double *v = xcalloc(s->n + 1, sizeof(*v));
	_cleanup_free_ size_t *at = xcalloc(s->n + 1, sizeof(*at));
	size_t n = s->n > INFER_SERIES_MAX ? INFER_SERIES_MAX : s->n;
	struct point *newest = s->v + s->n - n;

	for (size_t i = 0; i < s->n; i++)
		s->v[i].level = NAN;
	for (size_t i = 0; i < n; i++)
		v[i] = newest[i].value;
	s->changes = infer_changes(v, n, at);
	for (size_t c = 0; c <= s->changes; c++) {
		size_t from = c ? at[c - 1] : 0, to = c < s->changes ? at[c] : n;
		double level = infer_median(v + from, to - from);

		newest[from].changed = c > 0;
		for (size_t i = from; i < to; i++)
			newest[i].level = level;
	}
}

static void tell_too_long(const struct trend_series *s)
{
	if (s->n > INFER_SERIES_MAX)
		fprintf(stderr, "stats: %s: changes are looked for in the newest %d of %zu runs\n",
		        s->name, INFER_SERIES_MAX, s->n);
}

/* The rows are in the order of the pool, so those of a run stand together. */
static void add_series(struct trend *t, const struct rows *rows, const char *metric, char *name)
{
	struct trend_series s = { .name = name, .unit = unit_of(rows, metric) };

	for (size_t from = 0, to; from < rows->n; from = to) {
		for (to = from; to < rows->n && rows->v[to]->run == rows->v[from]->run; to++)
			;
		t->noisy += add_point(&s, &(struct rows){ rows->v + from, to - from }, metric);
	}
	if (!s.n) {
		free(name);
		return;
	}
	qsort(s.v, s.n, sizeof(*s.v), by_date);
	find_levels(&s);
	tell_too_long(&s);
	*xgrow(t->v, t->n) = s;
}

static const char *length_text(uint64_t ns, char text[static 32])
{
	if (ns == U64_NONE)
		return "unknown length";
	snprintf(text, 32, "%.6g s", (double)ns / NS_PER_SEC);
	return text;
}

static void add_length(struct trend *t, const struct rows *rows, const char *metric,
                       const char *name, uint64_t ns)
{
	_cleanup_rows_ struct rows some = { .v = xcalloc(rows->n, sizeof(*some.v)) };
	char text[32];

	for (size_t i = 0; i < rows->n; i++)
		if (rows->v[i]->duration_ns == ns)
			some.v[some.n++] = rows->v[i];
	add_series(t, &some, metric,
	           some.n == rows->n ? xstrdup(name)
	                             : xasprintf("%s, %s", name, length_text(ns, text)));
}

/* What grows with the run's length has a series for each length. */
static void add_test(struct trend *t, const struct rows *rows, const char *metric, const char *name)
{
	int known = metric_find(metric);
	_cleanup_index_ struct index lengths = { 0 };

	if (known < 0 || metric_defs[known].over == METRIC_LEVEL) {
		add_series(t, rows, metric, xstrdup(name));
		return;
	}
	for (size_t i = 0; i < rows->n; i++) {
		uint64_t ns = rows->v[i]->duration_ns;
		size_t before = lengths.n;

		if (index_add(&lengths, &ns, sizeof(ns)) == before)
			add_length(t, rows, metric, name, ns);
	}
}

static bool is_wanted(const struct trend_args *a, const struct row *r)
{
	return row_is_measured(r) && filters_match(&a->filters, SIDE_SHARED, r) &&
	       row_is_picked(r, &a->picked);
}

/* Commits are what a trend goes along; kernels are told apart. */
static void find_series(const struct trend_args *a, struct trend *t)
{
	const struct pool *p = &t->runs.pool;
	_cleanup_rows_ struct rows all = { .v = xcalloc(p->n_rows + 1, sizeof(*all.v)) };
	_cleanup_join_ struct join tests = { 0 };
	unsigned int parts;

	for (size_t i = 0; i < p->n_rows; i++)
		if (is_wanted(a, &p->rows[i]))
			all.v[all.n++] = &p->rows[i];
	join_rows(join_parts(1u << DIM_PROJECT_COMMIT, 0), &all, &all, &tests);
	parts = text_label_parts(&tests);
	for (size_t i = 0; i < tests.n; i++) {
		_cleanup_free_ char *name = text_label(&tests.pairs[i], parts);

		add_test(t, &tests.pairs[i].side[SIDE_A], a->metric.v[0], name);
	}
}

static int no_series(const struct trend_args *a, const struct trend *t, struct err *err)
{
	const struct pool *p = &t->runs.pool;
	size_t n = 0;

	for (size_t i = 0; i < p->n_rows; i++)
		n += filters_match(&a->filters, SIDE_SHARED, &p->rows[i]) &&
		     row_is_picked(&p->rows[i], &a->picked);
	if (!n)
		return select_nothing(p, &a->filters, a->picked.n, err);
	return metric_find(a->metric.v[0]) < 0
	               ? policy_no_metric("no result has it", a->metric.v[0], err)
	               : err_set(err, ERR_NOT_FOUND, "no result that matches has %s",
	                         a->metric.v[0]);
}

static int load(const struct trend_args *a, struct trend *t, struct err *err)
{
	_cleanup_free_ char *root = NULL;
	_cleanup_close_ int fd = -1;

	if (opts_root(&a->base, &root, err) < 0)
		return -(int)err->code;
	if (scan_is_run(root))
		return err_set(err, ERR_USAGE, "--dir %s is one run: give the folder of the runs",
		               root);
	if ((fd = kept_open_root(root, err)) < 0 ||
	    kept_load(fd, KEPT_ROOT, KEPT_HISTORY, &t->runs, err) < 0)
		return -(int)err->code;
	opts_tell_bad(&t->runs.pool.bad);
	find_series(a, t);
	if (t->noisy)
		fprintf(stderr,
		        "stats: %zu result%s set aside: the VM waited for the host for more than "
		        "%d %% of the time\n",
		        t->noisy, t->noisy == 1 ? " is" : "s are", HOST_WAIT_MAX_PCT);
	return t->n ? 0 : no_series(a, t, err);
}

/* --- what is shown ----------------------------------------------------------------------------- */

/* "▁▂▁│▆▇▆": the newest runs, from the least to the greatest value of the series; a bar where a new level
 * begins. */
static char *blocks(const struct trend_series *s)
{
	static const char *const shades[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	size_t from = s->n > BLOCKS_MAX ? s->n - BLOCKS_MAX : 0;
	double least = INFINITY, most = -INFINITY;
	struct strbuf b = STRBUF_INIT;

	for (size_t i = from; i < s->n; i++) {
		least = fmin(least, s->v[i].value);
		most = fmax(most, s->v[i].value);
	}
	for (size_t i = from; i < s->n; i++) {
		double share = most > least ? (s->v[i].value - least) / (most - least) : 0;

		if (s->v[i].changed && i > from)
			strbuf_adds(&b, "│");
		strbuf_adds(&b, shades[(size_t)(share * (ARRAY_SIZE(shades) - 1) + 0.5)]);
	}
	return strbuf_steal(&b);
}

/* "100 → 120 us (+20 %)": the levels before and after a change. */
static char *change_text(const struct trend_series *s, size_t i)
{
	double a = s->v[i - 1].level, b = s->v[i].level;
	_cleanup_free_ char *from = text_value(a, NULL), *to = text_value(b, s->unit);

	return a != 0 ? xasprintf("%s → %s (%+.3g %%)", from, to, (b / a - 1) * 100)
	              : xasprintf("%s → %s", from, to);
}

static void print_summary(const struct trend *t, enum grid_format format)
{
	static const struct grid_col cols[] = {
		{ "TEST", "test", .shrink = true },          { "RUNS", "runs", .right = true },
		{ "LAST", "last", .right = true },           { "RUNS, OLDEST FIRST", "blocks" },
		{ "LAST CHANGE", "change", .shrink = true },
	};
	_cleanup_grid_ struct grid *g = grid_new("trend", cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < t->n; i++) {
		const struct trend_series *s = &t->v[i];
		_cleanup_free_ char *line = blocks(s), *change = NULL;
		_cleanup_free_ char *last = text_value(s->v[s->n - 1].value, s->unit);

		for (size_t k = s->n; k-- > 1 && !change;)
			if (s->v[k].changed)
				change = change_text(s, k);
		grid_row(g, NULL);
		grid_cell(g, TERM_PLAIN, "%s", s->name);
		grid_cell(g, TERM_PLAIN, "%zu", s->n);
		grid_cell(g, TERM_PLAIN, "%s", last);
		grid_cell(g, TERM_PLAIN, "%s", line);
		grid_cell(g, change ? TERM_WARN : TERM_PLAIN, "%s", change ? change : "none");
	}
	grid_print(g, format, stdout);
}

static void add_point_row(struct grid *g, const struct trend *t, const struct trend_series *s,
                          size_t i)
{
	const struct point *p = &s->v[i];
	_cleanup_free_ char *value = text_value(p->value, s->unit);
	_cleanup_free_ char *change = p->changed ? change_text(s, i) : xstrdup("");

	grid_row(g, NULL);
	grid_cell(g, TERM_PLAIN, "%s", p->first->timestamp ? p->first->timestamp : "-");
	grid_cell(g, TERM_PLAIN, "%s", t->runs.pool.runs[p->run].name);
	grid_cell(g, TERM_PLAIN, "%s", s->name);
	grid_cell(g, TERM_PLAIN, "%s", kept_words[kept_place_of(&t->runs, p->run)]);
	grid_cell(g, TERM_PLAIN, "%s", value);
	grid_raw(g, "%.17g", p->value);
	grid_cell(g, TERM_PLAIN, "%s", s->unit ? s->unit : "");
	grid_cell(g, TERM_PLAIN, "%zu", p->repeats);
	grid_cell(g, TERM_WARN, "%s", change);
}

static void print_points(const struct trend *t, enum grid_format format)
{
	static const struct grid_col cols[] = {
		{ "DATE", "date" },
		{ "RUN", "run", .shrink = true },
		{ "TEST", "test", .machine = true },
		{ "STATE", "state" },
		{ "VALUE", "value", .right = true },
		{ "UNIT", "unit", .machine = true },
		{ "REPEATS", "repeats", .machine = true },
		{ "CHANGE", "change", .shrink = true },
	};
	_cleanup_grid_ struct grid *g = grid_new("trend", cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0; k < t->v[i].n; k++)
			add_point_row(g, t, &t->v[i], k);
	grid_print(g, format, stdout);
}

static struct json_object *point_json(const struct trend *t, const struct point *p)
{
	struct json_object *o = json_object_new_object();

	json_add_text(o, "run", t->runs.pool.runs[p->run].name);
	json_add_text(o, "state", kept_words[kept_place_of(&t->runs, p->run)]);
	json_add_text(o, "date", p->first->timestamp);
	json_add_text(o, "project_commit", p->first->dim[DIM_PROJECT_COMMIT]);
	json_add_number(o, "value", p->value);
	json_object_object_add(o, "repeats", json_object_new_int64((int64_t)p->repeats));
	json_object_object_add(o, "change", json_object_new_boolean(p->changed));
	json_add_number(o, "level", p->level);
	return o;
}

static void print_json(const struct trend *t, const char *metric)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < t->n; i++) {
		const struct trend_series *s = &t->v[i];
		struct json_object *o = json_object_new_object(), *runs = json_object_new_array();

		json_add_text(o, "test", s->name);
		json_add_text(o, "metric", metric);
		json_add_text(o, "unit", s->unit);
		json_object_object_add(o, "changes", json_object_new_int64((int64_t)s->changes));
		for (size_t k = 0; k < s->n; k++)
			json_object_array_add(runs, point_json(t, &s->v[k]));
		json_object_object_add(o, "runs", runs);
		json_object_array_add(list, o);
	}
	cmd_print_json(list);
}

static int trend(const struct trend_args *a, struct err *err)
{
	CLEANUP(trend_done) struct trend t = { 0 };

	if (a->metric.n != 1)
		return err_set(err, ERR_USAGE, "give one metric; 'stats list-metrics' lists them");
	if (load(a, &t, err) < 0)
		return -(int)err->code;
	if (a->base.format == FORMAT_JSON)
		print_json(&t, a->metric.v[0]);
	else if (a->base.format == FORMAT_CSV)
		print_points(&t, FORMAT_CSV);
	else
		print_summary(&t, a->base.format);
	if (t.n == 1 && (a->base.format == FORMAT_TABLE || a->base.format == FORMAT_MARKDOWN)) {
		putchar('\n');
		print_points(&t, a->base.format);
	}
	return EXIT_OK;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	CLEANUP(args_done) struct trend_args a = { .base.formats = TREND_FORMATS };
	struct filter_opts fo;
	const struct poptOption table[] = {
		PICK_OPTION(a.filter, "name kernel scheduler topology … flags"),
		{ NULL, 0, POPT_ARG_INCLUDE_TABLE, filter_opts_table(&fo, false), 0,
		  "Filters (repeatable):", NULL },
		POPT_TABLEEND,
	};
	int rc = opts_parse(self, &a.base, table, argc, argv, &a.metric, err);

	filter_opts_take(&fo, &a.filters);
	cmd_take_argv(&a.filter, &a.picked);
	if (rc != CMD_RUN)
		return rc;
	return rev_expand_filters(&a.filters, err) < 0 ? -(int)err->code : trend(&a, err);
}

const struct cmd cmd_stats_trend = {
	.name = "trend",
	.summary = "one metric over the runs and the kept ones, and where it changed",
	.usage = "METRIC [OPTION...]",
	.details =
		"One line for each test, oldest run on the left; a bar is drawn where a new level\n"
		"begins. If one test matches, its runs follow as a table. A run's value is the\n"
		"median of its repeats, without those whose VM waited too long for the host.\n"
		"Totals and longest times grow with the run: runs of each length are a line.",
	.run = run,
};
