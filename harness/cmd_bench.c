/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/term.h"
#include "harness/bench_compare.h"
#include "harness/bench_options.h"
#include "harness/cmds.h"

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

static int tell(const struct bench_args *a, const struct bench_session *s, struct err *err)
{
	int status = bench_results_status(&s->results), r;

	if (a->format && streq(a->format, "lines")) {
		bench_results_lines(&s->results);
		return status;
	}
	bench_results_print(&s->results);
	if (!bench_has_sides(s))
		return status;
	putchar('\n');
	r = bench_compare(s, a->report, err);
	return r < 0 || status == EXIT_OK ? r : status;
}

static int bench_all(struct bench_args *a, struct strv *names, struct err *err)
{
	CLEANUP(bench_session_done) struct bench_session s = { 0 };

	if (bench_options_take(a, names, &s, err) < 0)
		return -(int)err->code;
	if (a->list)
		return print_list();
	if ((a->native ? bench_native : bench_vms)(&s, err) < 0)
		return -(int)err->code;
	return tell(a, &s, err);
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	struct bench_args a = { 0 };
	const struct poptOption table[] = {
		{ "only", 0, POPT_ARG_ARGV, &a.only, 0, "only this benchmark; may be repeated",
		  "NAME" },
		{ "native", 0, POPT_ARG_NONE, &a.native, 0,
		  "on this machine and its running kernel, as the user who calls; no VM", NULL },
		{ "kernel", 'k', POPT_ARG_ARGV, &a.kernels, 0,
		  "kernel to boot, as in harness test; may be repeated", "K" },
		{ "profile", 'p', POPT_ARG_ARGV, &a.profiles, 0,
		  "profile of the guest, as in harness test; several end with a comparison", "P" },
		{ "all-profiles", 0, POPT_ARG_NONE, &a.all_profiles, 0, "all bundled profiles",
		  NULL },
		{ "with", 0, POPT_ARG_STRING, &a.with, 0,
		  "run all twice, without and with this program beside, and compare", "CMD" },
		{ "report", 0, POPT_ARG_STRING, &a.report, 0, "also write the comparison to FILE",
		  "FILE" },
		{ "quick", 0, POPT_ARG_NONE, &a.quick, 0,
		  "a tenth of the time, 50 ms a run: for emulation", NULL },
		{ "repeat", 'r', POPT_ARG_STRING, &a.repeat, 0,
		  "runs of each, in VMs each with its own VM (default 1; 8 to compare)", "N" },
		{ "file", 0, POPT_ARG_STRING, &a.file, 0,
		  "file that open_close, full_read and stat use (default: 4 KiB on tmpfs)",
		  "PATH" },
		{ "format", 0, POPT_ARG_STRING, &a.format, 0,
		  "table (default), or lines: BENCH name iterations total_ns ns_per_iteration",
		  "F" },
		{ "keep", 0, POPT_ARG_NONE, &a.keep, 0,
		  "move the earlier results of this kernel and commit to .history", NULL },
		{ "topology", 't', POPT_ARG_STRING, &a.topology, 0,
		  "topology of the guest (default " BENCH_TOPOLOGY ")", "NnNlNcNt" },
		{ "clock", 'c', POPT_ARG_STRING, &a.clock, 0,
		  "real, virtual, or auto (default): real where KVM works", "C" },
		{ "timeout", 0, POPT_ARG_STRING, &a.timeout, 0,
		  "time limit of one VM, in real time (default: by what runs in it)", "D" },
		{ "suite", 0, POPT_ARG_STRING, &a.suite, 0,
		  "suite file with profiles of your own (default: " SUITE_FILE_NAME
		  ", in this folder or one above)",
		  "FILE" },
		{ "no-suite", 0, POPT_ARG_NONE, &a.no_suite, 0, "use no suite file", NULL },
		{ "offline", 0, POPT_ARG_NONE, &a.offline, 0, "never fetch a kernel", NULL },
		{ "list", 'l', POPT_ARG_NONE, &a.list, 0, "list the benchmarks", NULL },
		POPT_TABLEEND,
	};
	_cleanup_strv_ struct strv names = STRV_INIT;
	int r = cmd_parse(self, table, argc, argv, &names, err);

	if (r == CMD_RUN)
		r = bench_all(&a, &names, err);
	bench_args_done(&a);
	return r;
}

const struct cmd cmd_bench = {
	.name = "bench",
	.summary = "measure what single operations of a kernel cost",
	.usage = "{--kernel K... | --native} [NAME...] [OPTION...]",
	.details = "NAME is a benchmark of --list; without one, all run. Results are ordinary "
		   "sidecars,\n"
		   "one per benchmark and run: stats list, show and compare work on them. What a\n"
		   "benchmark needs and does not find makes it a skip. docs/benchmarks.md\n"
		   "\n"
		   "Exit status: 0 all ran or were skipped, 1 a comparison found something worse,\n"
		   "2 usage, 4 a run has no result.",
	.run = run,
};
