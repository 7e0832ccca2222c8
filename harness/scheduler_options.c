/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scheduler_options.h"

#include "base/cmd.h"

void scheduler_options_take(struct scheduler_options *o, struct scheduler_settings *out)
{
	cmd_take_argv(&o->set, &out->set);
	cmd_take_argv(&o->ops, &out->ops);
	cmd_take_argv(&o->maps, &out->maps);
	cmd_take_argv(&o->resize, &out->resize);
	cmd_take_argv(&o->run_progs, &out->run_progs);
	out->ops_map = o->ops_map;
	o->ops_map = NULL;
}
