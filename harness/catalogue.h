/* SPDX-License-Identifier: GPL-2.0-only */
/* A scenario as a person names it. */
#ifndef HARNESS_CATALOGUE_H
#define HARNESS_CATALOGUE_H

#include "harness/scenario/scenario.h"

/* One of the bundled by its name, or a user's file by its path (anything with a "/" or ending in
 * ".yaml"). Unknown: ERR_USAGE with a suggestion. The caller frees. */
int catalogue_find(const char *name, struct scenario **out, struct err *err) MUST_CHECK;
/* A mistake in a user's file is a mistake of usage. Returns the error's code, negative. */
int catalogue_blame(struct err *err);

#endif
