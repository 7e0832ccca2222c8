/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds numbers in a program's output. The output comes from a guest: it may be of any length,
 * irregular, or no text at all. */
#include "base/mem.h"
#include "base/sort.h"
#include "harness/payload/extract.h"

#define NAMES(list, var)                                                                           \
	static const char *const var##_text[] = { list(NAME) };                                    \
	const struct json_names var##_names = JSON_NAMES(var##_text)
#define NAME(e, name, ...) [e] = name,
NAMES(PAYLOAD_SOURCES, payload_source);
NAMES(PAYLOAD_PICKS, payload_pick);
NAMES(PAYLOAD_POLARITIES, payload_polarity);

static struct found_one *one_of(struct found *f, const char *suffix)
{
	struct found_one *one;

	for (size_t i = 0; i < f->n; i++)
		if (streq_null(f->v[i].suffix, suffix))
			return &f->v[i];
	if (f->n >= PAYLOAD_VALUES_MAX)
		return NULL;
	one = xgrow(f->v, f->n);
	one->suffix = xstrdup(suffix);
	return one;
}

/* Adds a value, which is the last one there. NULL: there are too many. */
static struct found_one *add_one(struct found *f, const char *suffix)
{
	struct found_one *one;

	if (f->total >= FOUND_MAX) {
		if (!f->why)
			f->why = xasprintf("the output has more than %d values", FOUND_MAX);
		return NULL;
	}
	one = one_of(f, suffix);
	if (!one)
		return NULL;
	f->total++;
	xgrow(one->values, one->n)->value = NAN;
	return one;
}

/* Without a declared unit, all values have that of the first one; 0 may come without. */
static int take_unit(const struct found *f, struct found_one *one, const struct number *n,
                     double *value, struct err *err)
{
	bool first = one->n == 1;

	if (f->unit)
		return number_convert(n, unit_find(f->unit, UNIT_PRINTED), value, err);
	*value = n->value;
	if (first || (one->first.value == 0 && !one->first.unit))
		one->first = *n;
	if (n->unit == one->first.unit || (n->value == 0 && !n->unit))
		return 0;
	return err_set(err, ERR_FORMAT,
	               "the output has it in different units, %s and %s: declare a `unit`",
	               number_unit_name(one->first.unit), number_unit_name(n->unit));
}

void found_add(struct found *f, const char *suffix, const struct number *n)
{
	struct found_one *one = add_one(f, suffix);
	struct found_value *v = one ? &one->values[one->n - 1] : NULL;
	struct err err = ERR_INIT;

	if (!v)
		return;
	if (!isfinite(n->value))
		v->why = xstrdup("the number there is not finite, or too large");
	else if (take_unit(f, one, n, &v->value, &err) < 0) {
		v->value = NAN;
		v->why = xstrdup(err.msg);
	}
}

void found_read(struct found *f, const char *suffix, const char *text, const struct number_span *at)
{
	struct err err = ERR_INIT;
	struct number n;
	int r = number_read(text, at, &n, &err);
	struct found_one *one;

	if (r > 0)
		found_add(f, suffix, &n);
	else if (r < 0 && (one = add_one(f, suffix)))
		one->values[one->n - 1].why = xstrdup(err.msg);
}

void found_done(struct found *f)
{
	for (size_t i = 0; i < f->n; i++) {
		for (size_t k = 0; k < f->v[i].n; k++)
			free(f->v[i].values[k].why);
		free(f->v[i].suffix);
		free(f->v[i].values);
	}
	free(f->v);
	free(f->why);
	*f = (struct found){ 0 };
}

static double quantile(const double *v, size_t n, double q)
{
	_cleanup_free_ double *sorted = xcalloc(n, sizeof(*sorted));
	size_t rank = (size_t)ceil(q * (double)n);

	memcpy(sorted, v, n * sizeof(*v));
	sort_doubles(sorted, n);
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

/* Whether a pick needs every value of the output. */
static bool needs_all(enum payload_pick how)
{
	return how != PICK_FIRST && how != PICK_LAST;
}

/* The reason of the first value that was refused and that the pick needs; NULL: none. */
static const char *refused(const struct found_one *one, enum payload_pick how)
{
	if (how == PICK_FIRST)
		return one->values[0].why;
	if (how == PICK_LAST)
		return one->values[one->n - 1].why;
	for (size_t i = 0; i < one->n; i++)
		if (one->values[i].why)
			return one->values[i].why;
	return NULL;
}

static void add_value(struct payload_values *out, const struct payload_metric *m,
                      const char *suffix, double value, const char *why)
{
	if (out->n >= PAYLOAD_VALUES_MAX)
		return;
	*xgrow(out->v, out->n) = (struct payload_value){
		.name = suffix ? xasprintf("%s.%s", m->name, suffix) : xstrdup(m->name),
		.def = m,
		.value = isfinite(value) ? value : NAN,
		.why = isfinite(value) ? NULL : xstrdup(why ? why : "it is too large"),
	};
}

/* The value of one name, or why there is none. */
static void add_found(struct payload_values *out, const struct payload_metric *m,
                      const struct found *f, const struct found_one *one, bool cut)
{
	_cleanup_free_ double *v = xcalloc(one->n, sizeof(*v));
	const char *why = refused(one, m->pick);

	for (size_t i = 0; i < one->n; i++)
		v[i] = one->values[i].value;
	if (!why && cut && needs_all(m->pick))
		why = "its output was cut, and some values may be in the part that was not kept: "
		      "output_max keeps more";
	if (!why && m->pick != PICK_FIRST)
		why = f->why;
	add_value(out, m, one->suffix, why ? NAN : pick(v, one->n, m->pick), why);
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
		struct number_span at;

		v += strspn(v, " \t");
		if ((p != text && !ends_key(p[-1])) || (*v != '=' && *v != ':'))
			continue;
		v++;
		v += strspn(v, " \t");
		at.begin = at.from = (size_t)(v - text);
		at.end = at.to = number_token_end(text, at.from);
		found_read(out, NULL, text, &at);
	}
}

/* What the metrics of one payload are found in. */
struct printed {
	const char *text;
	bool cut;
	struct json_object *doc;
	const char *no_doc; /* why there is none */
};

static void find(const struct payload_metric *m, const struct printed *o, struct found *out)
{
	switch (m->from) {
	case PAYLOAD_JSON: find_json(m->path, o->doc, out); break;
	case PAYLOAD_REGEX: find_regex(m->path, o->text, out); break;
	case PAYLOAD_KV: find_kv(m->path, o->text, out); break;
	case PAYLOAD_SOURCE_COUNT: break;
	}
}

#define BOM "\xef\xbb\xbf" /* a byte order mark: some programs begin with it */

static bool wants_json(const struct payload_metric *metrics, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (metrics[i].from == PAYLOAD_JSON)
			return true;
	return false;
}

static void add_nothing(struct payload_values *out, const struct payload_metric *m,
                        const struct found *f, const struct printed *o)
{
	const char *why = f->why;
	_cleanup_free_ char *text = NULL;

	if (!why)
		why = m->from != PAYLOAD_JSON ? "no number in its output matches"
		      : o->doc                ? "its JSON document has no number there"
		                              : o->no_doc;
	text = xasprintf("%s%s", why,
	                 o->cut ? ", and a part of the output was not kept: output_max keeps more"
	                        : "");
	add_value(out, m, NULL, NAN, text);
}

void payload_extract(const struct payload_metric *metrics, size_t n, const char *text, bool cut,
                     struct payload_values *out)
{
	_cleanup_json_ struct json_object *doc = NULL;
	struct printed o = { .text = text + strlen(BOM) * starts_with(text, BOM), .cut = cut };

	if (wants_json(metrics, n))
		o.doc = doc = first_json(o.text, &o.no_doc);
	for (size_t i = 0; i < n; i++) {
		struct found f = { .unit = metrics[i].unit };

		find(&metrics[i], &o, &f);
		for (size_t k = 0; k < f.n; k++)
			/* a document is whole, or it is none */
			add_found(out, &metrics[i], &f, &f.v[k],
			          cut && metrics[i].from != PAYLOAD_JSON);
		if (!f.n)
			add_nothing(out, &metrics[i], &f, &o);
		found_done(&f);
	}
}

void payload_values_done(struct payload_values *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->v[i].name);
		free(v->v[i].why);
	}
	free(v->v);
	*v = (struct payload_values){ 0 };
}
