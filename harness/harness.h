/* SPDX-License-Identifier: GPL-2.0-only */
/* The program `harness`: facade of this folder, for what describes its commands. */
#ifndef HARNESS_H
#define HARNESS_H

#include "base/cmd.h"

extern const struct cmd_program harness_program;

#endif
