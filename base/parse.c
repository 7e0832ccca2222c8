/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/strbuf.h"

static int bad(const char *s, const char *what, const char *want, struct err *err)
{
	_cleanup_strbuf_ struct strbuf shown = STRBUF_INIT;

	strbuf_add_printable(&shown, s, strnlen(s, 64), false);
	return err_set(err, ERR_USAGE, "%s: \"%s\" is not %s", what, strbuf_cstr(&shown), want);
}

int parse_u64(const char *s, const char *what, uint64_t min, uint64_t max, uint64_t *out,
              struct err *err)
{
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(s, &end, 10);
	if (!isdigit((unsigned char)s[0]) || *end)
		return bad(s, what, "a whole number", err);
	if (errno || v < min || v > max) {
		if (max == UINT64_MAX && min == 0)
			return bad(s, what, "a number this small", err);
		if (max == UINT64_MAX)
			return err_set(err, ERR_USAGE, "%s: %.32s is less than %" PRIu64, what, s,
			               min);
		return err_set(err, ERR_USAGE, "%s: %.32s is not in %" PRIu64 "…%" PRIu64, what, s,
		               min, max);
	}
	*out = v;
	return 0;
}

int parse_i64(const char *s, const char *what, int64_t min, int64_t max, int64_t *out,
              struct err *err)
{
	long long v;
	char *end;

	errno = 0;
	v = strtoll(s, &end, 10);
	if (!(isdigit((unsigned char)s[0]) || (s[0] == '-' && isdigit((unsigned char)s[1]))) ||
	    *end)
		return bad(s, what, "a whole number", err);
	if (errno || v < min || v > max)
		return err_set(err, ERR_USAGE, "%s: %.32s is not in %" PRId64 "…%" PRId64, what, s,
		               min, max);
	*out = v;
	return 0;
}

/* Digits with at most one point: no exponents, hexadecimal, inf or nan, no sign but '-'. */
static bool is_plain_decimal(const char *s, size_t n)
{
	size_t i = n && s[0] == '-' ? 1 : 0, digits = 0, points = 0;

	for (; i < n; i++) {
		if (isdigit((unsigned char)s[i]))
			digits++;
		else if (s[i] == '.')
			points++;
		else
			return false;
	}
	return digits > 0 && points <= 1;
}

int parse_f64(const char *s, const char *what, double min, double max, double *out, struct err *err)
{
	char *end;
	double v = strtod(s, &end);

	if (!*s || *end || isspace((unsigned char)s[0]) || !isfinite(v))
		return bad(s, what, "a number", err);
	if (v < min || v > max)
		return err_set(err, ERR_USAGE, "%s: %.32s is not in %g…%g", what, s, min, max);
	*out = v;
	return 0;
}

struct unit {
	const char *name;
	double scale;
};

/* A plain decimal followed by one of the units. */
static int parse_scaled(const char *s, const struct unit *units, size_t n, double *out)
{
	size_t digits = strspn(s, "0123456789.");
	_cleanup_free_ char *number = xstrndup(s, digits);

	if (!is_plain_decimal(s, digits))
		return -1;
	for (size_t i = 0; i < n; i++) {
		double v;

		if (!streq(s + digits, units[i].name))
			continue;
		v = strtod(number, NULL) * units[i].scale;
		if (v > 9.2e18)
			return -1;
		*out = v;
		return 0;
	}
	return -1;
}

int parse_size(const char *s, const char *what, uint64_t *out, struct err *err)
{
	static const struct unit units[] = {
		{ "", 1 },
		{ "B", 1 },
		{ "K", 1024 },
		{ "KB", 1024 },
		{ "KiB", 1024 },
		{ "M", 1048576 },
		{ "MB", 1048576 },
		{ "MiB", 1048576 },
		{ "G", 1073741824 },
		{ "GB", 1073741824 },
		{ "GiB", 1073741824 },
		{ "T", 1099511627776.0 },
		{ "TB", 1099511627776.0 },
		{ "TiB", 1099511627776.0 },
	};
	double v;

	if (parse_scaled(s, units, ARRAY_SIZE(units), &v) < 0)
		return bad(s, what, "a size such as 512, 64K, 1.5G", err);
	*out = (uint64_t)v;
	return 0;
}

int parse_duration_ns(const char *s, const char *what, uint64_t *out, struct err *err)
{
	static const struct unit units[] = {
		{ "ns", 1 },  { "us", 1e3 }, { "µs", 1e3 },   { "ms", 1e6 },
		{ "s", 1e9 }, { "m", 60e9 }, { "min", 60e9 }, { "h", 3600e9 },
	};
	double v;

	if (streq(s, "0")) {
		*out = 0;
		return 0;
	}
	if (parse_scaled(s, units, ARRAY_SIZE(units), &v) < 0)
		return bad(s, what, "a duration such as 250ms, 2s, 1.5m", err);
	*out = (uint64_t)(v + 0.5);
	return 0;
}

static int by_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static size_t uniq_u32(uint32_t *v, size_t n)
{
	size_t kept = 0;

	qsort(v, n, sizeof(*v), by_u32);
	for (size_t i = 0; i < n; i++)
		if (!kept || v[kept - 1] != v[i])
			v[kept++] = v[i];
	return kept;
}

int parse_cpulist(const char *s, const char *what, uint32_t max_cpu, uint32_t **out, size_t *n,
                  struct err *err)
{
	_cleanup_strv_ struct strv parts = STRV_INIT;
	_cleanup_free_ uint32_t *cpus = NULL;
	size_t count = 0;

	if (!*s || s[strlen(s) - 1] == ',' || s[0] == ',' || strstr(s, ",,"))
		return bad(s, what, "a CPU list such as 0-3,8", err);
	strv_split(&parts, s, ",");
	strv_each (&parts, i) {
		char *dash = strchr(parts.v[i], '-');
		uint64_t lo, hi;

		if (dash)
			*dash = '\0';
		if (parse_u64(parts.v[i], what, 0, max_cpu, &lo, err) < 0)
			return -(int)err->code;
		hi = lo;
		if (dash && parse_u64(dash + 1, what, lo, max_cpu, &hi, err) < 0)
			return -(int)err->code;
		for (uint64_t c = lo; c <= hi; c++)
			*xgrow(cpus, count) = (uint32_t)c;
	}
	*n = uniq_u32(cpus, count);
	*out = steal_ptr(&cpus);
	return 0;
}

char *format_cpulist(const uint32_t *cpus, size_t n)
{
	struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < n;) {
		size_t j = i;

		while (j + 1 < n && cpus[j + 1] == cpus[j] + 1)
			j++;
		strbuf_addf(&b, "%s%" PRIu32, b.n ? "," : "", cpus[i]);
		if (j > i)
			strbuf_addf(&b, "-%" PRIu32, cpus[j]);
		i = j + 1;
	}
	return strbuf_steal(&b);
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein, one row at a time. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t n = strlen(b), left, diag;
	_cleanup_free_ size_t *row = xcalloc(n + 1, sizeof(*row));

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		diag = row[0];
		row[0] = left = i;
		for (size_t j = 1; j <= n; j++) {
			size_t up = row[j];

			left = min3(up + 1, left + 1, diag + (a[i - 1] != b[j - 1]));
			diag = up;
			row[j] = left;
		}
	}
	return row[n];
}

const char *parse_suggest(const char *word, const char *const *candidates, size_t n)
{
	size_t best = SIZE_MAX, len = strnlen(word, 256);
	size_t most = len / 3 > 2 ? len / 3 : 2;
	const char *found = NULL;

	if (len >= 256)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t d = candidates[i] ? edit_distance(word, candidates[i]) : SIZE_MAX;

		/* not so far that nothing of the word is left */
		if (d < best && d <= most && d < len) {
			best = d;
			found = candidates[i];
		}
	}
	return found;
}
