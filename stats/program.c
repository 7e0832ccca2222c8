/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/cmds.h"
#include "stats/stats.h"

#define X(name) &cmd_stats_##name,
static const struct cmd *const cmds[] = { STATS_CMDS(X) };
#undef X

const struct cmd_program stats_program = {
	.name = "stats",
	.summary = "Lists, inspects and compares the results under the runs root.",
	.details = "Examples:\n"
		   "  stats list                                       the runs\n"
		   "  stats list-values                                values to filter by\n"
		   "  stats compare --a-kernel 6.14 --b-kernel 7.0     what changed, and how much\n"
		   "  stats compare 6.14-abc1234 6.14-abc1234-dirty    … by run\n"
		   "\n"
		   "Exit status: 0 nothing worse, 1 a regression or defect, 2 usage or nothing to\n"
		   "compare, 3 gate: not enough was judged, 4 infrastructure.",
	.cmds = cmds,
	.n = ARRAY_SIZE(cmds),
	.fallback = &cmd_stats_report,
};

int stats_main(int argc, const char **argv)
{
	return cmd_main(&stats_program, argc, argv);
}
