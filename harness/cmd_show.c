/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/fs.h"
#include "base/parse.h"
#include "harness/catalogue.h"
#include "harness/cmds.h"
#include "harness/plan.h"
#include "harness/show_job.h"

/* The options as given. */
struct show_args {
	char *topology, *duration, *seed, *scheduler;
	int resolved, json;
};

static void args_done(struct show_args *o)
{
	free(o->topology);
	free(o->duration);
	free(o->seed);
	free(o->scheduler);
}
#define _cleanup_args_ CLEANUP(args_done)

static int show_yaml(const struct scenario *s, struct err *err)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	if (fs_read(AT_FDCWD, s->path, 1 << 20, &text, err) < 0)
		return -(int)err->code;
	fputs(strbuf_cstr(&text), stdout);
	return 0;
}

static int make_setting(const struct show_args *o, const struct scenario *s,
                        struct scenario_setting *out, struct err *err)
{
	struct topo topo;

	*out = (struct scenario_setting){ .seed = DEFAULT_SEED, .sched_ext = true };
	if (o->topology ? topo_parse(o->topology, &topo, err) < 0
	                : plan_own_topo(s, &topo, err) < 0)
		return -(int)err->code;
	if (o->duration ? plan_parse_duration(o->duration, &out->duration_ns, err) < 0
	                : plan_own_duration(s, &out->duration_ns, err) < 0)
		return -(int)err->code;
	if (o->seed && parse_u64(o->seed, "--seed", 0, UINT32_MAX, &out->seed, err) < 0)
		return -(int)err->code;
	out->topology = plan_topology(&topo);
	return 0;
}

static int show_resolved(const struct show_args *o, const struct scenario *s, struct err *err)
{
	struct scenario_setting setting;
	struct scheduler_spec scheduler = { 0 };
	struct job job;
	int r = make_setting(o, s, &setting, err);

	if (r == 0)
		r = scheduler_spec_resolve(o->scheduler ? o->scheduler : KERNEL_SCHEDULER,
		                           &scheduler, err);
	setting.scheduler = scheduler.name;
	if (r == 0 && (r = scenario_resolve(s, &setting, &job, err)) < 0) {
		r = err_wrap(err, "%s would be skipped", s->name);
		err->code = ERR_USAGE;
	} else if (r == 0) {
		if (o->json)
			cmd_print_json(json_encode(&job_table, &job));
		else
			show_job(&job, stdout);
		json_done(&job_table, &job);
	}
	scheduler_spec_done(&scheduler);
	return r;
}

static int show(const char *name, const struct show_args *o, struct err *err)
{
	_cleanup_scenario_ struct scenario *s = NULL;

	if (!o->resolved && (o->topology || o->duration || o->seed || o->scheduler || o->json))
		return err_set(err, ERR_USAGE, "the other options need --resolved");
	if (catalogue_find(name, &s, err) < 0)
		return -(int)err->code;
	return o->resolved ? show_resolved(o, s, err) : show_yaml(s, err);
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	_cleanup_args_ struct show_args o = { 0 };
	const struct poptOption table[] = {
		{ "resolved", 0, POPT_ARG_NONE, &o.resolved, 0,
		  "print the job instead: what the guest has to do, with CPUs, workers and times",
		  NULL },
		{ "topology", 't', POPT_ARG_STRING, &o.topology, 0,
		  "topology (default: the scenario's own)", "NnNlNcNt|NAME" },
		{ "duration", 'd', POPT_ARG_STRING, &o.duration, 0,
		  "duration (default: the scenario's own)", "D" },
		{ "seed", 0, POPT_ARG_STRING, &o.seed, 0, "seed of all random choices (default 1)",
		  "N" },
		{ "scheduler", 's', POPT_ARG_STRING, &o.scheduler, 0,
		  "scheduler of the test (default " KERNEL_SCHEDULER ")", "S" },
		{ "json", 0, POPT_ARG_NONE, &o.json, 0, "as JSON", NULL },
		POPT_TABLEEND,
	};
	_cleanup_strv_ struct strv rest = STRV_INIT;
	int r = cmd_parse(self, table, argc, argv, &rest, err);

	if (r != CMD_RUN)
		return r;
	if (rest.n != 1)
		return err_set(err, ERR_USAGE, "name one scenario; `harness list` shows them");
	return show(rest.v[0], &o, err);
}

const struct cmd cmd_show = {
	.name = "show",
	.summary = "print a scenario's YAML, to read, copy and change; or the job the guest gets",
	.usage = "NAME|FILE [--resolved [OPTION...]]",
	.run = run,
};
