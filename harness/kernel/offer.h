/* SPDX-License-Identifier: GPL-2.0-only */
/* What Debian's suites offer, of the package lists. Pure. */
#ifndef KERNEL_OFFER_H
#define KERNEL_OFFER_H

#include "base/strv.h"
#include "harness/kernel/fetch.h"
#include "harness/kernel/kernel.h"

/* One offer per series of the candidates. `depends` holds what the metapackage depends on, in every
 * suite: series it does not lead to are at their end of life. Without any, that is not said. */
void offers_make(const struct fetch_candidate *v, size_t n, const struct strmap *suites,
                 const char *depends, struct kernel_offers *out);

#endif
