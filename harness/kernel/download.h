/* SPDX-License-Identifier: GPL-2.0-only */
/* Downloads a file with curl or wget, whichever the machine has. */
#ifndef KERNEL_DOWNLOAD_H
#define KERNEL_DOWNLOAD_H

#include "base/err.h"

/* Downloads to the path `to`. Shows progress on a terminal. ERR_NOT_FOUND: the server has no
 * such file. ERR_CHILD: the server cannot be reached. ERR_UNSUPPORTED: the machine has neither
 * program. */
int download(const char *url, const char *to, struct err *err) MUST_CHECK;

#endif
