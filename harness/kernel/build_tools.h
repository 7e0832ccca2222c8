/* SPDX-License-Identifier: GPL-2.0-only */
/* What building a kernel needs on this machine. */
#ifndef KERNEL_BUILD_TOOLS_H
#define KERNEL_BUILD_TOOLS_H

#include "base/err.h"

/* ERR_UNSUPPORTED with the names of all that is missing and the one command that installs it. */
int build_tools_check(const char *config, struct err *err) MUST_CHECK;

#endif
