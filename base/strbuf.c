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

static char *reserve(struct strbuf *b, size_t n)
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
	char *at = reserve(b, n);

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
	vsnprintf(reserve(b, (size_t)n), (size_t)n + 1, fmt, ap);
	b->n += (size_t)n;
}

void strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(b, fmt, ap);
	va_end(ap);
}

/* Length of the well-formed UTF-8 sequence at s (1…4), 0 when it is none, overlong, a surrogate, a
 * C1 control or beyond U+10FFFF. */
static size_t utf8_length(const unsigned char *s, size_t n)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc2 ? 2 : 0;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t cp;

	if (len <= 1)
		return len;
	if (len > n || s[0] > 0xf4)
		return 0;
	cp = s[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		cp = cp << 6 | (s[i] & 0x3fu);
	}
	if (cp < least[len] || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000) || cp < 0xa0)
		return 0;
	return len;
}

void strbuf_add_printable(struct strbuf *b, const char *s, size_t n, bool keep_lines)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + n;

	while (p < end) {
		size_t len = utf8_length(p, (size_t)(end - p));
		bool control = *p < 0x20 || *p == 0x7f;

		if (keep_lines && (*p == '\n' || *p == '\t'))
			control = false;
		if (len == 0 || control) {
			strbuf_addf(b, "\\x%02x", *p);
			len = 1;
		} else {
			strbuf_add(b, p, len);
		}
		p += len;
	}
}

void strbuf_rtrim(struct strbuf *b)
{
	while (b->n && isspace((unsigned char)b->s[b->n - 1]))
		b->s[--b->n] = '\0';
}
