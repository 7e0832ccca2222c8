/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/payload/number.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"

#define SHOWN_BYTES 40

/* X(name, what it measures, factor to that, also across a blank). Names as programs print them. */
#define UNITS(X)                                                                                   \
	X("ns", "time", 1e-9, true)                                                                \
	X("nsec", "time", 1e-9, true)                                                              \
	X("us", "time", 1e-6, true)                                                                \
	X("usec", "time", 1e-6, true)                                                              \
	X("usecs", "time", 1e-6, true)                                                             \
	X("\u00b5s", "time", 1e-6, true)                                                           \
	X("\u03bcs", "time", 1e-6, true)                                                           \
	X("ms", "time", 1e-3, true)                                                                \
	X("msec", "time", 1e-3, true)                                                              \
	X("msecs", "time", 1e-3, true)                                                             \
	X("s", "time", 1, true)                                                                    \
	X("sec", "time", 1, true)                                                                  \
	X("secs", "time", 1, true)                                                                 \
	X("m", "time", 60, false)                                                                  \
	X("h", "time", 3600, false)                                                                \
	X("B", "bytes", 1, false)                                                                  \
	X("kB", "bytes", 1e3, true)                                                                \
	X("KB", "bytes", 1e3, true)                                                                \
	X("MB", "bytes", 1e6, true)                                                                \
	X("GB", "bytes", 1e9, true)                                                                \
	X("TB", "bytes", 1e12, true)                                                               \
	X("KiB", "bytes", 0x1p10, true)                                                            \
	X("MiB", "bytes", 0x1p20, true)                                                            \
	X("GiB", "bytes", 0x1p30, true)                                                            \
	X("TiB", "bytes", 0x1p40, true)                                                            \
	X("B/s", "bytes per second", 1, true)                                                      \
	X("kB/s", "bytes per second", 1e3, true)                                                   \
	X("KB/s", "bytes per second", 1e3, true)                                                   \
	X("MB/s", "bytes per second", 1e6, true)                                                   \
	X("GB/s", "bytes per second", 1e9, true)                                                   \
	X("KiB/s", "bytes per second", 0x1p10, true)                                               \
	X("MiB/s", "bytes per second", 0x1p20, true)                                               \
	X("GiB/s", "bytes per second", 0x1p30, true)                                               \
	X("bits/sec", "bits per second", 1, true)                                                  \
	X("Kbits/sec", "bits per second", 1e3, true)                                               \
	X("Mbits/sec", "bits per second", 1e6, true)                                               \
	X("Gbits/sec", "bits per second", 1e9, true)                                               \
	X("/s", "rate", 1, false)                                                                  \
	X("1/s", "rate", 1, false)                                                                 \
	X("%", "share", 1, true)

struct number_unit {
	const char *name, *what;
	double factor;
	bool behind_blank;
};
static const struct number_unit units[] = {
#define X(name_, what_, factor_, blank_) { name_, what_, factor_, blank_ },
	UNITS(X)
#undef X
};

static const struct {
	char letter;
	double factor;
} prefixes[] = { { 'k', 1e3 }, { 'K', 1e3 }, { 'M', 1e6 }, { 'G', 1e9 }, { 'T', 1e12 } };

const struct number_unit *number_unit_find(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(units); i++)
		if (streq(units[i].name, name))
			return &units[i];
	return NULL;
}

const char *number_unit_name(const struct number_unit *u)
{
	return u ? u->name : "none";
}

int number_convert(const struct number *n, const struct number_unit *to, double *out,
                   struct err *err)
{
	if (!n->unit || n->unit == to ||
	    (n->behind_blank && (!to || !streq(n->unit->what, to->what)))) {
		*out = n->value;
		return 0;
	}
	if (!to || !streq(n->unit->what, to->what))
		return err_set(err, ERR_FORMAT, "the output has it in %s, a unit of %s",
		               n->unit->name, n->unit->what);
	*out = n->value * n->unit->factor / to->factor;
	return 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '%' || (unsigned char)c >= 0x80;
}

static size_t digits_at(const char *s)
{
	size_t n = 0;

	while (is_digit(s[n]))
		n++;
	return n;
}

/* Digits, perhaps in groups of three; returns their bytes, or 0 if a comma is no thousands separator. */
static size_t whole_part(const char *s, struct strbuf *plain)
{
	size_t n = digits_at(s), at = n;
	bool grouped = n >= 1 && n <= 3 && s[0] != '0';

	strbuf_add(plain, s, n);
	while (s[at] == ',' && is_digit(s[at + 1])) {
		size_t more = digits_at(s + at + 1);

		if (!grouped || more != 3)
			return 0;
		strbuf_add(plain, s + at + 1, more);
		at += 1 + more;
	}
	return at;
}

/* From the sign to the exponent. 0: malformed. */
static size_t number_part(const char *s, struct strbuf *plain)
{
	size_t at = 0, n, e;

	if (s[at] == '+' || s[at] == '-')
		strbuf_addc(plain, s[at++]);
	if (is_digit(s[at])) {
		n = whole_part(s + at, plain);
		if (!n)
			return 0;
		at += n;
	}
	if (s[at] == '.' && (is_digit(s[at + 1]) || (at && is_digit(s[at - 1])))) {
		n = digits_at(s + at + 1);
		strbuf_add(plain, s + at, n + 1);
		at += n + 1;
	}
	e = at + 1 + (s[at + (s[at] != '\0')] == '+' || s[at + (s[at] != '\0')] == '-');
	if ((s[at] == 'e' || s[at] == 'E') && is_digit(s[e])) {
		n = e - at + digits_at(s + e);
		strbuf_add(plain, s + at, n);
		at += n;
	}
	/* "1.2.3", "1.5,3" */
	return (s[at] == '.' || s[at] == ',') && is_digit(s[at + 1]) ? 0 : at;
}

size_t number_token_end(const char *text, size_t from)
{
	size_t at = from;

	while (text[at] && !strchr(" \t\r\n;()[]{}|\"'", text[at]) &&
	       !(text[at] == ',' && !is_digit(text[at + 1])))
		at++;
	return at;
}

static int refuse(const char *text, size_t from, const char *why, struct err *err)
{
	size_t to = number_token_end(text, from);
	_cleanup_strbuf_ struct strbuf shown = STRBUF_INIT;

	strbuf_add_printable(&shown, text + from, to - from < SHOWN_BYTES ? to - from : SHOWN_BYTES,
	                     false);
	return err_set(err, ERR_FORMAT, "\"%s\" %s", strbuf_cstr(&shown), why);
}

/* The longest unit that ends where a word does. */
static const struct number_unit *unit_at(const char *s, bool blank, size_t *len)
{
	const struct number_unit *best = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		size_t n = strlen(units[i].name);

		if (strncmp(s, units[i].name, n) == 0 && !is_word(s[n]) && s[n] != '/' &&
		    (!blank || units[i].behind_blank) && (!best || n > *len)) {
			best = &units[i];
			*len = n;
		}
	}
	return best;
}

/* What stands behind the number: a unit, a power of 1000, or nothing of it. Returns its bytes. */
static size_t take_suffix(const char *s, struct number *out)
{
	size_t len = 0;

	out->unit = unit_at(s, false, &len);
	if (out->unit)
		return len;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (s[0] == prefixes[i].letter && !is_word(s[1])) {
			out->value *= prefixes[i].factor;
			return 1;
		}
	if (s[0] == ' ')
		out->unit = unit_at(s + 1, true, &len);
	out->behind_blank = out->unit != NULL;
	return 0;
}

static bool begins_number(const char *s)
{
	if (*s == '+' || *s == '-')
		s++;
	return is_digit(s[0]) || (s[0] == '.' && is_digit(s[1]));
}

/* "nan", "-inf": what a program prints that has no figure. */
static bool is_no_figure(const char *s)
{
	s += *s == '-' || *s == '+';
	return (strncasecmp(s, "nan", 3) == 0 || strncasecmp(s, "inf", 3) == 0) && !is_word(s[3]);
}

/* Whether the number began before `from`: "12" of "0.12" or "1,212". */
static bool is_cut_before(const char *text, size_t from)
{
	if (!from || !is_digit(text[from]))
		return false;
	if (is_digit(text[from - 1]))
		return true;
	return (text[from - 1] == '.' || text[from - 1] == ',') && from > 1 &&
	       is_digit(text[from - 2]);
}

/* Whether only blanks and punctuation are left. */
static bool is_rest(const char *s, size_t n)
{
	return strspn(s, " \t\r\n,;:.()[]{}|\"'") >= n;
}

static int read_plain(const char *text, const struct number_span *at, double *value, size_t *n,
                      struct err *err)
{
	bool open = at->end == at->to;
	size_t most = open ? number_token_end(text, at->from) - at->from : at->to - at->from;
	_cleanup_free_ char *token = xstrndup(text + at->from, most);
	_cleanup_strbuf_ struct strbuf plain = STRBUF_INIT;

	*n = number_part(token, &plain);
	if (!*n)
		return refuse(text, at->from, "is no number: a comma or a point too many", err);
	*value = strtod(strbuf_cstr(&plain), NULL);
	return 0;
}

int number_read(const char *text, const struct number_span *at, struct number *out, struct err *err)
{
	const char *s = text + at->from;
	struct number got = { 0 };
	size_t n, next;

	if (at->from >= at->to)
		return 0;
	if (is_no_figure(s))
		return refuse(text, at->from, "is no figure", err);
	if (!begins_number(s))
		return 0;
	if (at->begin == at->from && is_cut_before(text, at->from))
		return refuse(text, at->from, "is a part of a number", err);
	if (read_plain(text, at, &got.value, &n, err) < 0)
		return -(int)err->code;
	next = at->from + n + take_suffix(s + n, &got);
	if (next < at->to && !got.behind_blank && !is_rest(text + next, at->to - next))
		return refuse(text, at->from, "is more than a number and a unit", err);
	if (!isfinite(got.value))
		return refuse(text, at->from, "is too large", err);
	*out = got;
	return 1;
}
