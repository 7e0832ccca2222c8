/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A growable byte string. `s` is never NULL after STRBUF_INIT's first append and always ends in NUL
 * (strbuf_cstr() gives "" for an empty one); `n` is its length without the NUL. May hold NULs.
 *
 *	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
 *	strbuf_addf(&b, "%s/%u", dir, i);
 *	use(strbuf_cstr(&b));
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdarg.h>

#include "base/cleanup.h"
#include "base/util.h"

struct strbuf {
	char *s;
	size_t n, cap;
};

#define STRBUF_INIT                                                                                \
	{                                                                                          \
		0                                                                                  \
	}
#define _cleanup_strbuf_ CLEANUP(strbuf_done)

void strbuf_done(struct strbuf *b);
/* Empties, keeps the memory. */
void strbuf_reset(struct strbuf *b);
const char *strbuf_cstr(const struct strbuf *b);
/* The caller owns the string (free()); the buffer is empty again. Never NULL. */
char *strbuf_steal(struct strbuf *b);
/* Room for n more bytes and a NUL, and where they go; the caller moves b->n. */
char *strbuf_reserve(struct strbuf *b, size_t n);
void strbuf_add(struct strbuf *b, const void *p, size_t n);
void strbuf_adds(struct strbuf *b, const char *s);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_addf(struct strbuf *b, const char *fmt, ...) PRINTF(2, 3);
void strbuf_vaddf(struct strbuf *b, const char *fmt, va_list ap) PRINTF(2, 0);
/* Appends `s` with control characters (all but \n and \t when keep_lines) and invalid UTF-8 shown
 * as \xNN, so that text from a guest or an archive cannot drive a terminal. */
void strbuf_add_printable(struct strbuf *b, const char *s, size_t n, bool keep_lines);
/* Bytes of the well-formed UTF-8 character (no surrogate, no overlong form) at s, 0 when there is
 * none within n bytes. */
size_t utf8_char(const char *s, size_t n);
/* Characters in a string, an ill-formed byte counting as one. */
size_t utf8_width(const char *s);
/* Drops white space at the end. */
void strbuf_rtrim(struct strbuf *b);

#endif
