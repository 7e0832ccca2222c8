/* SPDX-License-Identifier: GPL-2.0-only */
/* Takes kernel image, configuration or source out of a .deb, which is read as a stream; nothing else
 * is unpacked. */
#ifndef KERNEL_DEB_H
#define KERNEL_DEB_H

#include "base/err.h"
#include "base/strbuf.h"

/* Fills what it finds: boot/vmlinuz-*, usr/lib/modules/X/vmlinuz, boot/config-*, …/config and the
 * .config of a headers package. Either may remain empty. */
int deb_kernel(const char *path, struct strbuf *image, struct strbuf *config, struct err *err)
	MUST_CHECK;
/* Writes usr/src/linux-source-*.tar.* to the path `to`. */
int deb_source(const char *path, const char *to, struct err *err) MUST_CHECK;

#endif
