/* SPDX-License-Identifier: GPL-2.0-only */
/* What we want of one of Debian's packages: downloaded, taken out, removed again. */
#ifndef KERNEL_PACKAGE_H
#define KERNEL_PACKAGE_H

#include "base/strbuf.h"
#include "harness/kernel/apt.h"

/* The image and the configuration, either of which it may not have. */
int package_kernel(const struct apt *apt, const char *package, uint64_t bytes, struct strbuf *image,
                   struct strbuf *config, struct err *err) MUST_CHECK;
/* The configuration of a release, from the first of Debian's packages that holds it; *from: that
 * package, which the caller frees. ERR_NOT_FOUND when the package lists, as they are, name none. */
int package_config(const struct apt *apt, const char *release, struct strbuf *config, char **from,
                   struct err *err) MUST_CHECK;
/* Writes the source tarball of a linux-source package to the path `to`. */
int package_source(const struct apt *apt, const char *package, uint64_t bytes, const char *to,
                   struct err *err) MUST_CHECK;

#endif
