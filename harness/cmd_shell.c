/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "base/parse.h"
#include "base/term.h"
#include "harness/cmd_kernel.h"
#include "harness/cmds.h"
#include "harness/plan.h"
#include "harness/scheduler_options.h"
#include "harness/shell_files.h"
#include "harness/shell_relay.h"
#include "harness/shell_vm.h"

/* The options as given. */
struct shell_args {
	char *kernel, *scheduler, *topology, *clock, *memory, *timeout, *accel, *profile;
	char **files;
	struct scheduler_options settings;
	int offline;
};

static void args_done(struct shell_args *a)
{
	char *const strings[] = { a->kernel, a->scheduler, a->topology, a->clock,
		                  a->memory, a->timeout,   a->accel,    a->profile };

	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		free(strings[i]);
}

/* Without --kernel the newest of the store. */
static int find_kernel(const struct shell_args *a, struct kernel *out, struct err *err)
{
	_cleanup_free_ char *fragment = cmd_kernel_fragment();
	const struct kernel_opts ko = { .offline = a->offline,
		                        .fragment = fragment,
		                        .note = cmd_kernel_note };
	struct kernels all;
	int r;

	if (a->kernel)
		return kernel_resolve(a->kernel, &ko, out, err) < 0 || kernel_check(out, err) < 0
		               ? -(int)err->code
		               : 0;
	if (kernel_list(&all, err) < 0)
		return -(int)err->code;
	r = all.n ? kernel_resolve(all.v[0].name, &ko, out, err)
	          : err_set(err, ERR_USAGE,
	                    "the store has no kernel yet: --kernel 7.0 fetches one");
	kernels_done(&all);
	return r;
}

static int find_scheduler(struct shell_args *a, struct scheduler_spec *out, struct err *err)
{
	struct scheduler_settings settings = { 0 };
	int r = scheduler_spec_resolve(a->scheduler ? a->scheduler : KERNEL_SCHEDULER, out, err);

	scheduler_options_take(&a->settings, &settings);
	if (r == 0 && scheduler_settings_any(&settings) && !out->object)
		r = err_set(err, ERR_USAGE,
		            "--set, --ops, --map, --resize, --ops-map and --run-prog need a "
		            "--scheduler that is a BPF object");
	if (r == 0)
		scheduler_settings_add(&out->settings, &settings);
	scheduler_settings_done(&settings);
	return r;
}

static int one_of(const char *s, const char *what, const struct json_names *names, int *out,
                  struct err *err)
{
	int i = s ? json_name_index(names, s) : *out;
	_cleanup_strv_ struct strv all = STRV_INIT;
	_cleanup_free_ char *list = NULL;

	if (i >= 0) {
		*out = i;
		return 0;
	}
	for (size_t k = 0; k < names->n; k++)
		strv_add(&all, names->names[k]);
	list = strv_join(&all, ", ");
	return err_set(err, ERR_USAGE, "%s: no \"%s\": there are %s", what, s, list);
}

static int take_numbers(const struct shell_args *a, struct shell_opts *o, uint64_t *timeout_ns,
                        int *accel, struct err *err)
{
	int clock = VM_CLOCK_REAL;

	if (topo_parse(a->topology ? a->topology : DEFAULT_TOPOLOGY, &o->topo, err) < 0)
		return err_wrap(err, "--topology");
	if (a->memory && plan_parse_memory(a->memory, &o->memory_bytes, err) < 0)
		return -(int)err->code;
	if (a->timeout && parse_duration_ns(a->timeout, "--timeout", timeout_ns, err) < 0)
		return -(int)err->code;
	if (one_of(a->clock, "--clock", &vm_clock_names, &clock, err) < 0)
		return -(int)err->code;
	o->clock = (enum vm_clock)clock;
	return one_of(a->accel, "--accel", &vm_accel_names, accel, err);
}

static int check_scheduler(const struct shell_opts *o, struct err *err)
{
	if (o->scheduler->kind == SCHEDULER_KERNEL || o->kernel->sched_ext != 0)
		return 0;
	return err_set(err, ERR_UNSUPPORTED,
	               "kernel %s was built without sched_ext: it cannot run %s",
	               o->kernel->release, o->scheduler->name);
}

/* Mistakes are said before a kernel is fetched. */
static int check_files(const struct strv *files, const struct strv *argv, struct err *err)
{
	struct shell_files f = { 0 };
	_cleanup_free_ char *path = NULL;
	int r = argv->n ? shell_files_program(&f, argv->v[0], &path, err) : 0;

	for (size_t i = 0; r == 0 && i < files->n; i++)
		r = shell_files_add(&f, files->v[i], err);
	shell_files_done(&f);
	return r;
}

static int boot(const struct shell_opts *o, int accel, uint64_t timeout_ns, struct err *err)
{
	struct harness_env env;
	int status = 0, r = harness_env_init(&env, (enum vm_accel)accel, false, err);

	env.timeout_ns = timeout_ns;
	if (r == 0)
		r = shell_vm_run(&env, o, &status, err);
	harness_env_done(&env);
	return r < 0 ? r : status;
}

static int open_shell(struct shell_args *a, const struct strv *argv, struct err *err)
{
	_cleanup_strv_ struct strv files = STRV_INIT;
	_cleanup_profile_ struct profile profile = { 0 };
	struct scheduler_spec scheduler = { 0 };
	struct kernel kernel = { 0 };
	struct shell_opts o = { .kernel = &kernel,
		                .scheduler = &scheduler,
		                .profile = &profile,
		                .files = &files,
		                .argv = argv };
	uint64_t timeout_ns = 0;
	int accel = VM_ACCEL_AUTO, r;

	cmd_take_argv(&a->files, &files);
	r = take_numbers(a, &o, &timeout_ns, &accel, err);
	if (r == 0)
		r = profile_resolve(a->profile ? a->profile : PROFILE_DEFAULT, NULL, 0, &profile,
		                    err);
	if (r == 0)
		r = check_files(&files, argv, err);
	if (r == 0)
		r = find_scheduler(a, &scheduler, err);
	if (r == 0)
		r = find_kernel(a, &kernel, err);
	if (r == 0)
		r = check_scheduler(&o, err);
	if (r == 0)
		r = boot(&o, accel, timeout_ns, err);
	kernel_done(&kernel);
	scheduler_spec_done(&scheduler);
	return r;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	struct shell_args a = { 0 };
	const struct poptOption table[] = {
		{ "kernel", 'k', POPT_ARG_STRING, &a.kernel, 0,
		  "as in harness test (default: the newest in the store)", "K" },
		{ "scheduler", 's', POPT_ARG_STRING, &a.scheduler, 0,
		  "as in harness test; attached first (default " KERNEL_SCHEDULER ")", "S" },
		SCHEDULER_OPTIONS(&a.settings),
		{ "topology", 't', POPT_ARG_STRING, &a.topology, 0,
		  "as in harness test (default " DEFAULT_TOPOLOGY ")", "NnNlNcNt" },
		{ "profile", 'p', POPT_ARG_STRING, &a.profile, 0,
		  "kernel arguments and sysctls: a bundled profile, as in harness test", "P" },
		{ "include", 'i', POPT_ARG_ARGV, &a.files, 0,
		  "pack this file, under the same path or another; a program brings its "
		  "libraries",
		  "FILE[:PATH]" },
		{ "clock", 'c', POPT_ARG_STRING, &a.clock, 0, "real (default) or virtual", "C" },
		{ "memory", 'm', POPT_ARG_STRING, &a.memory, 0,
		  "memory of the guest: 512M, 2G (default: by vCPUs and files)", "SIZE" },
		{ "timeout", 0, POPT_ARG_STRING, &a.timeout, 0,
		  "end the VM after this long, in real time (default: never)", "D" },
		{ "accel", 0, POPT_ARG_STRING, &a.accel, 0, "auto (default), kvm, tcg", "A" },
		{ "offline", 0, POPT_ARG_NONE, &a.offline, 0, "never fetch a kernel", NULL },
		POPT_TABLEEND,
	};
	_cleanup_strv_ struct strv command = STRV_INIT;
	int r = cmd_parse(self, table, argc, argv, &command, err);

	if (r == CMD_RUN)
		r = open_shell(&a, &command, err);
	args_done(&a);
	return r;
}

const struct cmd cmd_shell = {
	.name = "shell",
	.summary = "a shell, or one command, in the VM that tests run in",
	.usage = "[OPTION...] [-- COMMAND ARGUMENT...]",
	.details =
		"The guest has this machine's bash (or sh) and usual tools, as far as they are\n"
		"installed here, and starts in the working directory, which holds only what\n"
		"-i packs. `exit` or " SHELL_QUIT_NAME " ends the VM; Ctrl-C goes to the guest.\n"
		"\n"
		"A COMMAND of this machine is packed with its libraries. Its input, output\n"
		"and exit status are passed through (128 + signal if one ended it). A line\n"
		"\"harness shell: …\" and status 2 or 4: it was not run, or the VM was lost.",
	.run = run,
};
