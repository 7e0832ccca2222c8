/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "sidecar/host.h"
#include "stats/cmds.h"
#include "stats/opts.h"
#include "stats/compare_text.h"

static void say(const char *fmt, ...) PRINTF(1, 2);
static void say(const char *fmt, ...)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	term_prose(stdout, TERM_PLAIN, 4, strbuf_cstr(&b));
}

/* Fields that are printed above, or that are too long: `stats show-host` has the host. */
static bool is_shown_apart(const char *name)
{
	static const char *const names[] = { "test_name", "outcome", "cause",
		                             "reasons",   "stats",   "host" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (streq(names[i], name))
			return true;
	return false;
}

static void show_value(const char *path, struct json_object *v)
{
	if (json_object_is_type(v, json_type_object)) {
		json_object_object_foreach(v, key, sub)
		{
			_cleanup_free_ char *p = xasprintf("%s.%s", path, key);

			show_value(p, sub);
		}
	} else if (json_object_is_type(v, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(v); i++) {
			_cleanup_free_ char *p = xasprintf("%s[%zu]", path, i);

			show_value(p, json_object_array_get_idx(v, i));
		}
	} else if (json_object_is_type(v, json_type_double)) {
		_cleanup_free_ char *text = format_figure(json_object_get_double(v));

		say("  %s: %s", path, text);
	} else if (v) {
		say("  %s: %s", path, json_object_get_string(v));
	}
}

static void show_rest(const struct sidecar *s)
{
	_cleanup_json_ struct json_object *o = json_encode(&sidecar_table, s);

	json_object_object_foreach(o, key, v)
	{
		if (!is_shown_apart(key))
			show_value(key, v);
	}
}

static void show_metrics(const struct sidecar *s)
{
	static const struct grid_col cols[] = {
		{ "METRIC", "metric" },
		{ "VALUE", "value", .right = true },
	};
	_cleanup_grid_ struct grid *g = grid_new("show", cols, ARRAY_SIZE(cols));

	for (int m = 0; m < METRIC_COUNT; m++) {
		_cleanup_free_ char *text = NULL;

		if (!isfinite(s->stats.metrics.v[m]))
			continue;
		text = text_value(s->stats.metrics.v[m], metric_defs[m].unit);
		grid_row(g, NULL);
		grid_cell(g, TERM_PLAIN, "%s", metric_defs[m].name);
		grid_cell(g, TERM_PLAIN, "%s", text);
	}
	if (grid_rows(g))
		grid_print(g, FORMAT_TABLE, stdout);
}

static void show_cgroups(const struct sidecar *s)
{
	static const struct grid_col cols[] = {
		{ "CGROUP", "cgroup" },
		{ "METRIC", "metric" },
		{ "VALUE", "value", .right = true },
	};
	_cleanup_grid_ struct grid *g = grid_new("show", cols, ARRAY_SIZE(cols));
	const struct sidecar_cgroup *cg = s->stats.cgroups.v;

	for (size_t i = 0; i < s->stats.cgroups.n; i++)
		for (int m = 0; m < CGROUP_METRIC_COUNT; m++) {
			const struct json_field *f = &cgroup_metrics_table.fields[m];
			_cleanup_free_ char *text = NULL;

			if (!isfinite(cg[i].metrics.v[m]))
				continue;
			text = text_value(cg[i].metrics.v[m], f->unit);
			grid_row(g, NULL);
			grid_cell(g, TERM_PLAIN, "%s", cg[i].name);
			grid_cell(g, TERM_PLAIN, "%s", f->name);
			grid_cell(g, TERM_PLAIN, "%s", text);
		}
	if (grid_rows(g))
		grid_print(g, FORMAT_TABLE, stdout);
}

static void show_sidecar(const char *path, const struct sidecar *s)
{
	const struct sidecar_reason *r = s->reasons.v;

	say("%s: %s%s%s", s->test_name, json_name(&outcome_names, s->outcome), s->cause ? ": " : "",
	    s->cause ? s->cause : "");
	for (size_t i = 0; i < s->reasons.n; i++)
		say("  %s: %s%s%s", json_name(&outcome_names, r[i].outcome),
		    r[i].cgroup ? r[i].cgroup : "", r[i].cgroup ? ": " : "", r[i].text);
	show_metrics(s);
	show_cgroups(s);
	show_rest(s);
	say("  file: %s", path);
}

struct shown {
	struct strv names;        /* empty: every test */
	struct strv found;        /* those of them that a file or a test has */
	struct json_object *list; /* --json */
	size_t n;
};

static void shown_done(struct shown *sh)
{
	strv_done(&sh->names);
	strv_done(&sh->found);
	json_object_put(sh->list);
}

static void show_one(struct shown *sh, const char *path, const struct sidecar *s)
{
	if (sh->list)
		json_object_array_add(sh->list, json_encode(&sidecar_table, s));
	else
		show_sidecar(path, s);
	sh->n++;
}

static bool is_named(struct shown *sh, const char *name)
{
	if (!strv_has(&sh->names, name))
		return false;
	strv_add(&sh->found, name);
	return true;
}

static bool show_if_named(void *arg, const char *path, struct sidecar *s)
{
	struct shown *sh = arg;
	bool test = is_named(sh, s->test_name), file = is_named(sh, fs_basename(path));

	if (!sh->names.n || test || file)
		show_one(sh, path, s);
	return true;
}

static int show_file(struct shown *sh, const char *path, struct err *err)
{
	struct sidecar s;

	json_init(&sidecar_table, &s);
	if (sidecar_read(AT_FDCWD, path, &s, err) < 0)
		return -(int)err->code;
	show_one(sh, path, &s);
	json_done(&sidecar_table, &s);
	return 0;
}

static int show_run(const struct opts *o, struct shown *sh, struct err *err)
{
	_cleanup_scan_ struct scan s = SCAN_INIT;

	if (opts_read_run(o, &s, show_if_named, sh, err) < 0)
		return -(int)err->code;
	strv_each (&sh->names, i)
		if (!strv_has(&sh->found, sh->names.v[i]))
			return err_set(err, ERR_NOT_FOUND,
			               "run %s: no test \"%s\" (of %zu sidecars)", s.runs[0].name,
			               sh->names.v[i], s.n_files);
	return sh->n ? 0 : err_set(err, ERR_NOT_FOUND, "run %s has no results", s.runs[0].name);
}

static int show(const struct opts *o, const struct strv *args, struct err *err)
{
	CLEANUP(shown_done) struct shown sh = { .names = STRV_INIT };

	sh.list = o->json ? json_object_new_array() : NULL;
	strv_each (args, i)
		if (!strchr(args->v[i], '/'))
			strv_add(&sh.names, args->v[i]);
	if (o->run && args->n && !sh.names.n)
		return err_set(err, ERR_USAGE, "--run is for tests: a file is shown as it is");
	strv_each (args, i)
		if (strchr(args->v[i], '/') && show_file(&sh, args->v[i], err) < 0)
			return -(int)err->code;
	if ((sh.names.n || !args->n) && show_run(o, &sh, err) < 0)
		return -(int)err->code;
	if (sh.list)
		cmd_print_json(steal_ptr(&sh.list));
	return EXIT_OK;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	_cleanup_opts_ struct opts o = { .one_run = true };
	_cleanup_strv_ struct strv args = STRV_INIT;
	int rc = opts_parse(self, &o, NULL, argc, argv, &args, err);

	return rc == CMD_RUN ? show(&o, &args, err) : rc;
}

const struct cmd cmd_stats_show = {
	.name = "show",
	.summary = "the record of one test, or all records of a run",
	.usage = "[OPTION...] [TEST|FILE...]",
	.details = "A TEST is searched for in --run, else in the newest run. A FILE has a slash\n"
		   "in its name.",
	.run = run,
};
