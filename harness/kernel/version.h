/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel versions: order and prefixes. Pure. */
#ifndef KERNEL_VERSION_H
#define KERNEL_VERSION_H

#include "base/util.h"

/* Whether it looks like one: digits and dots, two parts at least, perhaps "-rc3". */
bool version_is(const char *s);
/* By number, part by part; "7.0-rc3" comes before "7.0". Text behind the numbers decides last. */
int version_cmp(const char *a, const char *b);
/* "6.17" has "6.17" and "6.17.13", not "6.170". */
bool version_has_prefix(const char *version, const char *prefix);
/* The version a release or package name starts with: "6.17.13+deb13-cloud-amd64" → "6.17.13". The
 * caller frees; NULL when it starts with none. */
char *version_of_release(const char *release);
/* Its minor series: "6.17.13" → "6.17", "7.0-rc3" → "7.0". Caller frees. */
char *version_series(const char *version);
/* Whether it is a minor series: two numbers. */
bool version_is_series(const char *s);

#endif
