/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel versions: their order and prefixes. Pure. */
#ifndef KERNEL_VERSION_H
#define KERNEL_VERSION_H

#include "base/util.h"

/* Whether the string looks like a version: digits and dots, at least two parts, perhaps "-rc3". */
bool version_is(const char *s);
/* Compares number by number; "7.0-rc3" comes before "7.0". If the numbers are equal, compares the
 * text after them. */
int version_cmp(const char *a, const char *b);
/* "6.17" is a prefix of "6.17" and "6.17.13", not of "6.170". */
bool version_has_prefix(const char *version, const char *prefix);
/* The version at the start of a release or package name: "6.17.13+deb13-cloud-amd64" → "6.17.13".
 * The caller frees; NULL when there is none. */
char *version_of_release(const char *release);
/* Its minor series: "6.17.13" → "6.17", "7.0-rc3" → "7.0". Caller frees. */
char *version_series(const char *version);
/* Whether it is a minor series: two numbers. */
bool version_is_series(const char *s);

#endif
