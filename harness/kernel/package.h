/* SPDX-License-Identifier: GPL-2.0-only */
/* Gets files out of a Debian package: downloads it, reads the files, removes it. */
#ifndef KERNEL_PACKAGE_H
#define KERNEL_PACKAGE_H

#include "base/strbuf.h"
#include "harness/kernel/apt.h"

/* Reads the image and the configuration. One that the package does not have stays empty. */
int package_kernel(const struct apt *apt, const char *package, uint64_t bytes, struct strbuf *image,
                   struct strbuf *config, struct err *err) MUST_CHECK;
/* Reads the configuration of a release from the first Debian package that has it. *from: the name
 * of that package; the caller frees. ERR_NOT_FOUND: the package lists, which are not updated, name
 * no such package. */
int package_config(const struct apt *apt, const char *release, struct strbuf *config, char **from,
                   struct err *err) MUST_CHECK;
/* Writes the source tarball of a linux-source package to the path `to`. */
int package_source(const struct apt *apt, const char *package, uint64_t bytes, const char *to,
                   struct err *err) MUST_CHECK;

#endif
