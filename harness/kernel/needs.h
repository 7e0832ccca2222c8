/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks that a configuration has the options without which the VM does not boot or cannot report
 * to the host. Pure. */
#ifndef KERNEL_NEEDS_H
#define KERNEL_NEEDS_H

#include "base/err.h"

/* ERR_UNSUPPORTED with the first options that are off or modules (the initramfs has no modules). */
int needs_check(const char *config, struct err *err) MUST_CHECK;

#endif
