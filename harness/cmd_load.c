/* SPDX-License-Identifier: GPL-2.0-only */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/term.h"
#include "harness/cmd_kernel.h"
#include "harness/cmds.h"
#include "harness/load_check.h"
#include "harness/scheduler_options.h"

#define TOPOLOGY "1n1l2c1t"

struct load_args {
	char **kernels;
	char *topology, *jobs, *timeout;
	struct scheduler_options settings;
	int offline, json;
};

/* All pairs of a kernel and a scheduler. One VM per kernel; several VMs run at the same time. */
struct load_all {
	struct harness_env env;
	struct topo topo;
	struct kernel *kernels;
	size_t n_kernels;
	struct scheduler_spec *schedulers;
	size_t n_schedulers;
	struct load_result *results; /* kernel by kernel */
	uint64_t jobs;

	pthread_mutex_t lock; /* protects the two below */
	size_t next;
	struct err fatal;
};

static void load_all_done(struct load_all *all)
{
	for (size_t i = 0; all->results && i < all->n_kernels * all->n_schedulers; i++)
		load_result_done(&all->results[i]);
	for (size_t i = 0; i < all->n_kernels; i++)
		kernel_done(&all->kernels[i]);
	for (size_t i = 0; i < all->n_schedulers; i++)
		scheduler_spec_done(&all->schedulers[i]);
	free(all->results);
	free(all->kernels);
	free(all->schedulers);
}

static void *worker(void *arg)
{
	struct load_all *all = arg;

	for (;;) {
		struct err err = ERR_INIT;
		size_t k;

		pthread_mutex_lock(&all->lock);
		k = all->next++;
		pthread_mutex_unlock(&all->lock);
		if (k >= all->n_kernels)
			return NULL;
		if (load_check(&all->env, &all->kernels[k], &all->topo, all->schedulers,
		               all->n_schedulers, &all->results[k * all->n_schedulers], &err) < 0) {
			pthread_mutex_lock(&all->lock);
			all->fatal = err;
			pthread_mutex_unlock(&all->lock);
		}
	}
}

static int check_all(struct load_all *all, struct err *err)
{
	pthread_t *threads = xcalloc(all->jobs, sizeof(*threads));
	size_t started = 0;

	pthread_mutex_init(&all->lock, NULL);
	all->results = xcalloc(all->n_kernels * all->n_schedulers, sizeof(*all->results));
	while (started < all->jobs && started < all->n_kernels &&
	       pthread_create(&threads[started], NULL, worker, all) == 0)
		started++;
	if (!started)
		worker(all);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_destroy(&all->lock);
	free(threads);
	if (all->fatal.code) {
		*err = all->fatal;
		return -(int)err->code;
	}
	return 0;
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

	for (size_t i = 0; i < all->n_kernels * all->n_schedulers; i++) {
		const struct load_result *r = &all->results[i];
		_cleanup_free_ char *time =
			r->load_ns == U64_NONE /* of an executable it is not known */
				? xstrdup("")
				: clock_format_ns(r->load_ns / NS_PER_MS * NS_PER_MS);

		table_row(t);
		table_cell(t, TERM_PLAIN, "%s", r->scheduler->name);
		table_cell(t, TERM_PLAIN, "%s", r->kernel->version);
		table_cell(t, r->ok ? TERM_GOOD : TERM_BAD, "%s",
		           r->ok        ? "yes"
		           : r->untried ? "?"
		                        : "no");
		cell_count(t, r->insns);
		cell_count(t, r->states);
		cell_count(t, r->stack_bytes);
		table_cell(t, TERM_PLAIN, "%s", time);
	}
	table_print(t, stdout);
}

/* Names come from files, reasons from guests: neither may control the terminal. */
static void print_reason(const struct load_result *r)
{
	_cleanup_free_ char *line =
		xasprintf("%s on %s: %s", r->scheduler->name, r->kernel->version, r->reason);
	_cleanup_strbuf_ struct strbuf shown = STRBUF_INIT;

	strbuf_add_printable(&shown, line, strlen(line), true);
	printf("\n%s\n", strbuf_cstr(&shown));
}

/* Prints the reasons below the table: they do not fit a column. */
static void print_reasons(const struct load_all *all)
{
	for (size_t i = 0; i < all->n_kernels * all->n_schedulers; i++) {
		const struct load_result *r = &all->results[i];

		if (!r->ok)
			print_reason(r);
	}
}

static void put_count(struct json_object *o, const char *key, uint64_t n)
{
	json_object_object_add(o, key, n == U64_NONE ? NULL : json_object_new_uint64(n));
}

static void put(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, text ? json_object_new_string(text) : NULL);
}

static void print_json(const struct load_all *all)
{
	_cleanup_json_ struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < all->n_kernels * all->n_schedulers; i++) {
		const struct load_result *r = &all->results[i];
		struct json_object *o = json_object_new_object();

		put(o, "scheduler", r->scheduler->name);
		put(o, "object",
		    r->scheduler->argv.n ? r->scheduler->argv.v[0] : r->scheduler->object);
		put(o, "sha256", r->scheduler->sha256);
		put(o, "kernel", r->kernel->release);
		json_object_object_add(o, "loads",
		                       r->untried ? NULL : json_object_new_boolean(r->ok));
		put(o, "reason", r->reason);
		put_count(o, "verified_insns", r->insns);
		put_count(o, "states", r->states);
		put_count(o, "stack_bytes", r->stack_bytes);
		put_count(o, "load_ns", r->load_ns);
		put_count(o, "attach_ns", r->attach_ns);
		put(o, "log", r->log);
		json_object_array_add(list, o);
	}
	cmd_print_json(list);
}

static int take_schedulers(struct load_all *all, const struct strv *names,
                           const struct scheduler_settings *settings, struct err *err)
{
	strv_each (names, i) {
		struct scheduler_spec s;

		if (scheduler_spec_resolve(names->v[i], &s, err) < 0)
			return -(int)err->code;
		*xgrow(all->schedulers, all->n_schedulers) = s;
		if (s.kind == SCHEDULER_KERNEL)
			return err_set(err, ERR_USAGE,
			               "%s is the kernel's own: there is nothing to load", s.name);
		if (s.kind == SCHEDULER_EXECUTABLE && scheduler_settings_any(settings))
			return err_set(err, ERR_USAGE,
			               "%s is an executable: give it arguments instead, "
			               "\"" SCHEDULER_EXEC "PROGRAM ARGUMENT...\"",
			               s.name);
		scheduler_settings_add(&all->schedulers[i].settings, settings);
	}
	return 0;
}

static int take_kernels(struct load_all *all, const struct load_args *args, struct err *err)
{
	const struct kernel_opts o = { .offline = args->offline, .note = cmd_kernel_note };

	if (!args->kernels)
		return err_set(err, ERR_USAGE, "no --kernel given: --kernel 6.17; may be repeated");
	for (size_t i = 0; args->kernels[i]; i++)
		if (kernel_resolve(args->kernels[i], &o, xgrow(all->kernels, all->n_kernels), err) <
		    0)
			return -(int)err->code;
	for (size_t i = 0; i < all->n_kernels; i++)
		if (kernel_lacks(&all->kernels[i]))
			return err_set(err, ERR_UNSUPPORTED, "kernel %s was built without %s",
			               all->kernels[i].release, kernel_lacks(&all->kernels[i]));
	return 0;
}

/* By default one VM for two CPUs of this machine, and at least two VMs: a guest that verifies uses
 * one CPU. */
static int take_numbers(struct load_all *all, const struct load_args *args, struct err *err)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	all->jobs = cpus > 4 ? (uint64_t)cpus / 2 : 2;
	if (args->jobs && parse_u64(args->jobs, "--jobs", 1, 256, &all->jobs, err) < 0)
		return -(int)err->code;
	if (args->timeout &&
	    parse_duration_ns(args->timeout, "--timeout", &all->env.timeout_ns, err) < 0)
		return -(int)err->code;
	return topo_parse(args->topology ? args->topology : TOPOLOGY, &all->topo, err);
}

/* A setting that fits no pair is a wrong command line. One that fits some is their answer: a kernel may
 * lack an enumerator. */
static int check_settings(const struct load_all *all, struct err *err)
{
	for (size_t i = 0; i < all->n_kernels * all->n_schedulers; i++)
		if (!all->results[i].misset)
			return 0;
	return err_set(err, ERR_USAGE, "%s", all->results[0].reason);
}

static int exit_status(const struct load_all *all)
{
	int status = EXIT_OK;

	for (size_t i = 0; i < all->n_kernels * all->n_schedulers; i++) {
		const struct load_result *r = &all->results[i];

		if (!r->ok && !r->untried)
			return EXIT_WORSE;
		if (r->untried)
			status = EXIT_INFRA;
	}
	return status;
}

static int run_checks(struct load_all *all, const struct load_args *args, struct err *err)
{
	uint64_t timeout_ns = all->env.timeout_ns;
	int r = harness_env_init(&all->env, VM_ACCEL_AUTO, false, err);

	all->env.timeout_ns = timeout_ns;
	if (r == 0)
		r = check_all(all, err);
	harness_env_done(&all->env);
	if (r == 0)
		r = check_settings(all, err);
	if (r < 0)
		return r;
	if (args->json) {
		print_json(all);
	} else {
		print_rows(all);
		print_reasons(all);
	}
	return exit_status(all);
}

static int load_objects(struct load_args *args, const struct strv *names, struct err *err)
{
	struct scheduler_settings settings = { 0 };
	struct load_all all = { .env.agent_initrd = -1 };
	int r;

	scheduler_options_take(&args->settings, &settings);
	r = take_numbers(&all, args, err);
	if (r == 0)
		r = take_schedulers(&all, names, &settings, err);
	if (r == 0)
		r = take_kernels(&all, args, err);
	if (r == 0)
		r = run_checks(&all, args, err);
	scheduler_settings_done(&settings);
	load_all_done(&all);
	return r;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	struct load_args args = { 0 };
	const struct poptOption table[] = {
		{ "kernel", 'k', POPT_ARG_ARGV, &args.kernels, 0,
		  "kernel to boot, as in harness test; may be repeated", "K" },
		SCHEDULER_OPTIONS(&args.settings),
		{ "topology", 't', POPT_ARG_STRING, &args.topology, 0,
		  "topology of the VM (default " TOPOLOGY ")", "NnNlNcNt" },
		{ "jobs", 'j', POPT_ARG_STRING, &args.jobs, 0, "VMs at the same time", "N" },
		{ "timeout", 0, POPT_ARG_STRING, &args.timeout, 0,
		  "time limit of one VM, in real time", "D" },
		{ "offline", 0, POPT_ARG_NONE, &args.offline, 0, "never fetch a kernel", NULL },
		{ "json", 0, POPT_ARG_NONE, &args.json, 0, "as JSON, with the verifier's logs",
		  NULL },
		POPT_TABLEEND,
	};
	_cleanup_strv_ struct strv rest = STRV_INIT, kernels = STRV_INIT;
	int r = cmd_parse(self, table, argc, argv, &rest, err);

	if (r == CMD_RUN)
		r = rest.n ? load_objects(&args, &rest, err)
		           : err_set(err, ERR_USAGE,
		                     "name a scheduler: a bundled one, or the path of a "
		                     ".bpf.o or an executable");
	cmd_take_argv(&args.kernels, &kernels);
	free(args.topology);
	free(args.jobs);
	free(args.timeout);
	return r;
}

const struct cmd cmd_load = {
	.name = "load",
	.summary = "check whether schedulers load: verify and attach them, without a workload",
	.usage = "X... --kernel K... [OPTION...]",
	.details = "One VM per kernel boots. It loads and attaches each scheduler in turn, and\n"
		   "detaches it again. Exit status: 0 all load, 1 one does not, 4 a VM was lost.",
	.run = run,
};
