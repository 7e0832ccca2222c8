/* SPDX-License-Identifier: GPL-2.0-only */
/* Which package holds the kernel that is wanted. Pure. */
#ifndef KERNEL_FETCH_H
#define KERNEL_FETCH_H

#include "base/strv.h"

struct fetch_candidate {
	char *package, *release, *version;
};
/* The images among the package names, one per release, newest first. Caller frees. */
void fetch_candidates(const struct strv *packages, const char *flavour, struct fetch_candidate **v,
                      size_t *n);
void fetch_candidates_free(struct fetch_candidate *v, size_t n);
/* The newest of each series, for an error message. Caller frees. */
char *fetch_offer(const struct fetch_candidate *v, size_t n);

#endif
