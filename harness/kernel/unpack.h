/* SPDX-License-Identifier: GPL-2.0-only */
/* Source archives into folders. */
#ifndef KERNEL_UNPACK_H
#define KERNEL_UNPACK_H

#include "base/err.h"

/* Unpacks a tar archive, however compressed, into the folder `to`, which appears whole or not at
 * all and whose parent must exist. The one folder that all members lie in is left out. Nothing is
 * written outside. A progress line on a terminal. */
int unpack_tarball(const char *tarball, const char *to, struct err *err) MUST_CHECK;

#endif
