/* SPDX-License-Identifier: GPL-2.0-only */
#include "sidecar/metric.h"
#include "stats/cmds.h"
#include "stats/opts.h"

/* The question that the metric answers as a headline, or NULL. */
static const char *question_of(int m)
{
	for (int q = 0; q < QUESTION_COUNT; q++)
		for (size_t i = 0; i < ARRAY_SIZE(metric_question_defs[q].metric); i++)
			if ((int)metric_question_defs[q].metric[i] == m)
				return metric_question_defs[q].name;
	return NULL;
}

static struct json_object *encode(int m)
{
	const struct metric_def *d = &metric_defs[m];
	const char *question = question_of(m);
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "name", json_object_new_string(d->name));
	json_object_object_add(o, "polarity",
	                       json_object_new_string(metric_polarity_name(d->polarity)));
	json_object_object_add(o, "default_abs", json_object_new_double(d->gate_abs));
	json_object_object_add(o, "default_rel", json_object_new_double(d->gate_rel));
	json_object_object_add(o, "display_unit", json_object_new_string(d->unit ? d->unit : ""));
	json_add_text(o, "headline", question);
	json_object_object_add(o, "doc", json_object_new_string(d->doc));
	return o;
}

static void print_json(void)
{
	struct json_object *list = json_object_new_array();

	for (int m = 0; m < METRIC_COUNT; m++)
		json_object_array_add(list, encode(m));
	cmd_print_json(list);
}

static void print_grid(enum grid_format format)
{
	static const struct grid_col cols[] = {
		{ "NAME", "name" },
		{ "POLARITY", "polarity" },
		{ "DEFAULT_ABS", "default_abs", .right = true },
		{ "DEFAULT_REL", "default_rel", .right = true },
		{ "UNIT", "display_unit" },
		{ "HEADLINE", "headline" },
	};
	_cleanup_grid_ struct grid *g = grid_new("list-metrics", cols, ARRAY_SIZE(cols));

	for (int m = 0; m < METRIC_COUNT; m++) {
		const struct metric_def *d = &metric_defs[m];

		grid_row(g, NULL);
		grid_cell(g, TERM_PLAIN, "%s", d->name);
		grid_cell(g, TERM_PLAIN, "%s", metric_polarity_name(d->polarity));
		grid_cell(g, TERM_PLAIN, "%g", d->gate_abs);
		grid_cell(g, TERM_PLAIN, "%g", d->gate_rel);
		grid_cell(g, TERM_PLAIN, "%s", d->unit ? d->unit : "-");
		grid_raw(g, "%s", d->unit ? d->unit : "");
		grid_cell(g, TERM_PLAIN, "%s", question_of(m) ? question_of(m) : "");
	}
	grid_print(g, format, stdout);
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	_cleanup_opts_ struct opts o = { .formats = OPTS_FORMATS, .no_runs = true };
	int rc = opts_parse(self, &o, NULL, argc, argv, NULL, err);

	if (rc != CMD_RUN)
		return rc;
	if (o.format == FORMAT_JSON)
		print_json();
	else
		print_grid(o.format);
	return EXIT_OK;
}

const struct cmd cmd_stats_list_metrics = {
	.name = "list-metrics",
	.summary = "the metrics of a test, and the gates a difference must reach to count",
	.usage = "[OPTION...]",
	.run = run,
};
