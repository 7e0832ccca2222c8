/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds numbers in a program's output. The output comes from a guest: it may be of any length,
 * irregular, or no text at all. */
#include "base/mem.h"
#include "harness/payload/extract.h"

#define NAMES(list, var)                                                                           \
	static const char *const var##_text[] = { list(NAME) };                                    \
	const struct json_names var##_names = JSON_NAMES(var##_text)
#define NAME(e, name, ...) [e] = name,
NAMES(PAYLOAD_SOURCES, payload_source);
NAMES(PAYLOAD_PICKS, payload_pick);
NAMES(PAYLOAD_POLARITIES, payload_polarity);

void found_add(struct found *f, const char *suffix, double value)
{
	struct found_one *one = NULL;

	if (!isfinite(value) || f->total >= FOUND_MAX)
		return;
	for (size_t i = 0; i < f->n && !one; i++)
		if (streq_null(f->v[i].suffix, suffix))
			one = &f->v[i];
	if (!one) {
		if (f->n >= PAYLOAD_VALUES_MAX)
			return;
		one = xgrow(f->v, f->n);
		one->suffix = xstrdup(suffix);
	}
	*xgrow(one->values, one->n) = value;
	f->total++;
}

void found_done(struct found *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->v[i].suffix);
		free(f->v[i].values);
	}
	free(f->v);
	*f = (struct found){ 0 };
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double quantile(const double *v, size_t n, double q)
{
	_cleanup_free_ double *sorted = xcalloc(n, sizeof(*sorted));
	size_t rank = (size_t)ceil(q * (double)n);

	memcpy(sorted, v, n * sizeof(*v));
	qsort(sorted, n, sizeof(*sorted), compare_doubles);
	return sorted[rank ? rank - 1 : 0];
}

static double sum(const double *v, size_t n)
{
	double s = 0;

	for (size_t i = 0; i < n; i++)
		s += v[i];
	return s;
}

static double pick(const double *v, size_t n, enum payload_pick how)
{
	switch (how) {
	case PICK_FIRST: return v[0];
	case PICK_LAST: return v[n - 1];
	case PICK_MIN: return quantile(v, n, 0);
	case PICK_MAX: return quantile(v, n, 1);
	case PICK_SUM: return sum(v, n);
	case PICK_MEAN: return sum(v, n) / (double)n;
	case PICK_P50: return quantile(v, n, 0.5);
	case PICK_P99: return quantile(v, n, 0.99);
	case PAYLOAD_PICK_COUNT: break;
	}
	return NAN;
}

static void add_value(struct payload_values *out, const struct payload_metric *m,
                      const char *suffix, double value)
{
	if (out->n >= PAYLOAD_VALUES_MAX)
		return;
	*xgrow(out->v, out->n) = (struct payload_value){
		.name = suffix ? xasprintf("%s.%s", m->name, suffix) : xstrdup(m->name),
		.def = m,
		.value = isfinite(value) ? value : NAN,
	};
}

/* "12us" is 12; "0x1f", "nan" and "inf" are not numbers (NaN). */
double number_in(const char *s, size_t n)
{
	_cleanup_free_ char *copy = xstrndup(s, n);
	size_t digits = strspn(copy, "+-0123456789.eE");
	char *end;
	double v;

	if (copy[digits] == 'x' || copy[digits] == 'X')
		return NAN;
	copy[digits] = '\0';
	v = strtod(copy, &end);
	return end == copy ? NAN : v;
}

static bool ends_key(char c)
{
	return c == '\0' || strchr(" \t\n\r,;({[|", c);
}

/* Finds numbers after KEY= or KEY:, at the start of a word; blanks around the sign are allowed. */
static void find_kv(const char *key, const char *text, struct found *out)
{
	size_t n = strlen(key);

	for (const char *p = text; n && (p = strstr(p, key)); p += n) {
		const char *v = p + n;

		v += strspn(v, " \t");
		if ((p != text && !ends_key(p[-1])) || (*v != '=' && *v != ':'))
			continue;
		v++;
		v += strspn(v, " \t");
		found_add(out, NULL, number_in(v, strcspn(v, " \t\r\n")));
	}
}

static void find(const struct payload_metric *m, const char *text, struct json_object *doc,
                 struct found *out)
{
	switch (m->from) {
	case PAYLOAD_JSON: find_json(m->path, doc, out); break;
	case PAYLOAD_REGEX: find_regex(m->path, text, out); break;
	case PAYLOAD_KV: find_kv(m->path, text, out); break;
	case PAYLOAD_SOURCE_COUNT: break;
	}
}

static bool wants_json(const struct payload_metric *metrics, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (metrics[i].from == PAYLOAD_JSON)
			return true;
	return false;
}

void payload_extract(const struct payload_metric *metrics, size_t n, const char *text,
                     struct payload_values *out)
{
	_cleanup_json_ struct json_object *doc = wants_json(metrics, n) ? first_json(text) : NULL;

	for (size_t i = 0; i < n; i++) {
		struct found f = { 0 };

		find(&metrics[i], text, doc, &f);
		for (size_t k = 0; k < f.n; k++)
			add_value(out, &metrics[i], f.v[k].suffix,
			          pick(f.v[k].values, f.v[k].n, metrics[i].pick));
		if (!f.n)
			add_value(out, &metrics[i], NULL, NAN);
		found_done(&f);
	}
}

void payload_values_done(struct payload_values *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->v[i].name);
	free(v->v);
	*v = (struct payload_values){ 0 };
}
