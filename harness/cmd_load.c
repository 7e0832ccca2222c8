/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/term.h"
#include "harness/cmds.h"
#include "harness/load_all.h"
#include "harness/unattached.h"

static size_t n_results(const struct load_all *all)
{
	return all->n_kernels * all->lineup.n_specs;
}

static void cell_count(struct table *t, uint64_t n)
{
	table_cell(t, TERM_PLAIN, n == U64_NONE ? "%s" : "%.0s%llu", "", (unsigned long long)n);
}

static void print_rows(const struct load_all *all)
{
	static const struct table_col cols[] = {
		{ "SCHEDULER", false, false }, { "KERNEL", false, false },
		{ "LOADS", false, false },     { "INSNS", true, false },
		{ "STATES", true, false },     { "STACK", true, false },
		{ "TIME", true, false },
	};
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < n_results(all); i++) {
		const struct load_result *r = &all->results[i];
		_cleanup_free_ char *time =
			r->load_ns == U64_NONE /* of an executable it is not known */
				? xstrdup("")
				: clock_format_ns(r->load_ns / NS_PER_MS * NS_PER_MS);

		table_row(t);
		table_cell(t, TERM_PLAIN, "%s", r->scheduler->name);
		table_cell(t, TERM_PLAIN, "%s", r->kernel->version);
		table_cell(t,
		           r->ok         ? TERM_GOOD
		           : r->excluded ? TERM_DIM
		                         : TERM_BAD,
		           "%s",
		           r->ok         ? "yes"
		           : r->excluded ? "-"
		           : r->untried  ? "?"
		                         : "no");
		cell_count(t, figures_total(&r->figures, FIG_INSNS));
		cell_count(t, figures_total(&r->figures, FIG_STATES));
		cell_count(t, figures_total(&r->figures, FIG_STACK));
		table_cell(t, TERM_PLAIN, "%s", time);
	}
	table_print(t, stdout);
}

static void put_count(struct json_object *o, const char *key, uint64_t n)
{
	json_object_object_add(o, key, n == U64_NONE ? NULL : json_object_new_uint64(n));
}

static void print_json(const struct load_all *all)
{
	_cleanup_json_ struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < n_results(all); i++) {
		const struct load_result *r = &all->results[i];
		struct json_object *o = json_object_new_object();

		json_add_text(o, "scheduler", r->scheduler->name);
		json_add_text(o, "object",
		              r->scheduler->argv.n ? r->scheduler->argv.v[0]
		                                   : r->scheduler->object);
		json_add_text(o, "sha256", r->scheduler->sha256);
		json_add_text(o, "kernel", r->kernel->release);
		json_object_object_add(o, "loads",
		                       r->untried || r->excluded ? NULL
		                                                 : json_object_new_boolean(r->ok));
		json_add_text(o, "reason", r->reason);
		put_count(o, "verified_insns", figures_total(&r->figures, FIG_INSNS));
		put_count(o, "states", figures_total(&r->figures, FIG_STATES));
		put_count(o, "stack_bytes", figures_total(&r->figures, FIG_STACK));
		put_count(o, "load_ns", r->load_ns);
		put_count(o, "attach_ns", r->attach_ns);
		json_add_text(o, "log", r->log);
		json_object_array_add(list, o);
	}
	cmd_print_json(steal_ptr(&list));
}

static int load_objects(struct load_options *o, const struct strv *names, bool json,
                        struct err *err)
{
	struct load_all all = { .clock = VM_CLOCK_REAL };
	int r = load_all_prepare(&all, o, names, err);

	if (r == 0)
		r = load_all_run(&all, err);
	if (r == 0) {
		unattached_tell(&all.lineup);
		if (json)
			print_json(&all);
		else
			print_rows(&all);
		if (!json)
			load_all_print_reasons(&all);
		r = load_all_status(&all);
	}
	load_all_done(&all);
	return r;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	struct load_options o = { 0 };
	int json = 0;
	const struct poptOption table[] = {
		LOAD_OPTIONS(&o),
		{ "json", 0, POPT_ARG_NONE, &json, 0, "as JSON, with the verifier's logs", NULL },
		POPT_TABLEEND,
	};
	_cleanup_strv_ struct strv rest = STRV_INIT;
	int r = cmd_parse(self, table, argc, argv, &rest, err);

	if (r == CMD_RUN)
		r = load_objects(&o, &rest, json, err);
	load_options_done(&o);
	return r;
}

const struct cmd cmd_load = {
	.name = "load",
	.summary = "check whether schedulers load: verify and attach them, without a workload",
	.usage = "[X...] --kernel K... [OPTION...]",
	.details =
		"X as --scheduler of harness test; without X: all schedulers of the suite file.\n"
		"One VM per kernel boots. It loads and attaches each scheduler in turn, and\n"
		"detaches it again. Exit status: 0 all load, 1 one does not, 4 a VM was lost.",
	.run = run,
};
