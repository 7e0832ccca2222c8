/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands that list, inspect and compare the results in run directories: facade of this
 * folder. The program `stats` and the command `harness stats` are the same.
 */
#ifndef STATS_H
#define STATS_H

#include "base/cmd.h"

extern const struct cmd_program stats_program;
/* argv[0] is the program's own name. Returns the exit status. */
int stats_main(int argc, const char **argv);

#endif
