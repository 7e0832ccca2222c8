/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A growable byte string. `n` is its length without the final NUL; it may contain NULs. `s` is NULL
 * until the first append, then always NUL-terminated; strbuf_cstr() gives "" for an empty buffer.
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
/* Empties the buffer and keeps its memory. */
void strbuf_reset(struct strbuf *b);
const char *strbuf_cstr(const struct strbuf *b);
/* Gives the string to the caller, who frees it. The buffer is empty then. Never NULL. */
char *strbuf_steal(struct strbuf *b);
/* Makes room for n more bytes and a NUL, and returns where they go. The caller increases b->n. */
char *strbuf_reserve(struct strbuf *b, size_t n);
void strbuf_add(struct strbuf *b, const void *p, size_t n);
void strbuf_adds(struct strbuf *b, const char *s);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_addf(struct strbuf *b, const char *fmt, ...) PRINTF(2, 3);
void strbuf_vaddf(struct strbuf *b, const char *fmt, va_list ap) PRINTF(2, 0);
/* Appends `s` so that text from a guest or an archive cannot control a terminal: control characters
 * (with keep_lines all but \n and \t) and invalid UTF-8 are shown as \xNN. */
void strbuf_add_printable(struct strbuf *b, const char *s, size_t n, bool keep_lines);
/* The length in bytes of the well-formed UTF-8 character at s (no surrogate, no overlong form); 0
 * when there is none within n bytes. */
size_t utf8_char(const char *s, size_t n);
/* The number of characters in a string. An ill-formed byte counts as one. */
size_t utf8_width(const char *s);
/* Removes white space at the end. */
void strbuf_rtrim(struct strbuf *b);

#endif
