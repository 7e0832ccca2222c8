/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks that this machine has the tools that building a kernel needs. */
#ifndef KERNEL_BUILD_TOOLS_H
#define KERNEL_BUILD_TOOLS_H

#include "base/err.h"

/* ERR_UNSUPPORTED if tools are missing: the message names all of them and the command that installs
 * them. */
int build_tools_check(const char *config, struct err *err) MUST_CHECK;

#endif
