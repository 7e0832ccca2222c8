/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scheduler_options.h"

#include "base/cmd.h"

void scheduler_options_take(struct scheduler_options *o, struct scheduler_settings *out)
{
#define X(member, option) cmd_take_argv(&o->member, &out->member);
	SCHEDULER_SETTINGS(X)
#undef X
	out->ops_map = o->ops_map;
	o->ops_map = NULL;
}
