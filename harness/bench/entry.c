/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/bench/entry.h"

#include <stdarg.h>

#include "base/fs.h"

#define FILE_BYTES 4096

void bench_fail(struct bench *b, int errnum, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (b->err.code != ERR_NONE)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (errnum)
		err_sys(&b->err, errnum, "%s", text);
	else
		err_set(&b->err, ERR_CHILD, "%s", text);
}

const char *bench_file(struct bench *b, struct err *err)
{
	char text[FILE_BYTES];

	if (b->o->file)
		return b->o->file;
	memset(text, 'x', sizeof(text));
	b->path = fs_join(b->o->dir, "file");
	return fs_write_atomic(AT_FDCWD, b->path, text, sizeof(text), 0644, err) < 0 ? NULL
	                                                                             : b->path;
}
