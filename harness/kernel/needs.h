/* SPDX-License-Identifier: GPL-2.0-only */
/* What a configuration must have for our machine to boot with it and to be heard. Pure. */
#ifndef KERNEL_NEEDS_H
#define KERNEL_NEEDS_H

#include "base/err.h"

/* ERR_UNSUPPORTED with the first options that are off or modules: the initramfs holds none. */
int needs_check(const char *config, struct err *err) MUST_CHECK;

#endif
