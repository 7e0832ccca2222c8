/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of a build that only decides. Pure. */
#ifndef KERNEL_BUILD_H
#define KERNEL_BUILD_H

#include "base/err.h"
#include "base/strv.h"

/* Fails if an option of the fragment is missing in the configuration that was made from it. The
 * error names each such option and what it depends on. `kconfig`: all Kconfig files of the source
 * as one text. Options that the source does not have at all are no error; they are added to
 * *unknown. */
int build_check_config(const char *fragment, const char *config, const char *kconfig,
                       struct strv *unknown, struct err *err) MUST_CHECK;

#endif
