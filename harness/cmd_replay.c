/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/term.h"
#include "harness/cmd_kernel.h"
#include "harness/cmds.h"
#include "harness/plan_check.h"
#include "harness/replay.h"
#include "harness/replay_compare.h"
#include "harness/shell_vm.h"
#include "harness/suite.h"

#define LINES_MAX 10 /* fields that differ, printed */

struct replay_args {
	int shell, anyway, keep_artefacts, offline;
};

static int check_same(const struct replay *r, const struct replay_args *a, struct err *err)
{
	_cleanup_free_ char *all = strv_join(&r->differs, "; ");

	if (!r->differs.n)
		return 0;
	if (!a->anyway)
		return err_set(err, ERR_USAGE, "%s; --anyway goes on", all);
	strv_each (&r->differs, i)
		term_print(stderr, TERM_WARN, "note: %s\n", r->differs.v[i]);
	return 0;
}

/* What figures under the virtual clock depend on beside the test. */
static void note_tools(const struct replay *r, const struct harness_env *env)
{
	const struct sidecar *s = &r->sidecar;

	if (r->test.clock != VM_CLOCK_VIRTUAL)
		return;
	if (!streq_null(s->replay->agent_sha256, env->initrd_sha256))
		term_print(stderr, TERM_WARN,
		           "note: the harness was built from other sources then: figures may "
		           "differ\n");
	if (s->vm && !streq_null(s->vm->qemu_version, env->qemu.version))
		term_print(
			stderr, TERM_WARN, "note: QEMU was %s then and is %s: figures may differ\n",
			s->vm->qemu_version ? s->vm->qemu_version : "unknown", env->qemu.version);
}

/* A folder of its own, which `stats` does not list. The caller frees. */
static int make_dir(const struct replay *r, char **out, struct err *err)
{
	_cleanup_free_ char *root = rundir_root(), *all = fs_join(root, ".replay");
	_cleanup_free_ char *stem = sidecar_stem(&r->sidecar);
	_cleanup_free_ char *dir = xasprintf("%s/%s-XXXXXX", all, stem);

	if (fs_mkdir_p(AT_FDCWD, all, err) < 0)
		return -(int)err->code;
	if (!mkdtemp(dir))
		return err_sys(err, errno, "%s", dir);
	*out = steal_ptr(&dir);
	return 0;
}

/* The only sidecar of the folder. */
static int read_result(const char *dir, struct sidecar *out, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;

	if (fs_list(AT_FDCWD, dir, &names, err) < 0)
		return -(int)err->code;
	strv_each (&names, i) {
		_cleanup_free_ char *path = fs_join(dir, names.v[i]);

		if (sidecar_is_file_name(names.v[i]))
			return sidecar_read(AT_FDCWD, path, out, err);
	}
	return err_set(err, ERR_NOT_FOUND, "%s: no result", dir);
}

static void tell_real(const char *path, const struct sidecar *then, const struct sidecar *now)
{
	bool same =
		then->outcome == now->outcome && streq_null(then->fingerprint, now->fingerprint);
	const char *a = json_name(&outcome_names, then->outcome);
	const char *b = json_name(&outcome_names, now->outcome);

	if (same)
		term_print(stdout, TERM_GOOD, "same outcome%s as %s\n",
		           then->cause ? " and cause" : "", path);
	else if (then->outcome != now->outcome)
		term_print(stdout, TERM_WARN, "another outcome: %s, in %s %s\n", b, path, a);
	else
		term_print(stdout, TERM_WARN, "same outcome, another cause: in %s: %s\n", path,
		           then->cause ? then->cause : "none");
}

static void tell_virtual(const char *path, const struct sidecar *then, const struct sidecar *now)
{
	_cleanup_strv_ struct strv lines = STRV_INIT;
	size_t n = replay_compare(then, now, &lines);

	if (!lines.n) {
		term_print(stdout, TERM_GOOD, "same result as %s: %zu fields equal\n", path, n);
		return;
	}
	term_print(stdout, TERM_WARN, "another result than %s: %zu of %zu fields differ\n", path,
	           lines.n, n);
	for (size_t i = 0; i < lines.n && i < LINES_MAX; i++)
		printf("  %s\n", lines.v[i]);
	if (lines.n > LINES_MAX)
		printf("  … and %zu more\n", lines.n - LINES_MAX);
}

static int tell_same(const struct replay *r, const char *path, const char *dir, struct err *err)
{
	struct sidecar now;
	int ret;

	json_init(&sidecar_table, &now);
	ret = read_result(dir, &now, err);
	if (ret == 0 && r->test.clock == VM_CLOCK_VIRTUAL)
		tell_virtual(path, &r->sidecar, &now);
	else if (ret == 0)
		tell_real(path, &r->sidecar, &now);
	json_done(&sidecar_table, &now);
	return ret;
}

static int run_test_again(struct replay *r, struct harness_env *env, const char *path,
                          struct err *err)
{
	const struct plan plan = { .tests = &r->test, .n = 1, .n_series = 1 };
	struct suite_counts counts = { 0 };
	_cleanup_free_ char *dir = NULL;

	if (plan_check_schedulers(&plan, err) < 0 || make_dir(r, &dir, err) < 0)
		return -(int)err->code;
	const struct suite_opts so = { .jobs = 1, .dir = dir };
	if (suite_run(env, &plan, &so, &counts, err) < 0)
		return -(int)err->code;
	if (!counts.interrupted && tell_same(r, path, dir, err) < 0)
		return -(int)err->code;
	return suite_exit_code(&counts);
}

static int open_shell(const struct replay *r, struct harness_env *env, struct err *err)
{
	static const struct strv none = STRV_INIT;
	const struct shell_opts o = { .kernel = &r->kernel,
		                      .profile = &r->profile,
		                      .scheduler = &r->scheduler,
		                      .variant = &r->variant,
		                      .topo = r->test.topo,
		                      .clock = r->test.clock,
		                      .memory_bytes = r->test.memory_bytes,
		                      .files = &none,
		                      .argv = &none };
	int status = 0;

	env->timeout_ns = 0;
	return shell_vm_run(env, &o, &status, err) < 0 ? -(int)err->code : status;
}

static int run_again(struct replay *r, const struct replay_args *a, const char *path,
                     struct err *err)
{
	bool traced = r->sidecar.replay->traced && !a->shell;
	struct harness_env env;
	int ret = harness_env_init(&env, (enum vm_accel)r->accel, traced, err);

	env.keep_artefacts = a->keep_artefacts;
	replay_env(r, &env);
	if (ret == 0 && !a->shell)
		note_tools(r, &env);
	if (ret == 0)
		ret = a->shell ? open_shell(r, &env, err) : run_test_again(r, &env, path, err);
	harness_env_done(&env);
	return ret;
}

static int replay(const char *path, const struct replay_args *a, struct err *err)
{
	_cleanup_free_ char *fragment = cmd_kernel_fragment();
	const struct kernel_opts ko = { .offline = a->offline,
		                        .fragment = fragment,
		                        .note = cmd_kernel_note };
	struct replay r;
	int ret = replay_load(path, &ko, &r, err);

	if (ret == 0)
		ret = check_same(&r, a, err);
	if (ret == 0)
		ret = run_again(&r, a, path, err);
	replay_done(&r);
	return ret;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	struct replay_args a = { 0 };
	const struct poptOption table[] = {
		{ "shell", 0, POPT_ARG_NONE, &a.shell, 0,
		  "no test: a shell in its VM, with its scheduler attached", NULL },
		{ "anyway", 0, POPT_ARG_NONE, &a.anyway, 0,
		  "go on if the kernel or a scheduler is another one than then", NULL },
		{ "keep-artefacts", 0, POPT_ARG_NONE, &a.keep_artefacts, 0,
		  "keep console and raw reports also if it passes", NULL },
		{ "offline", 0, POPT_ARG_NONE, &a.offline, 0, "never fetch a kernel", NULL },
		POPT_TABLEEND,
	};
	_cleanup_strv_ struct strv rest = STRV_INIT;
	int r = cmd_parse(self, table, argc, argv, &rest, err);

	if (r != CMD_RUN)
		return r;
	if (rest.n != 1)
		return err_set(err, ERR_USAGE, "name one sidecar, a *.ktstr.json file");
	return replay(rest.v[0], &a, err);
}

const struct cmd cmd_replay = {
	.name = "replay",
	.summary = "run the test of a sidecar again, exactly, and say whether it ends the same",
	.usage = "SIDECAR [OPTION...]",
	.details = "The test is as recorded: kernel, scheduler and its settings, scenario,\n"
		   "limits, topology, clock, seed. No result is replaced: the new one goes to a\n"
		   "folder of its own, {target}/ktstr/.replay/{test}-…, which `stats` does not\n"
		   "list. At the end a line says whether the result is the same: under the\n"
		   "virtual clock in every field, under the real clock in outcome and cause.\n"
		   "Exit status: that of the test, as in harness test.",
	.run = run,
};
