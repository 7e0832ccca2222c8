/* SPDX-License-Identifier: GPL-2.0-only */
/* Entries of the store that were made before configurations were sought everywhere. */
#ifndef KERNEL_MEND_H
#define KERNEL_MEND_H

#include "harness/kernel/kernel.h"

/* Looks for the configuration of an entry without one, inside its image and, for one of Debian's
 * and unless offline, in Debian's packages; at most once a day. Finding none is no error. */
void kernel_mend(struct kernel *k, bool offline);

#endif
