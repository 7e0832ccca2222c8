/* SPDX-License-Identifier: GPL-2.0-only */
#include "yaml/yaml_read.h"

#include <math.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/strv.h"

#define SHOWN_BYTES 60

typedef int read_fn(const struct yaml_field *f, const struct yaml_place *at, void *rec,
                    struct err *err);

static void *member(const struct yaml_field *f, void *rec)
{
	return (char *)rec + f->off;
}

static uint32_t *count(const struct yaml_field *f, void *rec)
{
	return (uint32_t *)((char *)rec + f->n_off);
}

static int want(const struct yaml_place *at, enum yaml_form form, struct err *err)
{
	static const char *const names[] = {
		[YAML_FORM_VALUE] = "a single value",
		[YAML_FORM_LIST] = "a list",
		[YAML_FORM_MAPPING] = "a mapping",
	};

	return at->form == form ? 0
	                        : place_refuse(at, NULL, err, "expected %s, got %s", names[form],
	                                       names[at->form]);
}

/* --- single values -----------------------------------------------------------------------------
 */

static int not_a(const struct yaml_place *at, const char *what, struct err *err)
{
	const bool cut = at->n > SHOWN_BYTES;

	return place_refuse(at, NULL, err, "\"%.*s%s\" is not %s", cut ? SHOWN_BYTES : (int)at->n,
	                    at->text, cut ? "..." : "", what);
}

static int take_text(const struct yaml_place *at, uint32_t min, uint32_t max, char **out,
                     struct err *err)
{
	if (want(at, YAML_FORM_VALUE, err) < 0)
		return -(int)err->code;
	if (at->n < min)
		return place_refuse(at, NULL, err, "is empty");
	if (at->n > max)
		return place_refuse(at, NULL, err, "is longer than %u bytes", max);
	*out = xstrdup(at->text);
	return 0;
}

static int read_text(const struct yaml_field *f, const struct yaml_place *at, void *rec,
                     struct err *err)
{
	return take_text(at, f->min, f->max, member(f, rec), err);
}

static int take_whole(const struct yaml_place *at, int64_t min, int64_t max, int64_t *out,
                      struct err *err)
{
	struct err ignored = ERR_INIT;
	char what[80];

	if (want(at, YAML_FORM_VALUE, err) < 0)
		return -(int)err->code;
	snprintf(what, sizeof(what), "a whole number from %lld to %lld", (long long)min,
	         (long long)max);
	if (parse_i64(at->text, "", min, max, out, &ignored) < 0)
		return not_a(at, what, err);
	return 0;
}

static int read_u32(const struct yaml_field *f, const struct yaml_place *at, void *rec,
                    struct err *err)
{
	int64_t v;

	if (take_whole(at, f->min, f->max ? f->max : UINT32_MAX, &v, err) < 0)
		return -(int)err->code;
	*(uint32_t *)member(f, rec) = (uint32_t)v;
	return 0;
}

static int read_i32(const struct yaml_field *f, const struct yaml_place *at, void *rec,
                    struct err *err)
{
	int64_t v;

	if (take_whole(at, INT32_MIN, INT32_MAX, &v, err) < 0)
		return -(int)err->code;
	*(int32_t *)member(f, rec) = (int32_t)v;
	return 0;
}

static int read_i32_ptr(const struct yaml_field *f, const struct yaml_place *at, void *rec,
                        struct err *err)
{
	int32_t v;
	int64_t whole;

	if (take_whole(at, INT32_MIN, INT32_MAX, &whole, err) < 0)
		return -(int)err->code;
	v = (int32_t)whole;
	*(int32_t **)member(f, rec) = xmemdup(&v, sizeof(v));
	return 0;
}

static int take_number(const struct yaml_place *at, double *out, struct err *err)
{
	struct err ignored = ERR_INIT;

	if (want(at, YAML_FORM_VALUE, err) < 0)
		return -(int)err->code;
	if (streq(at->text, "inf") || streq(at->text, "-inf")) {
		*out = at->text[0] == '-' ? -INFINITY : INFINITY;
		return 0;
	}
	if (parse_f64(at->text, "", -HUGE_VAL, HUGE_VAL, out, &ignored) < 0)
		return not_a(at, "a number", err);
	return 0;
}

static int read_f64_ptr(const struct yaml_field *f, const struct yaml_place *at, void *rec,
                        struct err *err)
{
	double v;

	if (take_number(at, &v, err) < 0)
		return -(int)err->code;
	*(double **)member(f, rec) = xmemdup(&v, sizeof(v));
	return 0;
}

static int read_limit(const struct yaml_field *f, const struct yaml_place *at, void *rec,
                      struct err *err)
{
	if (read_f64_ptr(f, at, rec, err) < 0)
		return -(int)err->code;
	return **(double **)member(f, rec) < 0 ? not_a(at, "0 or more", err) : 0;
}

static int read_bool(const struct yaml_field *f, const struct yaml_place *at, void *rec,
                     struct err *err)
{
	static const char *const words[] = { "false", "true", "no", "yes", "off", "on" };

	if (want(at, YAML_FORM_VALUE, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcasecmp(at->text, words[i]) == 0) {
			*(bool *)member(f, rec) = i % 2;
			return 0;
		}
	return not_a(at, "true or false", err);
}

/* --- lists and mappings ------------------------------------------------------------------------
 */

static int read_record(const struct yaml_field *f, const struct yaml_place *at, void *rec,
                       struct err *err)
{
	void *inner;

	if (want(at, YAML_FORM_MAPPING, err) < 0)
		return -(int)err->code;
	inner = *(void **)member(f, rec) = xcalloc(1, f->table->size);
	return yaml_read(f->table, at, inner, err);
}

static int enter_list(const struct yaml_field *f, const struct yaml_place *at, struct err *err)
{
	if (want(at, YAML_FORM_LIST, err) < 0)
		return -(int)err->code;
	if (at->n < f->min)
		return place_refuse(at, NULL, err, "needs at least %u", f->min);
	if (at->n > f->max)
		return place_refuse(at, NULL, err, "has %zu, more than %u", at->n, f->max);
	return 0;
}

static int read_records(const struct yaml_field *f, const struct yaml_place *at, void *rec,
                        struct err *err)
{
	char *item;

	if (enter_list(f, at, err) < 0)
		return -(int)err->code;
	if (!at->n)
		return 0;
	item = *(void **)member(f, rec) = xcalloc(at->n, f->table->size);
	*count(f, rec) = (uint32_t)at->n;
	for (const struct yaml_place *p = at->first; p; p = p->next, item += f->table->size)
		if (yaml_read(f->table, p, item, err) < 0)
			return -(int)err->code;
	return 0;
}

static int read_texts(const struct yaml_field *f, const struct yaml_place *at, void *rec,
                      struct err *err)
{
	char **items;

	if (enter_list(f, at, err) < 0)
		return -(int)err->code;
	if (!at->n)
		return 0;
	items = *(char ***)member(f, rec) = xcalloc(at->n, sizeof(*items));
	*count(f, rec) = (uint32_t)at->n;
	for (const struct yaml_place *p = at->first; p; p = p->next)
		if (take_text(p, f->item_min, f->item_max, &items[p->index], err) < 0)
			return -(int)err->code;
	return 0;
}

static int refuse_duplicate(const struct yaml_place *in, const struct yaml_place *p,
                            struct err *err)
{
	return place_at(in, p->key) == p ? 0 : place_refuse(p, NULL, err, "is there twice");
}

static int read_f64map(const struct yaml_field *f, const struct yaml_place *at, void *rec,
                       struct err *err)
{
	if (want(at, YAML_FORM_MAPPING, err) < 0)
		return -(int)err->code;
	if (at->n > f->max)
		return place_refuse(at, NULL, err, "has %zu, more than %u", at->n, f->max);
	for (const struct yaml_place *p = at->first; p; p = p->next) {
		double v;

		if (refuse_duplicate(at, p, err) < 0 || take_number(p, &v, err) < 0)
			return -(int)err->code;
		json_f64map_set(member(f, rec), p->key, v);
	}
	return 0;
}

static int read_strv(const struct yaml_field *f, const struct yaml_place *at, void *rec,
                     struct err *err)
{
	const bool single = at->form == YAML_FORM_VALUE;

	if (!single && enter_list(f, at, err) < 0)
		return -(int)err->code;
	for (const struct yaml_place *p = single ? at : at->first; p; p = single ? NULL : p->next) {
		char *text;

		if (take_text(p, f->item_min, f->item_max, &text, err) < 0)
			return -(int)err->code;
		strv_take(member(f, rec), text);
	}
	return 0;
}

static int read_pair(const struct yaml_field *f, const struct yaml_place *at, struct strv *out,
                     struct err *err)
{
	_cleanup_free_ char *text = NULL;

	if (take_text(at, at->key ? 0 : 1, f->item_max, &text, err) < 0)
		return -(int)err->code;
	if (at->key)
		strv_addf(out, "%s=%s", at->key, text);
	else if (text[0] != '=' && strchr(text, '='))
		strv_take(out, steal_ptr(&text));
	else
		return not_a(at, "NAME=VALUE", err);
	return 0;
}

static int read_pairs(const struct yaml_field *f, const struct yaml_place *at, void *rec,
                      struct err *err)
{
	if (at->form != YAML_FORM_MAPPING)
		if (enter_list(f, at, err) < 0)
			return -(int)err->code;
	if (at->n > f->max)
		return place_refuse(at, NULL, err, "has %zu, more than %u", at->n, f->max);
	for (const struct yaml_place *p = at->first; p; p = p->next)
		if ((p->key && refuse_duplicate(at, p, err) < 0) ||
		    read_pair(f, p, member(f, rec), err) < 0)
			return -(int)err->code;
	return 0;
}

static int read_place(const struct yaml_field *f, const struct yaml_place *at, void *rec,
                      struct err *err UNUSED)
{
	*(const struct yaml_place **)member(f, rec) = at;
	return 0;
}

static read_fn *const readers[] = {
	[YAML_TEXT] = read_text,       [YAML_U32] = read_u32,         [YAML_I32] = read_i32,
	[YAML_I32_PTR] = read_i32_ptr, [YAML_F64_PTR] = read_f64_ptr, [YAML_BOOL] = read_bool,
	[YAML_RECORD] = read_record,   [YAML_INLINE] = NULL, /* no value of its own */
	[YAML_RECORDS] = read_records, [YAML_TEXTS] = read_texts,     [YAML_F64MAP] = read_f64map,
	[YAML_STRV] = read_strv,       [YAML_PAIRS] = read_pairs,     [YAML_PLACE] = read_place,
	[YAML_LIMIT] = read_limit,
};

/* --- records -----------------------------------------------------------------------------------
 */

/* The field of a key. *rec becomes the struct that the field is in. */
static const struct yaml_field *find_field(const struct yaml_table *t, const char *key, void **rec)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct yaml_field *f = &t->fields[i], *inner;
		void *in = (char *)*rec + f->off;

		if (f->kind == YAML_INLINE && (inner = find_field(f->table, key, &in))) {
			*rec = in;
			return inner;
		}
		if (f->kind != YAML_INLINE && streq(f->key, key))
			return f;
	}
	return NULL;
}

static void list_keys(const struct yaml_table *t, struct strv *out)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->fields[i].kind == YAML_INLINE)
			list_keys(t->fields[i].table, out);
		else
			strv_add(out, t->fields[i].key);
}

static int unknown_key(const struct yaml_table *t, const struct yaml_place *p, struct err *err)
{
	_cleanup_strv_ struct strv keys = STRV_INIT;
	const char *near;

	list_keys(t, &keys);
	near = parse_suggest(p->key, (const char *const *)keys.v, keys.n);
	return place_refuse(p, NULL, err, "unknown key%s%s%s", near ? ", did you mean \"" : "",
	                    near ? near : "", near ? "\"?" : "");
}

static int read_key(const struct yaml_table *t, const struct yaml_place *in,
                    const struct yaml_place *p, void *rec, struct err *err)
{
	const struct yaml_field *f = find_field(t, p->key, &rec);

	if (!f)
		return unknown_key(t, p, err);
	if (refuse_duplicate(in, p, err) < 0)
		return -(int)err->code;
	return readers[f->kind](f, p, rec, err);
}

static int check_missing(const struct yaml_table *t, const struct yaml_place *at, struct err *err)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct yaml_field *f = &t->fields[i];

		if (f->kind == YAML_INLINE && check_missing(f->table, at, err) < 0)
			return -(int)err->code;
		if (f->required && !place_at(at, f->key))
			return place_refuse(at, f->key, err, "is missing");
	}
	return 0;
}

static void set_place(const struct yaml_table *t, const struct yaml_place *at, void *rec)
{
	if (t->placed)
		*(const struct yaml_place **)rec = at;
	for (size_t i = 0; i < t->n; i++)
		if (t->fields[i].kind == YAML_INLINE)
			set_place(t->fields[i].table, at, member(&t->fields[i], rec));
}

int yaml_read(const struct yaml_table *t, const struct yaml_place *at, void *rec, struct err *err)
{
	if (want(at, YAML_FORM_MAPPING, err) < 0)
		return -(int)err->code;
	set_place(t, at, rec);
	for (const struct yaml_place *p = at->first; p; p = p->next)
		if (read_key(t, at, p, rec, err) < 0)
			return -(int)err->code;
	return check_missing(t, at, err);
}

static void free_records(const struct yaml_table *t, char *items, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		yaml_record_done(t, items + i * t->size);
	free(items);
}

static void free_texts(char **items, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		free(items[i]);
	free(items);
}

void yaml_record_done(const struct yaml_table *t, void *rec)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct yaml_field *f = &t->fields[i];
		void *p = member(f, rec);

		switch (f->kind) {
		case YAML_TEXT:
		case YAML_I32_PTR:
		case YAML_F64_PTR:
		case YAML_LIMIT: free(*(void **)p); break;
		case YAML_RECORD: free_records(f->table, *(void **)p, *(void **)p ? 1 : 0); break;
		case YAML_INLINE: yaml_record_done(f->table, p); break;
		case YAML_RECORDS: free_records(f->table, *(void **)p, *count(f, rec)); break;
		case YAML_TEXTS: free_texts(*(char ***)p, *count(f, rec)); break;
		case YAML_F64MAP: json_f64map_done(p); break;
		case YAML_STRV:
		case YAML_PAIRS: strv_done(p); break;
		case YAML_U32:
		case YAML_I32:
		case YAML_PLACE:
		case YAML_BOOL: break;
		}
	}
}
