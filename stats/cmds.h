/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands, in the order of the help. A new command is one file cmd_x.c and one line here. */
#ifndef STATS_CMDS_H
#define STATS_CMDS_H

#include "base/cmd.h"

#define STATS_CMDS(X)                                                                              \
	X(list)                                                                                    \
	X(compare)                                                                                 \
	X(list_metrics)                                                                            \
	X(list_values)                                                                             \
	X(show_host)                                                                               \
	X(show)                                                                                    \
	X(validate)                                                                                \
	X(export)                                                                                  \
	X(explain_sidecar)                                                                         \
	X(gate)                                                                                    \
	X(history)                                                                                 \
	X(calibrate)                                                                               \
	X(prune)                                                                                   \
	X(trend)                                                                                   \
	X(report)

#define X(name) extern const struct cmd cmd_stats_##name;
STATS_CMDS(X)
#undef X

#endif
