/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/payload/number.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"

#define SHOWN_BYTES 40

static const struct {
	char letter;
	double factor;
} prefixes[] = { { 'k', 1e3 }, { 'K', 1e3 }, { 'M', 1e6 }, { 'G', 1e9 }, { 'T', 1e12 } };

const char *number_unit_name(const struct unit *u)
{
	return u ? u->name : "none";
}

int number_convert(const struct number *n, const struct unit *to, double *out, struct err *err)
{
	if (!n->unit || n->unit == to || (n->behind_blank && (!to || n->unit->of != to->of))) {
		*out = n->value;
		return 0;
	}
	if (!to || n->unit->of != to->of)
		return err_set(err, ERR_FORMAT, "the output has it in %s, a unit of %s",
		               n->unit->name, unit_quantity(n->unit));
	*out = n->value * n->unit->size / to->size;
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
	/* "1.2.3", "1.5,3", "1'000" */
	return s[at] && strchr(".,'", s[at]) && is_digit(s[at + 1]) ? 0 : at;
}

/* A comma or an apostrophe ends a token, unless it may separate groups of digits. */
static bool ends_token(const char *text, size_t from, size_t at)
{
	if (text[at] == ',')
		return !is_digit(text[at + 1]);
	if (text[at] == '\'')
		return at == from || !is_digit(text[at - 1]) || !is_digit(text[at + 1]);
	return strchr(" \t\r\n;()[]{}|\"", text[at]) != NULL;
}

size_t number_token_end(const char *text, size_t from)
{
	size_t at = from;

	while (text[at] && !ends_token(text, from, at))
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
static const struct unit *unit_at(const char *s, unsigned int flags, size_t *len)
{
	const struct unit *best = NULL;

	for (size_t i = 0; i < n_units; i++) {
		size_t n = strlen(units[i].name);

		if (strncmp(s, units[i].name, n) == 0 && !is_word(s[n]) && s[n] != '/' &&
		    (units[i].flags & flags) == flags && (!best || n > *len)) {
			best = &units[i];
			*len = n;
		}
	}
	return best;
}

/* The power of 1000 that a letter alone stands for, or 0. */
static double prefix_at(const char *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (s[0] == prefixes[i].letter && !is_word(s[1]))
			return prefixes[i].factor;
	return 0;
}

/* What stands behind the number: a unit, a power of 1000, or nothing of it. Returns the bytes that surely
 * belong to the number. */
static size_t take_suffix(const char *s, struct number *out)
{
	const bool apart = s[0] == ' ';
	size_t len = 0;
	double factor;

	out->unit = unit_at(s, UNIT_PRINTED, &len);
	if (out->unit)
		return len;
	factor = prefix_at(s + apart);
	if (factor > 0) {
		out->value *= factor;
		return apart + 1U;
	}
	if (apart)
		out->unit = unit_at(s + 1, UNIT_PRINTED | UNIT_APART, &len);
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
	static const char *const words[] = { "nan", "inf", "infinity" };

	s += *s == '-' || *s == '+';
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t n = strlen(words[i]);

		if (strncasecmp(s, words[i], n) == 0 && !is_word(s[n]))
			return true;
	}
	return false;
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
		return refuse(text, at->from, "is no number: a separator too many", err);
	*value = strtod(strbuf_cstr(&plain), NULL);
	return 0;
}

/* Whether the number and its unit, which end at `next`, are all that is to be read. */
static bool ends_there(const char *text, const struct number_span *at, size_t next,
                       const struct number *n)
{
	if (next >= at->to)
		return at->to != at->end || !is_word(text[next]);
	return n->behind_blank || is_rest(text + next, at->to - next);
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
	if (!ends_there(text, at, next, &got))
		return refuse(text, at->from, "is more than a number and a unit", err);
	if (!isfinite(got.value))
		return refuse(text, at->from, "is too large", err);
	*out = got;
	return 1;
}
