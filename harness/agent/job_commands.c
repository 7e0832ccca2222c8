/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/job_commands.h"

#include "base/child.h"
#include "base/mem.h"
#include "harness/agent/machine.h"
#include "harness/wire/fault.h"

#define COMMAND_NS (30 * NS_PER_SEC)
#define OUTPUT_MAX (64u << 10)

static int run_one(struct job_command *c, struct err *err)
{
	static const char *const env[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT, errout = STRBUF_INIT;
	const struct child_run run = {
		.start = { .argv = strv_argv(&c->argv), .env = env, .dir = "/" },
		.out = &out,
		.errout = &errout,
		.max_bytes = OUTPUT_MAX,
		.deadline = deadline_in(COMMAND_NS),
	};

	return child_run(&run, err) < 0 ? err_wrap(err, "%s", c->text) : 0;
}

static int run_all(struct agent *a, struct job_commands *commands, enum fault fault,
                   const char *failed, struct err *err)
{
	struct wire_sched_exit e;

	if (commands->n)
		machine_furnish(a);
	for (size_t i = 0; i < commands->n; i++) {
		if (run_one(&commands->v[i], err) == 0)
			continue;
		json_init(&wire_sched_exit_table, &e);
		e.kind = (char *)fault_name(fault);
		e.reason = (char *)failed;
		e.message = err->msg;
		e.program = true;
		e.sched = 0;
		e.at_ns = clock_mono_ns();
		agent_send(a, WIRE_SCHED_EXIT, &e);
		return err_wrap(err, "scheduler %s %s", agent_scheduler(a)->name, failed);
	}
	return 0;
}

int commands_enable(struct agent *a, struct err *err)
{
	return run_all(a, &a->job.enable, FAULT_ENABLE, "was not switched on", err);
}

int commands_disable(struct agent *a, struct err *err)
{
	return run_all(a, &a->job.disable, FAULT_DISABLE, "was not switched off", err);
}
