/* SPDX-License-Identifier: GPL-2.0-only */
/* A file from an address, by curl or wget: whichever there is. */
#ifndef KERNEL_DOWNLOAD_H
#define KERNEL_DOWNLOAD_H

#include "base/err.h"

/* To the path `to`, with a progress line on a terminal. ERR_NOT_FOUND: the server answers that it
 * has no such file; ERR_CHILD: it cannot be reached; ERR_UNSUPPORTED: neither program is here. */
int download(const char *url, const char *to, struct err *err) MUST_CHECK;

#endif
