/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/term.h"
#include "harness/cmd_kernel.h"
#include "harness/resource.h"

#define FRAGMENT "kernel.config"

struct kernel_build_args {
	char *source, *config, *jobs;
	int json;
};

char *cmd_kernel_fragment(void)
{
	_cleanup_free_ char *dir = NULL;
	struct err ignored = ERR_INIT;

	return resource_dir(&dir, &ignored) < 0 ? NULL : fs_join(dir, FRAGMENT);
}

void cmd_kernel_note(const char *line)
{
	term_progress_end();
	fprintf(stderr, "%s\n", line);
}

static int build(const struct kernel_build_args *o, struct err *err)
{
	_cleanup_free_ char *fragment = NULL;
	uint64_t jobs = 0;
	struct kernel k;

	if (!o->source)
		return err_set(
			err, ERR_USAGE,
			"no --source given: --source DIR, a tarball, its address, debian:6.12 or "
			"a version");
	if (o->jobs && parse_u64(o->jobs, "--jobs", 1, 1024, &jobs, err) < 0)
		return -(int)err->code;
	if (resource_path(FRAGMENT, &fragment, err) < 0)
		return -(int)err->code;
	if (kernel_build(&(struct kernel_build_opts){ .source = o->source,
	                                              .fragment = fragment,
	                                              .config = o->config,
	                                              .jobs = (unsigned int)jobs,
	                                              .note = cmd_kernel_note },
	                 &k, err) < 0)
		return -(int)err->code;
	cmd_kernel_say(&k, "is built", o->json);
	kernel_done(&k);
	return EXIT_OK;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	struct kernel_build_args o = { 0 };
	const struct poptOption table[] = {
		{ "source", 0, POPT_ARG_STRING, &o.source, 0,
		  "a source tree, a tarball, its address (http, https, file), debian:6.12, or a "
		  "version that the mirror has",
		  "S" },
		{ "config", 0, POPT_ARG_STRING, &o.config, 0,
		  "file of CONFIG_X=y lines, added to the options that every kernel needs",
		  "FILE" },
		{ "jobs", 'j', POPT_ARG_STRING, &o.jobs, 0,
		  "compilers at the same time (default: one per CPU)", "N" },
		{ "json", 0, POPT_ARG_NONE, &o.json, 0, "as JSON", NULL },
		POPT_TABLEEND,
	};
	int r = cmd_parse(self, table, argc, argv, NULL, err);

	if (r == CMD_RUN)
		r = build(&o, err);
	free(o.source);
	free(o.config);
	free(o.jobs);
	return r;
}

const struct cmd cmd_kernel_build = {
	.name = "build",
	.summary = "build a kernel from source, with the options that tests need",
	.usage = "--source S [OPTION...]",
	.details =
		"The source tree is not changed: objects go to $XDG_CACHE_HOME/ktstr/builds. After "
		"an\n"
		"interruption, the same command continues the build. If the store has a kernel of "
		"the\n"
		"same source and options, nothing is built.\n"
		"KTSTR_KERNEL_MIRROR: where the source of a version is downloaded from (default\n"
		"https://cdn.kernel.org/pub/linux/kernel).",
	.run = run,
};
