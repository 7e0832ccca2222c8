/* SPDX-License-Identifier: GPL-2.0-only */
/* Unpacks source archives. */
#ifndef KERNEL_UNPACK_H
#define KERNEL_UNPACK_H

#include "base/err.h"

/* Unpacks a tar archive, compressed or not, into the folder `to`, whose parent must exist. The
 * folder appears whole or not at all; nothing is written outside it. The top folder of the archive,
 * which contains all members, is left out. Shows progress on a terminal. */
int unpack_tarball(const char *tarball, const char *to, struct err *err) MUST_CHECK;

#endif
