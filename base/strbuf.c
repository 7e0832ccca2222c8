/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/strbuf.h"

void strbuf_done(struct strbuf *b)
{
	free(b->s);
	*b = (struct strbuf)STRBUF_INIT;
}

void strbuf_reset(struct strbuf *b)
{
	b->n = 0;
	if (b->s)
		b->s[0] = '\0';
}

const char *strbuf_cstr(const struct strbuf *b)
{
	return b->s ? b->s : "";
}

char *strbuf_steal(struct strbuf *b)
{
	char *s = b->s ? b->s : xstrdup("");

	*b = (struct strbuf)STRBUF_INIT;
	return s;
}

char *strbuf_reserve(struct strbuf *b, size_t n)
{
	if (b->n + n + 1 > b->cap) {
		b->cap = b->cap ? b->cap : 64;
		while (b->cap < b->n + n + 1)
			b->cap *= 2;
		b->s = xrealloc(b->s, b->cap, 1);
	}
	return b->s + b->n;
}

void strbuf_add(struct strbuf *b, const void *p, size_t n)
{
	char *at = strbuf_reserve(b, n);

	if (n)
		memcpy(at, p, n);
	at[n] = '\0';
	b->n += n;
}

void strbuf_adds(struct strbuf *b, const char *s)
{
	strbuf_add(b, s, strlen(s));
}

void strbuf_addc(struct strbuf *b, char c)
{
	strbuf_add(b, &c, 1);
}

void strbuf_vaddf(struct strbuf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return;
	vsnprintf(strbuf_reserve(b, (size_t)n), (size_t)n + 1, fmt, ap);
	b->n += (size_t)n;
}

void strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(b, fmt, ap);
	va_end(ap);
}

/* Table 3-7 of the Unicode standard: lead byte, bounds of the second byte, length. */
size_t utf8_char(const char *s, size_t n)
{
	static const struct {
		unsigned char first, last, lo, hi, len;
	} rows[] = {
		{ 0x00, 0x7f, 0, 0, 1 },       { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	const unsigned char *u = (const unsigned char *)s;

	for (size_t i = 0; n > 0 && i < ARRAY_SIZE(rows); i++) {
		if (u[0] < rows[i].first || u[0] > rows[i].last)
			continue;
		if (n < rows[i].len ||
		    (rows[i].len > 1 && (u[1] < rows[i].lo || u[1] > rows[i].hi)))
			return 0;
		for (size_t k = 2; k < rows[i].len; k++)
			if ((u[k] & 0xc0) != 0x80)
				return 0;
		return rows[i].len;
	}
	return 0;
}

size_t utf8_width(const char *s)
{
	size_t n = strlen(s), width = 0;

	for (size_t i = 0; i < n; width++) {
		size_t len = utf8_char(s + i, n - i);

		i += len ? len : 1;
	}
	return width;
}

static bool is_control(const unsigned char *u, size_t len)
{
	if (len == 1)
		return u[0] < 0x20 || u[0] == 0x7f;
	/* U+0080 to U+009F: a terminal treats them like ESC sequences. */
	return len == 2 && u[0] == 0xc2 && u[1] < 0xa0;
}

void strbuf_add_printable(struct strbuf *b, const char *s, size_t n, bool keep_lines)
{
	for (size_t i = 0; i < n;) {
		const unsigned char *u = (const unsigned char *)s + i;
		size_t len = utf8_char(s + i, n - i);
		bool kept = keep_lines && (*u == '\n' || *u == '\t');

		if (len && (kept || !is_control(u, len))) {
			strbuf_add(b, u, len);
			i += len;
			continue;
		}
		for (size_t k = 0; k < (len ? len : 1); k++)
			strbuf_addf(b, "\\x%02x", u[k]);
		i += len ? len : 1;
	}
}

void strbuf_rtrim(struct strbuf *b)
{
	while (b->n && isspace((unsigned char)b->s[b->n - 1]))
		b->s[--b->n] = '\0';
}
