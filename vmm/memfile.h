/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory files: what QEMU reads and writes has no name in any file system, so that nothing is left
 * behind however we end. QEMU inherits the descriptor and opens it as /proc/self/fd/N.
 */
#ifndef VMM_MEMFILE_H
#define VMM_MEMFILE_H

#include "base/err.h"
#include "base/strbuf.h"

/* A descriptor (close-on-exec) of an empty file of `size` bytes. */
int memfile_new(const char *name, uint64_t size, int *fd, struct err *err) MUST_CHECK;
/* One that holds a copy of the bytes. */
int memfile_from(const char *name, const void *data, size_t n, int *fd, struct err *err) MUST_CHECK;
/* Appends a whole memory file to another. */
int memfile_append(int to, int from, struct err *err) MUST_CHECK;
uint64_t memfile_size(int fd);
/* Appends head and tail, `max` bytes in all, with a line that says what was left out. */
void memfile_read_bounded(int fd, size_t max, struct strbuf *out);

#endif
