/* SPDX-License-Identifier: GPL-2.0-only */
/* Takes the kernel image, the configuration or the source out of a .deb. Reads it as a stream and
 * unpacks nothing else. */
#ifndef KERNEL_DEB_H
#define KERNEL_DEB_H

#include "base/err.h"
#include "base/strbuf.h"

/* Fills image and configuration from boot/vmlinuz-*, usr/lib/modules/X/vmlinuz, boot/config-*,
 * …/config or the .config of a headers package. One that the package does not have stays empty. */
int deb_kernel(const char *path, struct strbuf *image, struct strbuf *config, struct err *err)
	MUST_CHECK;
/* Writes usr/src/linux-source-*.tar.* to the path `to`. */
int deb_source(const char *path, const char *to, struct err *err) MUST_CHECK;

#endif
