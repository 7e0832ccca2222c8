/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads newc archives ("cpio -H newc", as an initramfs is) from memory: several may follow one
 * another, zeros end them. Only folders and plain files are known.
 */
#ifndef AGENT_ARCHIVE_H
#define AGENT_ARCHIVE_H

#include "base/err.h"

struct archive_reader {
	const uint8_t *data;
	size_t n, at;
};

struct archive_file {
	const char *path; /* terminated; borrowed from the archive, as is the data */
	uint32_t mode;    /* st_mode */
	const uint8_t *data;
	size_t n;
};

/* The next entry: 1, none left: 0, negative when the archive is broken. */
int archive_next(struct archive_reader *r, struct archive_file *out, struct err *err) MUST_CHECK;
/* Writes a folder or file below root_fd, with the folders above it. A file is replaced:
 * a program that runs from it, or has it mapped, keeps the old one. */
int archive_unpack(int root_fd, const struct archive_file *f, struct err *err) MUST_CHECK;

#endif
