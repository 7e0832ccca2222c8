/* SPDX-License-Identifier: GPL-2.0-only */
/* All values as one long table: one row per run, test, metric and repeat. */
#include <inttypes.h>

#include "base/mem.h"
#include "base/parse.h"
#include "stats/cmds.h"
#include "stats/evidence.h"
#include "stats/filter.h"
#include "stats/opts.h"
#include "stats/rev.h"
#include "stats/select.h"

#define EXPORT_FORMATS "csv (default), jsonl"

/* One row by columns. Texts are borrowed; NULL: no value. number: not quoted in JSON. */
struct line {
	const char *text[DIM_COUNT + 16];
	const char *name[DIM_COUNT + 16];
	bool number[DIM_COUNT + 16];
	size_t n;
};

static void put(struct line *l, const char *name, const char *text, bool number)
{
	l->name[l->n] = name;
	l->text[l->n] = text;
	l->number[l->n++] = number;
}

struct numbers {
	char *repeat, *seed, *value;
	const char *metric, *unit;
};

static void make_line(const struct pool *p, const struct row *r, const struct numbers *num,
                      struct line *l)
{
	l->n = 0;
	put(l, "run", p->runs[r->run].name, false);
	put(l, "test", r->test, false);
	for (int d = 0; d < DIM_COUNT; d++)
		put(l, dim_defs[d].name, r->dim[d], false);
	put(l, "flags", r->flags, false);
	put(l, "payload", r->payload_names, false);
	put(l, "repeat", num->repeat, true);
	put(l, "seed", num->seed, true);
	put(l, "run_id", r->run_id, false);
	put(l, "timestamp", r->timestamp, false);
	put(l, "outcome", json_name(&outcome_names, (int)r->outcome), false);
	put(l, "metric", num->metric, false);
	put(l, "unit", num->unit, false);
	put(l, "value", num->value, true);
}

static void print_csv(const struct line *l)
{
	for (size_t i = 0; i < l->n; i++) {
		if (i)
			putchar(',');
		grid_put_csv(stdout, l->text[i] ? l->text[i] : "");
	}
	putchar('\n');
}

/* An integer where possible: a double cannot hold all digits of a seed. */
static struct json_object *number(const char *text)
{
	struct err ignored = ERR_INIT;
	uint64_t v;

	if (parse_u64(text, "", 0, UINT64_MAX, &v, &ignored) == 0)
		return json_object_new_uint64(v);
	return json_object_new_double(strtod(text, NULL));
}

static void print_jsonl(const struct line *l)
{
	_cleanup_json_ struct json_object *o = json_object_new_object();
	_cleanup_free_ char *text = NULL;

	for (size_t i = 0; i < l->n; i++) {
		struct json_object *v = NULL;

		if (l->text[i] && l->number[i])
			v = number(l->text[i]);
		else if (l->text[i])
			v = json_object_new_string(l->text[i]);
		json_object_object_add(o, l->name[i], v);
	}
	text = json_text(o, false);
	puts(text);
}

struct value {
	const char *metric, *unit;
	double v;
};

static void export_value(const struct pool *p, const struct row *r, struct numbers *num,
                         const struct value *value, bool csv)
{
	struct line l;

	num->metric = value->metric;
	num->unit = value->unit;
	num->value = isfinite(value->v) ? xasprintf("%.17g", value->v) : NULL;
	make_line(p, r, num, &l);
	(csv ? print_csv : print_jsonl)(&l);
	free(num->value);
}

static void export_row(const struct pool *p, const struct row *r, bool csv)
{
	struct numbers num = {
		.repeat = xasprintf("%" PRIu32, r->repeat),
		.seed = r->seed == U64_NONE ? NULL : xasprintf("%" PRIu64, r->seed),
	};

	for (int m = 0; m < METRIC_COUNT; m++)
		export_value(p, r, &num,
		             &(struct value){ metric_defs[m].name, metric_defs[m].unit, r->v[m] },
		             csv);
	for (size_t i = 0; i < r->n_payload; i++)
		export_value(p, r, &num,
		             &(struct value){ r->payload[i].name, r->payload[i].unit,
		                              r->payload[i].value },
		             csv);
	free(num.repeat);
	free(num.seed);
}

static void print_head(void)
{
	static const struct row none;
	static const struct numbers num;
	struct pool p = { .runs = &(struct pool_run){ 0 }, .n_runs = 1 };
	struct line l;

	make_line(&p, &none, &num, &l);
	for (size_t i = 0; i < l.n; i++)
		printf("%s%s", i ? "," : "", l.name[i]);
	putchar('\n');
}

static int export_all(const struct opts *o, const struct filters *f, const char *evidence,
                      struct err *err)
{
	bool csv = o->format != FORMAT_JSONL && o->format != FORMAT_JSON;
	_cleanup_pool_ struct pool p;
	size_t n = 0;

	pool_init(&p);
	if (evidence && (o->json || o->format_name || filters_used(f)))
		return err_set(err, ERR_USAGE,
		               "--evidence is of all runs: it takes no filter and no format");
	if (opts_load(o, &p, err) < 0)
		return -(int)err->code;
	if (evidence)
		return evidence_write(evidence, &p, err) < 0 ? -(int)err->code : EXIT_OK;
	for (size_t i = 0; i < p.n_rows; i++)
		n += filters_match(f, SIDE_SHARED, &p.rows[i]);
	if (!n && filters_used(f))
		return select_nothing(&p, f, false, err);
	if (!n)
		fputs("stats: there are no results\n", stderr);
	if (csv)
		print_head();
	for (size_t i = 0; i < p.n_rows; i++)
		if (filters_match(f, SIDE_SHARED, &p.rows[i]))
			export_row(&p, &p.rows[i], csv);
	return EXIT_OK;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	_cleanup_opts_ struct opts o = { .formats = EXPORT_FORMATS };
	_cleanup_filters_ struct filters f = { 0 };
	_cleanup_free_ char *evidence = NULL;
	struct filter_opts fo;
	const struct poptOption table[] = {
		{ "evidence", 0, POPT_ARG_STRING, &evidence, 0,
		  "instead: write files into DIR that say what was measured on", "DIR" },
		{ NULL, 0, POPT_ARG_INCLUDE_TABLE, filter_opts_table(&fo, false), 0,
		  "Filters (repeatable):", NULL },
		POPT_TABLEEND,
	};
	int rc = opts_parse(self, &o, table, argc, argv, NULL, err);

	filter_opts_take(&fo, &f);
	if (rc != CMD_RUN)
		return rc;
	return rev_expand_filters(&f, err) < 0 ? -(int)err->code
	                                       : export_all(&o, &f, evidence, err);
}

const struct cmd cmd_stats_export = {
	.name = "export",
	.summary = "every value as a long table, for SQL or pandas",
	.usage = "[OPTION...]",
	.details =
		"One row per run, test, metric and repeat. csv: a value that was not measured is\n"
		"empty. jsonl: one JSON object per line, null when not measured; --json is the\n"
		"same. --evidence writes kernel-info.txt, os-release.txt, cpu-info.txt and\n"
		"fs-type.txt: the facts of the hosts of all runs; it takes no filter.",
	.run = run,
};
