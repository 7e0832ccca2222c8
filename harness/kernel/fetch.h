/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds the package with the wanted kernel. Pure. */
#ifndef KERNEL_FETCH_H
#define KERNEL_FETCH_H

#include "base/strv.h"

struct fetch_candidate {
	char *package, *release, *version;
};
/* Picks the packages with kernel images, one per release, newest first. The caller frees. */
void fetch_candidates(const struct strv *packages, const char *flavour, struct fetch_candidate **v,
                      size_t *n);
void fetch_candidates_free(struct fetch_candidate *v, size_t n);
/* The part of a package's name before "-amd64": "cloud", or "" for the plain flavour. */
const char *fetch_flavour(const char *flavour);
/* Whether candidate `at` is the newest of its minor series. The array is as fetch_candidates()
 * makes it. */
bool fetch_leads_series(const struct fetch_candidate *v, size_t at);
/* The newest version of each series, for an error message. The caller frees. */
char *fetch_offer(const struct fetch_candidate *v, size_t n);

#endif
