/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/strbuf.h"

#define SHOWN_BYTES 80
#define LONG_WORD   8  /* letters */
#define LISTED_MAX  12 /* names that a message lists */

static int refuse(const char *s, const char *what, struct err *err, const char *why)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	size_t n = strnlen(s, SHOWN_BYTES + 1);

	strbuf_add_printable(&b, s, n > SHOWN_BYTES ? SHOWN_BYTES : n, false);
	if (n > SHOWN_BYTES)
		strbuf_adds(&b, "...");
	return err_set(err, ERR_USAGE, "%s: \"%s\" %s", what, strbuf_cstr(&b), why);
}

#define PADDED "has a leading zero: write the number without it"

enum digits {
	DIGITS_OK,
	DIGITS_NONE,
	DIGITS_PADDED,
	DIGITS_TOO_BIG,
};

bool parse_is_padded(const char *digits)
{
	return digits[0] == '0' && isdigit((unsigned char)digits[1]);
}

/* Reads decimal digits at *s and moves *s past them. */
static enum digits take_digits(const char **s, uint64_t *out)
{
	const char *start = *s;
	bool big = false, padded = parse_is_padded(start);
	uint64_t v = 0;

	for (; isdigit((unsigned char)**s); ++*s)
		big |= __builtin_mul_overflow(v, 10, &v) ||
		       __builtin_add_overflow(v, (uint64_t)(**s - '0'), &v);
	if (*s == start)
		return DIGITS_NONE;
	if (padded)
		return DIGITS_PADDED;
	if (big)
		return DIGITS_TOO_BIG;
	*out = v;
	return DIGITS_OK;
}

int parse_u64(const char *s, const char *what, uint64_t min, uint64_t max, uint64_t *out,
              struct err *err)
{
	const char *p = s;
	uint64_t v = 0;
	enum digits d = take_digits(&p, &v);
	char why[96];

	if (d == DIGITS_NONE || *p)
		return refuse(s, what, err, "is not a whole number");
	if (d == DIGITS_PADDED)
		return refuse(s, what, err, PADDED);
	if (d == DIGITS_TOO_BIG || v < min || v > max) {
		snprintf(why, sizeof(why), "is not between %" PRIu64 " and %" PRIu64, min, max);
		return refuse(s, what, err, why);
	}
	*out = v;
	return 0;
}

int parse_i64(const char *s, const char *what, int64_t min, int64_t max, int64_t *out,
              struct err *err)
{
	bool neg = *s == '-';
	const char *p = s + neg;
	uint64_t v = 0;
	enum digits d = take_digits(&p, &v);
	char why[96];
	int64_t signed_v;

	if (d == DIGITS_NONE || *p)
		return refuse(s, what, err, "is not a whole number");
	if (d == DIGITS_PADDED)
		return refuse(s, what, err, PADDED);
	if (d == DIGITS_TOO_BIG || v > (uint64_t)INT64_MAX + neg)
		goto out_of_range;
	signed_v = neg ? (int64_t)(0 - v) : (int64_t)v;
	if (signed_v < min || signed_v > max)
		goto out_of_range;
	*out = signed_v;
	return 0;

out_of_range:
	snprintf(why, sizeof(why), "is not between %" PRId64 " and %" PRId64, min, max);
	return refuse(s, what, err, why);
}

int parse_f64(const char *s, const char *what, double min, double max, double *out, struct err *err)
{
	size_t plain = strspn(s, "0123456789+-.eE");
	char why[96], *end;
	double v;

	/* strtod() would also accept spaces, "inf", "nan" and hexadecimal. */
	if (!*s || s[plain] || *s == '+')
		return refuse(s, what, err, "is not a number");
	v = strtod(s, &end);
	if (*end)
		return refuse(s, what, err, "is not a number");
	if (parse_is_padded(s + (*s == '-')))
		return refuse(s, what, err, PADDED);
	if (!isfinite(v) || v < min || v > max) {
		snprintf(why, sizeof(why), "is not between %g and %g", min, max);
		return refuse(s, what, err, why);
	}
	*out = v;
	return 0;
}

struct suffix {
	const char *suffix;
	uint64_t scale;
};

#define FRACTION_SCALE 1000000000000ULL /* decimals after the twelfth are dropped */

static enum digits take_fraction(const char **s, uint64_t *parts)
{
	uint64_t place = FRACTION_SCALE;
	const char *start = *s;

	*parts = 0;
	for (; isdigit((unsigned char)**s); ++*s) {
		place /= 10;
		*parts += place * (uint64_t)(**s - '0');
	}
	return *s == start ? DIGITS_NONE : DIGITS_OK;
}

/* "1.5G" with a table of suffixes. `kind` names the expected kind of value in the message. */
static int parse_scaled(const char *s, const char *what, const struct suffix *units,
                        const char *kind, uint64_t *out, struct err *err)
{
	uint64_t whole = 0, parts = 0;
	const struct suffix *u = units;
	const char *p = s;
	enum digits d = take_digits(&p, &whole);
	unsigned __int128 v;
	char why[96];

	snprintf(why, sizeof(why), "is not a %s", kind);
	if (d == DIGITS_NONE || (*p == '.' && (p++, take_fraction(&p, &parts)) == DIGITS_NONE))
		return refuse(s, what, err, why);
	while (u->suffix && !streq(u->suffix, p))
		u++;
	if (u->suffix && d == DIGITS_PADDED)
		return refuse(s, what, err, PADDED);
	/* Refused: half a byte; a number without a unit, such as "2", where only "0" may have none
	 * (scale 0). */
	if (!u->suffix || (u->scale <= 1 && memchr(s, '.', (size_t)(p - s))) ||
	    (u->scale == 0 && (whole || d == DIGITS_TOO_BIG)))
		return refuse(s, what, err, why);
	v = (unsigned __int128)whole * u->scale +
	    (unsigned __int128)parts * u->scale / FRACTION_SCALE;
	if (d == DIGITS_TOO_BIG || v > UINT64_MAX)
		return refuse(s, what, err, "is too large");
	*out = (uint64_t)v;
	return 0;
}

int parse_size(const char *s, const char *what, uint64_t *out, struct err *err)
{
#define SIZE_UNIT(c, shift)                                                                        \
	{ c, 1ULL << (shift) }, { c "B", 1ULL << (shift) },                                        \
	{                                                                                          \
		c "iB", 1ULL << (shift)                                                            \
	}
	static const struct suffix units[] = {
		{ "", 1 },          { "B", 1 },         SIZE_UNIT("K", 10),
		SIZE_UNIT("k", 10), SIZE_UNIT("M", 20), SIZE_UNIT("G", 30),
		SIZE_UNIT("T", 40), SIZE_UNIT("P", 50), { NULL, 0 },
	};

	return parse_scaled(s, what, units, "size (like 512, 64K or 1.5G)", out, err);
}

int parse_duration_ns(const char *s, const char *what, uint64_t *out, struct err *err)
{
	static const struct suffix units[] = {
		{ "", 0 },
		{ "ns", 1 },
		{ "us", 1000 },
		{ "µs", 1000 },
		{ "µs", 1000 },
		{ "ms", 1000000 },
		{ "s", 1000000000 },
		{ "m", 60000000000 },
		{ "min", 60000000000 },
		{ "min", 60000000000 },
		{ "h", 3600000000000 },
		{ NULL, 0 },
	};

	return parse_scaled(s, what, units, "duration (like 250ms, 2s or 1.5m)", out, err);
}

/* Adds one "a" or "a-b" to the set. */
static int take_range(const char **p, uint8_t *set, uint32_t max_cpu)
{
	uint64_t a = 0, b;

	if (take_digits(p, &a) != DIGITS_OK)
		return -1;
	b = a;
	if (**p == '-' && (++*p, take_digits(p, &b)) != DIGITS_OK)
		return -1;
	if (b < a || b > max_cpu)
		return -1;
	for (uint64_t i = a; i <= b; i++)
		set[i / 8] |= (uint8_t)(1U << (i % 8));
	return 0;
}

int parse_cpulist(const char *s, const char *what, uint32_t max_cpu, uint32_t **out, size_t *n,
                  struct err *err)
{
	_cleanup_free_ uint8_t *set = xcalloc((size_t)max_cpu / 8 + 1, 1);
	_cleanup_free_ uint32_t *cpus = NULL;
	const char *p = s;
	size_t count = 0;
	char why[96];

	snprintf(why, sizeof(why), "is not a list of CPUs up to %" PRIu32 " (like 0-3,8)", max_cpu);
	do {
		if (take_range(&p, set, max_cpu) < 0)
			return refuse(s, what, err, why);
	} while (*p == ',' && *++p != '\0');
	if (*p || (p > s && p[-1] == ','))
		return refuse(s, what, err, why);
	for (uint64_t i = 0; i <= max_cpu; i++)
		if (set[i / 8] & (1U << (i % 8)))
			*xgrow(cpus, count) = (uint32_t)i;
	*out = steal_ptr(&cpus);
	*n = count;
	return 0;
}

char *format_cpulist(const uint32_t *cpus, size_t n)
{
	struct strbuf b = STRBUF_INIT;

	for (size_t i = 0, last; i < n; i = last + 1) {
		for (last = i; last + 1 < n && cpus[last + 1] == cpus[last] + 1; last++)
			;
		strbuf_addf(&b, "%s%" PRIu32, i ? "," : "", cpus[i]);
		if (last > i)
			strbuf_addf(&b, "-%" PRIu32, cpus[last]);
	}
	return strbuf_steal(&b);
}

#define SUGGEST_MAX 63

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Optimal string alignment: insert, delete, replace and swap of neighbours cost 1 each. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t rows[3][SUGGEST_MAX + 1], *before = rows[0], *last = rows[1], *now = rows[2];
	size_t na = strlen(a), nb = strlen(b);

	for (size_t j = 0; j <= nb; j++)
		last[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t *spare = before;

		now[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			now[j] = min3(last[j] + 1, now[j - 1] + 1,
			              last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = min3(now[j], before[j - 2] + 1, SIZE_MAX);
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[nb];
}

/* Appends what is quoted, from after the quote on. Returns the end, or NULL when it does not end. */
static const char *take_quoted(const char *s, char quote, struct strbuf *word)
{
	for (; *s && *s != quote; s++) {
		if (quote == '"' && s[0] == '\\' && (s[1] == '"' || s[1] == '\\'))
			s++;
		strbuf_addc(word, *s);
	}
	return *s ? s + 1 : NULL;
}

/* Appends one word. Returns its end, or NULL. */
static const char *take_word(const char *s, struct strbuf *word)
{
	while (s && *s && !isspace((unsigned char)*s)) {
		if (*s == '\'' || *s == '"') {
			s = take_quoted(s + 1, *s, word);
			continue;
		}
		if (*s == '\\' && !*++s)
			return NULL;
		strbuf_addc(word, *s++);
	}
	return s;
}

int parse_words(const char *s, const char *what, struct strv *out, struct err *err)
{
	_cleanup_strv_ struct strv words = STRV_INIT;
	const char *at = s;

	for (;;) {
		_cleanup_strbuf_ struct strbuf word = STRBUF_INIT;

		at += strspn(at, " \t\n\r\f\v");
		if (!*at)
			break;
		at = take_word(at, &word);
		if (!at)
			return refuse(s, what, err, "has a quote or a backslash without its end");
		strv_add(&words, strbuf_cstr(&word));
	}
	strv_copy(out, &words);
	return 0;
}

char *format_word(const char *word)
{
	struct strbuf b = STRBUF_INIT;

	if (*word &&
	    word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	                      "_-./:=,+@%")] == '\0')
		return xstrdup(word);
	strbuf_addc(&b, '\'');
	for (; *word; word++)
		if (*word == '\'')
			strbuf_adds(&b, "'\\''");
		else
			strbuf_addc(&b, *word);
	strbuf_addc(&b, '\'');
	return strbuf_steal(&b);
}

const char *parse_suggest(const char *word, const char *const *candidates, size_t n)
{
	size_t len = strlen(word), best = len / 3 + 1;
	const char *found = NULL;

	if (len < 2 || len > SUGGEST_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		const char *c = candidates[i];
		size_t d;

		if (!c || strlen(c) > SUGGEST_MAX)
			continue;
		d = len >= 3 && starts_with(c, word) ? 1 : edit_distance(word, c);
		if (d < best || (!found && d == best)) {
			best = d;
			found = c;
		}
	}
	return found;
}

bool parse_is_slip(const char *word, const char *of)
{
	size_t len = strlen(word), d;

	if (len > SUGGEST_MAX || strlen(of) > SUGGEST_MAX)
		return false;
	d = edit_distance(word, of);
	return d == 1 || (d == 2 && len >= LONG_WORD);
}

char *parse_hint(const char *word, const char *const *candidates, size_t n)
{
	const char *near = parse_suggest(word, candidates, n);
	struct strbuf b = STRBUF_INIT;

	if (near)
		return xasprintf(", did you mean \"%s\"?", near);
	for (size_t i = 0; i < n && n <= LISTED_MAX; i++)
		strbuf_addf(&b, "%s%s", i ? ", " : ": there are ", candidates[i]);
	return strbuf_steal(&b);
}

char *format_figure(double v)
{
	double size = fabs(v);

	if ((size == floor(size) && size < 1e15) || size >= 100)
		return xasprintf("%.0f", v);
	return size >= 10 ? xasprintf("%.1f", v) : xasprintf("%.3g", v);
}
