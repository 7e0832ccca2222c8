/* SPDX-License-Identifier: GPL-2.0-only */
/* Adds the configuration to entries of the store that lack one. */
#ifndef KERNEL_MEND_H
#define KERNEL_MEND_H

#include "harness/kernel/kernel.h"

/* Looks for the configuration of an entry without one, at most once a day: inside its image, and
 * unless offline in Debian's packages if it is Debian's kernel. It is no error if there is none. */
void kernel_mend(struct kernel *k, bool offline);
/* Looks for it however lately it was sought. An error says why there is none. */
int kernel_mend_now(struct kernel *k, struct err *err) MUST_CHECK;

#endif
