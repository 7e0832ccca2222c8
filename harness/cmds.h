/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands of harness, one line each: `const struct cmd cmd_NAME` in cmd_NAME.c. */
#ifndef HARNESS_CMDS_H
#define HARNESS_CMDS_H

#include "base/cmd.h"

#define HARNESS_CMDS(X)                                                                            \
	X(test)                                                                                    \
	X(ab)                                                                                      \
	X(bench)                                                                                   \
	X(init)                                                                                    \
	X(list)                                                                                    \
	X(show)                                                                                    \
	X(replay)                                                                                  \
	X(shell)                                                                                   \
	X(load)                                                                                    \
	X(verify)                                                                                  \
	X(show_scheduler)                                                                          \
	X(show_thresholds)                                                                         \
	X(topo)                                                                                    \
	X(kernel)                                                                                  \
	X(cache)                                                                                   \
	X(stats)                                                                                   \
	X(doctor)

#define X(name) extern const struct cmd cmd_##name;
HARNESS_CMDS(X)
#undef X

#endif
