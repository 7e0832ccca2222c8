/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes the list of kernels that Debian offers from the package lists. Pure. */
#ifndef KERNEL_OFFER_H
#define KERNEL_OFFER_H

#include "base/strv.h"
#include "harness/kernel/fetch.h"
#include "harness/kernel/kernel.h"

/* Makes one offer per series of the candidates. `depends`: what the metapackage depends on, in
 * every suite. A series that it does not depend on has reached its end of life. If `depends` is
 * empty, none has. */
void offers_make(const struct fetch_candidate *v, size_t n, const struct strmap *suites,
                 const char *depends, struct kernel_offers *out);

#endif
