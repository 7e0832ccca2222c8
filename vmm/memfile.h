/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory files: the files that QEMU reads and writes have no name in any file system, so nothing is
 * left behind however we end. QEMU inherits the descriptor and opens it as /proc/self/fd/N.
 */
#ifndef VMM_MEMFILE_H
#define VMM_MEMFILE_H

#include "base/err.h"
#include "base/strbuf.h"

/* Makes a file of `size` zero bytes. The descriptor is close-on-exec. */
int memfile_new(const char *name, uint64_t size, int *fd, struct err *err) MUST_CHECK;
/* Copies a whole memory file to *at of another and moves *at behind it. ERR_LIMIT if that would be
 * beyond `end`. */
int memfile_copy(int to, uint64_t *at, uint64_t end, int from, struct err *err) MUST_CHECK;
uint64_t memfile_size(int fd);
/* Appends the file to *out. If it has more than `max` bytes: its head and tail, `max` bytes
 * together, with a line between them that says how many bytes were left out. */
void memfile_read_bounded(int fd, size_t max, struct strbuf *out);

#endif
