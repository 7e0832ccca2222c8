/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/parse.h"
#include "stats/calibrate.h"
#include "stats/cmds.h"
#include "stats/infer/infer.h"
#include "stats/opts.h"

#define DEFAULT_BASE  "vtime"
#define DEFAULT_DRAWS 200
#define DRAWS_MAX     100000

struct calibrate_args {
	struct opts base;
	char **nulls_given, **worse_given;
	char *scheduler, *draws, *seed;
	struct strv nulls, worse;
};

static void args_done(struct calibrate_args *a)
{
	opts_done(&a->base);
	strv_done(&a->nulls);
	strv_done(&a->worse);
	free(a->scheduler);
	free(a->draws);
	free(a->seed);
}

static double percent(const struct hits *s)
{
	return 100 * (double)s->n / (double)s->of;
}

static void share_cell(struct grid *g, const struct hits *s)
{
	if (s->of) {
		grid_cell(g, TERM_PLAIN, "%.1f %%", percent(s));
		grid_raw(g, "%.4f", percent(s) / 100);
	} else {
		grid_cell(g, TERM_DIM, "-");
		grid_raw(g, "%s", "");
	}
}

static void pair_cells(struct grid *g, const char *what, const char *runs, const struct hits *size,
                       const struct hits *ab)
{
	grid_row(g, NULL);
	grid_cell(g, TERM_PLAIN, "%s", what);
	grid_cell(g, TERM_PLAIN, "%s", runs);
	for (int k = 0; k < CALIBRATE_SIZES; k++)
		share_cell(g, &size[k]);
	share_cell(g, ab);
}

static void print_pairs(const struct calibration *c, const char *base, enum grid_format format)
{
	static const struct grid_col cols[] = {
		{ "COMPARED WITH", "compared_with" },    { "RUNS", "runs", .right = true },
		{ "5 A SIDE", "at_5", .right = true },   { "10 A SIDE", "at_10", .right = true },
		{ "20 A SIDE", "at_20", .right = true }, { "HARNESS AB", "ab", .right = true },
	};
	_cleanup_grid_ struct grid *g = grid_new("calibrate", cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < c->n; i++) {
		const struct calibrated_pair *p = &c->pairs[i];
		bool itself = streq(p->scheduler, base);
		_cleanup_free_ char *what = xasprintf("%s: %s", p->is_null ? "null" : "worse",
		                                      itself ? "itself" : p->scheduler);
		_cleanup_free_ char *runs = xasprintf("%zu", p->runs);

		pair_cells(g, what, runs, p->size, &p->ab);
	}
	pair_cells(g, "all null", "", c->null_size, &c->null_ab);
	grid_print(g, format, stdout);
}

/* Whether 5 % is within what the shares allow. Equal values make a rank test raise fewer alarms. */
static const char *word_of(const struct hits *s)
{
	struct infer_interval i = infer_rate(s->n, s->of, INFER_ALPHA);

	if (i.low > INFER_ALPHA)
		return "no";
	return i.high < INFER_ALPHA ? "fewer" : "yes";
}

static void print_headlines(const struct calibration *c, enum grid_format format)
{
	static const struct grid_col cols[] = {
		{ "HEADLINE", "headline" },
		{ "COMPARISONS", "comparisons", .right = true },
		{ "P <= 0.05", "p", .right = true },
		{ "INTERVAL", "interval", .right = true },
		{ "5 %", "compatible" },
	};
	_cleanup_grid_ struct grid *g = grid_new("calibrate-headlines", cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < c->n_headlines; i++) {
		const struct calibrated_headline *h = &c->headlines[i];
		struct infer_interval in = infer_rate(h->p.n, h->p.of, INFER_ALPHA);

		grid_row(g, NULL);
		grid_cell(g, TERM_PLAIN, "%s", h->metric);
		grid_cell(g, TERM_PLAIN, "%zu", h->p.of);
		share_cell(g, &h->p);
		grid_cell(g, TERM_PLAIN, "%.1f to %.1f %%", 100 * in.low, 100 * in.high);
		grid_cell(g, TERM_PLAIN, "%s", word_of(&h->p));
	}
	grid_print(g, format, stdout);
}

static struct json_object *share_json(const struct hits *s)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "hits", json_object_new_uint64(s->n));
	json_object_object_add(o, "of", json_object_new_uint64(s->of));
	return o;
}

static void add_shares(struct json_object *o, const struct hits *size, const struct hits *ab)
{
	for (int k = 0; k < CALIBRATE_SIZES; k++) {
		_cleanup_free_ char *key = xasprintf("at_%zu", calibrate_sizes[k]);

		json_object_object_add(o, key, share_json(&size[k]));
	}
	json_object_object_add(o, "ab", share_json(ab));
}

static struct json_object *pair_json(const struct calibrated_pair *p)
{
	struct json_object *o = json_object_new_object();

	json_add_text(o, "scheduler", p->scheduler);
	json_object_object_add(o, "null", json_object_new_boolean(p->is_null));
	json_object_object_add(o, "runs", json_object_new_uint64(p->runs));
	add_shares(o, p->size, &p->ab);
	return o;
}

static void print_json(const struct calibration *c, const char *base)
{
	struct json_object *o = json_object_new_object(), *pairs = json_object_new_array();
	struct json_object *all = json_object_new_object(), *p = json_object_new_object();

	json_add_text(o, "base", base);
	json_add_text(o, "kernel", c->kernel);
	json_add_text(o, "clock", c->clock);
	json_add_text(o, "date", c->date);
	json_object_object_add(o, "tests", json_object_new_uint64(c->tests));
	json_object_object_add(o, "draws", json_object_new_uint64(c->draws));
	for (size_t i = 0; i < c->n; i++)
		json_object_array_add(pairs, pair_json(&c->pairs[i]));
	add_shares(all, c->null_size, &c->null_ab);
	for (size_t i = 0; i < c->n_headlines; i++)
		json_object_object_add(p, c->headlines[i].metric, share_json(&c->headlines[i].p));
	json_object_object_add(o, "pairs", pairs);
	json_object_object_add(o, "all_null", all);
	json_object_object_add(o, "p_below_5_pct", p);
	cmd_print_json(o);
}

static void print(const struct calibration *c, const char *base, enum grid_format format)
{
	if (format == FORMAT_JSON) {
		print_json(c, base);
		return;
	}
	printf("%s on kernel %s, %s clock, %s: %zu tests, %zu draws.\n\n", base, c->kernel,
	       c->clock, c->date ? c->date : "date unknown", c->tests, c->draws);
	print_pairs(c, base, format);
	putchar('\n');
	print_headlines(c, format);
}

static int calibrate_args(struct calibrate_args *a, struct err *err)
{
	const char *base = a->scheduler ? a->scheduler : DEFAULT_BASE;
	struct calibrate_opts o = {
		.base = base, .nulls = &a->nulls, .worse = &a->worse, .seed = 1
	};
	CLEANUP(calibration_done) struct calibration c = { 0 };
	_cleanup_pool_ struct pool pool;
	uint64_t draws = DEFAULT_DRAWS;

	pool_init(&pool);
	if (a->draws && parse_u64(a->draws, "--draws", 1, DRAWS_MAX, &draws, err) < 0)
		return -(int)err->code;
	if (a->seed && parse_u64(a->seed, "--seed", 0, UINT32_MAX, &o.seed, err) < 0)
		return -(int)err->code;
	o.draws = draws;
	if (opts_load(&a->base, &pool, err) < 0 || calibrate(&pool, &o, &c, err) < 0)
		return -(int)err->code;
	print(&c, base, a->base.format);
	return EXIT_OK;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	CLEANUP(args_done)
	struct calibrate_args a = { .base.formats = "table (default), json, markdown" };
	const struct poptOption table[] = {
		{ "base", 0, POPT_ARG_STRING, &a.scheduler, 0,
		  "scheduler that the others are compared with (default " DEFAULT_BASE ")", "S" },
		{ "null", 0, POPT_ARG_ARGV, &a.nulls_given, 0,
		  "copy of it that decides the same; repeatable", "S" },
		{ "worse", 0, POPT_ARG_ARGV, &a.worse_given, 0,
		  "copy of it that is worse on purpose; repeatable", "S" },
		{ "draws", 0, POPT_ARG_STRING, &a.draws, 0,
		  "comparisons for each figure (default 200)", "N" },
		{ "seed", 0, POPT_ARG_STRING, &a.seed, 0, "seed of the draws (default 1)", "N" },
		POPT_TABLEEND,
	};
	int rc = opts_parse(self, &a.base, table, argc, argv, NULL, err);

	cmd_take_argv(&a.nulls_given, &a.nulls);
	cmd_take_argv(&a.worse_given, &a.worse);
	return rc == CMD_RUN ? calibrate_args(&a, err) : rc;
}

const struct cmd cmd_stats_calibrate = {
	.name = "calibrate",
	.summary = "how often comparisons raise a false alarm, and what they find, measured",
	.usage = "[OPTION...]",
	.details =
		"Draws runs at random from all results there are of a scheduler and of copies of\n"
		"it, and compares them as stats compare and harness ab do. With a copy that\n"
		"decides the same, anything worse or better is a false alarm. `make calibrate`\n"
		"makes the results and the table in docs/statistics.md.",
	.run = run,
};
