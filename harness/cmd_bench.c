/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/term.h"
#include "harness/bench_session.h"
#include "harness/cmds.h"

#define REPEATS_MAX 1000

struct bench_args {
	char **only;
	char *repeat, *file, *format;
	int native, quick, list, keep;
};

static void args_done(struct bench_args *a)
{
	char *const texts[] = { a->repeat, a->file, a->format };
	_cleanup_strv_ struct strv only = STRV_INIT;

	cmd_take_argv(&a->only, &only);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		free(texts[i]);
}

static void session_done(struct bench_session *s)
{
	free(s->rows);
	free(s->label);
	strv_done(&s->with);
	strv_done(&s->dirs);
	bench_results_done(&s->results);
}

static int print_list(void)
{
	static const struct table_col cols[] = {
		{ "BENCHMARK", false, false },
		{ "UNIT", false, false },
		{ "WHAT", false, true },
		{ "NEEDS", false, true },
	};
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < bench_count; i++) {
		const struct bench_about *a = bench_about(bench_at(i));

		table_row(t);
		table_cell(t, TERM_PLAIN, "%s", a->name);
		table_cell(t, TERM_PLAIN, "%s", a->unit);
		table_cell(t, TERM_PLAIN, "%s", a->what);
		table_cell(t, TERM_PLAIN, "%s", a->needs ? a->needs : "");
	}
	table_print(t, stdout);
	return EXIT_OK;
}

static int unknown(const char *name, struct err *err)
{
	const char **names = xcalloc(bench_count, sizeof(*names));
	const char *near;

	for (size_t i = 0; i < bench_count; i++)
		names[i] = bench_about(bench_at(i))->name;
	near = parse_suggest(name, names, bench_count);
	free(names);
	if (near)
		return err_set(err, ERR_USAGE, "no benchmark \"%s\", did you mean \"%s\"?", name,
		               near);
	return err_set(err, ERR_USAGE, "no benchmark \"%s\"; --list shows all", name);
}

/* In the order of the registry, each once; no names: all. */
static int take_rows(const struct strv *names, struct bench_session *s, struct err *err)
{
	strv_each (names, i)
		if (!bench_find(names->v[i]))
			return unknown(names->v[i], err);
	for (size_t i = 0; i < bench_count; i++)
		if (!names->n || strv_has(names, bench_about(bench_at(i))->name))
			*xgrow(s->rows, s->n_rows) = bench_at(i);
	return 0;
}

static int take_options(struct bench_args *a, struct strv *names, struct bench_session *s,
                        struct err *err)
{
	uint64_t repeats = 1;

	cmd_take_argv(&a->only, names);
	if (a->format && !streq(a->format, "table") && !streq(a->format, "lines"))
		return err_set(err, ERR_USAGE, "--format: no \"%s\": table or lines", a->format);
	if (a->repeat && parse_u64(a->repeat, "--repeat", 1, REPEATS_MAX, &repeats, err) < 0)
		return -(int)err->code;
	s->repeats = (uint32_t)repeats;
	s->time_ns = a->quick ? BENCH_QUICK_NS : BENCH_TIME_NS;
	s->file = a->file;
	s->keep = a->keep;
	return take_rows(names, s, err);
}

static int bench_all(struct bench_args *a, struct strv *names, struct err *err)
{
	CLEANUP(session_done) struct bench_session s = { 0 };

	if (take_options(a, names, &s, err) < 0)
		return -(int)err->code;
	if (a->list)
		return print_list();
	if (!a->native)
		return err_set(err, ERR_USAGE, "--native is missing");
	if (bench_native(&s, err) < 0)
		return -(int)err->code;
	if (a->format && streq(a->format, "lines"))
		bench_results_lines(&s.results);
	else
		bench_results_print(&s.results);
	return bench_results_status(&s.results);
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	struct bench_args a = { 0 };
	const struct poptOption table[] = {
		{ "only", 0, POPT_ARG_ARGV, &a.only, 0, "only this benchmark; may be repeated",
		  "NAME" },
		{ "native", 0, POPT_ARG_NONE, &a.native, 0,
		  "on this machine and its running kernel, as the user who calls; no VM", NULL },
		{ "quick", 0, POPT_ARG_NONE, &a.quick, 0,
		  "a tenth of the time, 50 ms a run: for emulation", NULL },
		{ "repeat", 'r', POPT_ARG_STRING, &a.repeat, 0, "runs of each (default 1)", "N" },
		{ "file", 0, POPT_ARG_STRING, &a.file, 0,
		  "file that open_close, full_read and stat use (default: 4 KiB on tmpfs)",
		  "PATH" },
		{ "format", 0, POPT_ARG_STRING, &a.format, 0,
		  "table (default), or lines: BENCH name iterations total_ns ns_per_iteration",
		  "F" },
		{ "keep", 0, POPT_ARG_NONE, &a.keep, 0,
		  "move the earlier results of this kernel and commit to .history", NULL },
		{ "list", 'l', POPT_ARG_NONE, &a.list, 0, "list the benchmarks", NULL },
		POPT_TABLEEND,
	};
	_cleanup_strv_ struct strv names = STRV_INIT;
	int r = cmd_parse(self, table, argc, argv, &names, err);

	if (r == CMD_RUN)
		r = bench_all(&a, &names, err);
	args_done(&a);
	return r;
}

const struct cmd cmd_bench = {
	.name = "bench",
	.summary = "measure what single operations of a kernel cost",
	.usage = "[NAME...] [OPTION...]",
	.details = "NAME is a benchmark of --list; without one, all run. Results are ordinary "
		   "sidecars,\n"
		   "one per benchmark and run: stats list, show and compare work on them. What a\n"
		   "benchmark needs and does not find makes it a skip. docs/benchmarks.md\n"
		   "\n"
		   "Exit status: 0 all ran or were skipped, 2 usage, 4 a run has no result.",
	.run = run,
};
