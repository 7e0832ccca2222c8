/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/cmds.h"
#include "stats/stats.h"

static int run(const struct cmd *self UNUSED, int argc, const char **argv, struct err *err UNUSED)
{
	return stats_main(argc, argv);
}

const struct cmd cmd_stats = {
	.name = "stats",
	.summary = "list, inspect and compare results: the program `stats`",
	.usage = "COMMAND [ARGUMENT...]",
	.run = run,
};
