/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/load_all.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cmd.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/term.h"
#include "harness/cmd_kernel.h"
#include "harness/identity.h"
#include "harness/plan.h"

/* The kernels, shared out among the threads. */
struct kernel_queue {
	struct load_all *all;
	struct load_setting setting;
	pthread_mutex_t lock; /* protects the two below */
	size_t next;
	struct err fatal;
};

static size_t n_results(const struct load_all *all)
{
	return all->n_kernels * all->lineup.n_specs;
}

static void *worker(void *arg)
{
	struct kernel_queue *q = arg;
	const struct load_all *all = q->all;
	size_t n = all->lineup.n_specs;

	for (;;) {
		struct err err = ERR_INIT;
		size_t k;

		pthread_mutex_lock(&q->lock);
		k = q->next++;
		pthread_mutex_unlock(&q->lock);
		if (k >= all->n_kernels)
			return NULL;
		if (load_check(&q->setting, &all->kernels[k], all->lineup.specs, n,
		               &all->results[k * n], &err) < 0) {
			pthread_mutex_lock(&q->lock);
			q->fatal = err;
			pthread_mutex_unlock(&q->lock);
		}
	}
}

static int check_all(struct kernel_queue *q, struct err *err)
{
	struct load_all *all = q->all;
	pthread_t *threads = xcalloc(all->jobs, sizeof(*threads));
	size_t started = 0;

	pthread_mutex_init(&q->lock, NULL);
	while (started < all->jobs && started < all->n_kernels &&
	       pthread_create(&threads[started], NULL, worker, q) == 0)
		started++;
	if (!started)
		worker(q);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_destroy(&q->lock);
	free(threads);
	if (q->fatal.code) {
		*err = q->fatal;
		return -(int)err->code;
	}
	return 0;
}

/* A setting that fits no pair is a wrong command line. One that fits some is their answer: a kernel may
 * lack an enumerator. */
static int check_settings(const struct load_all *all, struct err *err)
{
	for (size_t i = 0; i < n_results(all); i++)
		if (!all->results[i].misset)
			return 0;
	return err_set(err, ERR_USAGE, "%s", all->results[0].reason);
}

static bool supports(const struct load_all *all, size_t s, size_t k)
{
	return variant_supports(&all->lineup.v[s], all->kernels[k].version);
}

/* What a suite file says that its schedulers do not support is not asked of the guest. */
static void exclude(struct load_all *all)
{
	for (size_t k = 0; k < all->n_kernels; k++)
		for (size_t s = 0; s < all->lineup.n_specs; s++)
			all->results[k * all->lineup.n_specs + s].excluded = !supports(all, s, k);
}

static void explain_excluded(struct load_all *all)
{
	for (size_t i = 0; i < n_results(all); i++) {
		struct load_result *r = &all->results[i];
		_cleanup_free_ char *kernels = NULL;

		if (!r->excluded)
			continue;
		kernels = variant_kernels(&all->lineup.v[i % all->lineup.n_specs]);
		r->reason = xasprintf("not tried: %s says that it supports %s", all->suite->path,
		                      kernels);
	}
}

static int check_any_left(const struct load_all *all, struct err *err)
{
	for (size_t k = 0; k < all->n_kernels; k++)
		for (size_t s = 0; s < all->lineup.n_specs; s++)
			if (supports(all, s, k))
				return 0;
	return err_set(err, ERR_USAGE,
	               "nothing is left to load: by the suite file, none of the schedulers "
	               "supports one of the kernels");
}

int load_all_run(struct load_all *all, struct err *err)
{
	struct harness_env env = { .agent_initrd = -1 };
	struct kernel_queue q = { .all = all,
		                  .setting = { &env, &all->topo, all->clock, all->memory_bytes } };
	int r = harness_env_init(&env, VM_ACCEL_AUTO, false, err);

	env.timeout_ns = all->timeout_ns;
	all->results = xcalloc(n_results(all), sizeof(*all->results));
	exclude(all);
	if (r == 0)
		r = check_all(&q, err);
	explain_excluded(all);
	harness_env_done(&env);
	return r < 0 ? r : check_settings(all, err);
}

static int check_kind(const struct scheduler_spec *s, const struct scheduler_settings *settings,
                      struct err *err)
{
	if (s->kind == SCHEDULER_KERNEL)
		return err_set(err, ERR_USAGE, "%s is the kernel's own: there is nothing to load",
		               s->name);
	if (s->kind == SCHEDULER_EXECUTABLE && scheduler_settings_any(settings))
		return err_set(err, ERR_USAGE,
		               "%s is an executable: give it arguments instead, "
		               "\"" SCHEDULER_EXEC "PROGRAM ARGUMENT...\"",
		               s->name);
	return 0;
}

/* The suite file's, without the kernel's own. */
static int take_suite_schedulers(struct load_all *all, struct err *err)
{
	for (uint32_t i = 0; i < all->suite->schedulers_count; i++) {
		size_t before = all->lineup.n_specs;

		if (lineup_add(&all->lineup, all->suite, all->suite->schedulers[i].name, err) < 0)
			return -(int)err->code;
		if (all->lineup.specs[before].kind == SCHEDULER_KERNEL)
			lineup_drop(&all->lineup, before);
	}
	return 0;
}

static int take_schedulers(struct load_all *all, const struct strv *names,
                           const struct scheduler_settings *settings, struct err *err)
{
	if (!names->n && all->suite && take_suite_schedulers(all, err) < 0)
		return -(int)err->code;
	strv_each (names, i) {
		if (lineup_add(&all->lineup, all->suite, names->v[i], err) < 0)
			return -(int)err->code;
	}
	if (!all->lineup.n_specs)
		return err_set(err, ERR_USAGE,
		               "name a scheduler: a bundled one, or the path of a .bpf.o or an "
		               "executable");
	for (size_t i = 0; i < all->lineup.n_specs; i++) {
		if (check_kind(&all->lineup.specs[i], settings, err) < 0)
			return -(int)err->code;
		scheduler_settings_add(&all->lineup.specs[i].settings, settings);
	}
	return 0;
}

static int take_kernel(struct load_all *all, const char *spec, const struct kernel_opts *o,
                       struct err *err)
{
	_cleanup_strv_ struct strv specs = STRV_INIT;

	if (kernel_expand(spec, o, &specs, err) < 0)
		return -(int)err->code;
	strv_each (&specs, i) {
		struct kernel *k = xgrow(all->kernels, all->n_kernels);

		if (kernel_resolve(specs.v[i], o, k, err) < 0 || kernel_check(k, err) < 0)
			return -(int)err->code;
		if (kernel_lacks(k))
			return err_set(err, ERR_UNSUPPORTED, "kernel %s was built without %s",
			               k->release, kernel_lacks(k));
	}
	return 0;
}

static int take_kernels(struct load_all *all, const struct load_options *args, struct err *err)
{
	_cleanup_free_ char *fragment = cmd_kernel_fragment();
	const struct kernel_opts o = { .offline = args->offline,
		                       .no_build = args->no_build,
		                       .fragment = fragment,
		                       .note = cmd_kernel_note };

	for (size_t i = 0; args->kernels && args->kernels[i]; i++)
		if (take_kernel(all, args->kernels[i], &o, err) < 0)
			return -(int)err->code;
	if (args->kernels)
		return 0;
	if (!all->suite || !all->suite->kernels.n)
		return err_set(err, ERR_USAGE, "no --kernel given: --kernel 6.17; may be repeated");
	strv_each (&all->suite->kernels, i) {
		const char *name = all->suite->kernels.v[i];
		_cleanup_free_ char *spec =
			strchr(name, '/') ? suite_file_path(all->suite, name) : xstrdup(name);

		if (take_kernel(all, spec, &o, err) < 0)
			return -(int)err->code;
	}
	return 0;
}

/* By default one VM for two CPUs of this machine, and at least two VMs: a guest that verifies uses
 * one CPU. */
static int take_numbers(struct load_all *all, const struct load_options *args, struct err *err)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	all->jobs = cpus > 4 ? (uint64_t)cpus / 2 : 2;
	if (args->jobs && parse_u64(args->jobs, "--jobs", 1, 256, &all->jobs, err) < 0)
		return -(int)err->code;
	if (args->memory && plan_parse_memory(args->memory, &all->memory_bytes, err) < 0)
		return -(int)err->code;
	if (args->timeout &&
	    parse_duration_ns(args->timeout, "--timeout", &all->timeout_ns, err) < 0)
		return -(int)err->code;
	return topo_parse(args->topology ? args->topology : LOAD_TOPOLOGY, &all->topo, err);
}

int load_all_prepare(struct load_all *all, struct load_options *o, const struct strv *names,
                     struct err *err)
{
	struct scheduler_settings settings = { 0 };
	int r = take_numbers(all, o, err);

	scheduler_options_take(&o->settings, &settings);
	if (r == 0)
		r = suite_file_open(o->suite, o->no_suite, &all->suite, err);
	if (r == 0)
		r = take_schedulers(all, names, &settings, err);
	if (r == 0)
		identity_schedulers(&all->lineup, cmd_kernel_note);
	if (r == 0 && o->attach_timeout)
		r = lineup_take_attach_timeout(&all->lineup, o->attach_timeout, err);
	if (r == 0)
		r = take_kernels(all, o, err);
	if (r == 0)
		r = check_any_left(all, err);
	scheduler_settings_done(&settings);
	return r;
}

int load_all_status(const struct load_all *all)
{
	int status = EXIT_OK;

	for (size_t i = 0; i < n_results(all); i++) {
		const struct load_result *r = &all->results[i];

		if (!r->ok && !r->untried && !r->excluded)
			return EXIT_WORSE;
		if (r->untried)
			status = EXIT_INFRA;
	}
	return status;
}

/* Names come from files, reasons from guests: neither may control the terminal. */
static void print_reason(const struct load_result *r)
{
	_cleanup_free_ char *line =
		xasprintf("%s on %s: %s", r->scheduler->name, r->kernel->version, r->reason);
	_cleanup_strv_ struct strv lines = STRV_INIT;

	strv_split(&lines, line, "\n");
	putchar('\n');
	strv_each (&lines, i)
		term_prose(stdout, TERM_PLAIN, 2, lines.v[i]);
}

void load_all_print_reasons(const struct load_all *all)
{
	for (size_t i = 0; i < n_results(all); i++)
		if (!all->results[i].ok && all->results[i].reason)
			print_reason(&all->results[i]);
}

void load_all_done(struct load_all *all)
{
	for (size_t i = 0; all->results && i < n_results(all); i++)
		load_result_done(&all->results[i]);
	for (size_t i = 0; i < all->n_kernels; i++)
		kernel_done(&all->kernels[i]);
	lineup_done(&all->lineup);
	suite_file_free(&all->suite);
	free(all->results);
	free(all->kernels);
	*all = (struct load_all){ 0 };
}

void load_options_done(struct load_options *o)
{
	_cleanup_strv_ struct strv kernels = STRV_INIT;

	cmd_take_argv(&o->kernels, &kernels);
	free(o->topology);
	free(o->jobs);
	free(o->timeout);
	free(o->memory);
	free(o->suite);
	free(o->attach_timeout);
}
