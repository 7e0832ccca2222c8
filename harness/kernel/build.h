/* SPDX-License-Identifier: GPL-2.0-only */
/* What a build decides without doing anything. Pure. */
#ifndef KERNEL_BUILD_H
#define KERNEL_BUILD_H

#include "base/err.h"
#include "base/strv.h"

/* What of the fragment the configuration made from it does not hold, as an error that names each
 * option with what it depends on. `kconfig` is all of the source's Kconfig files as one text. Options
 * that the source does not have at all are left out, and added to *unknown. */
int build_check_config(const char *fragment, const char *config, const char *kconfig,
                       struct strv *unknown, struct err *err) MUST_CHECK;

#endif
