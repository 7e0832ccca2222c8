/* SPDX-License-Identifier: GPL-2.0-only */
#include <inttypes.h>

#include "base/json.h"
#include "base/mem.h"

#define SHOWN_BYTES 60

/* Where a value stands: a key or an index below something. */
struct place {
	const struct place *up;
	const char *key; /* NULL: index */
	size_t index;
};

typedef int decode_fn(const struct json_field *f, struct json_object *v, void *p,
                      const struct place *at, struct err *err);

static int decode_record(const struct json_table *t, struct json_object *o, void *rec,
                         const struct place *at, struct err *err);

static void add_path(struct strbuf *b, const struct place *at)
{
	if (!at)
		return;
	add_path(b, at->up);
	if (!at->key) {
		strbuf_addf(b, "[%zu]", at->index);
		return;
	}
	if (at->up)
		strbuf_addc(b, '.');
	strbuf_add_printable(b, at->key, strnlen(at->key, SHOWN_BYTES), false);
}

static int fail(const struct place *at, struct err *err, const char *what)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;

	add_path(&path, at);
	return err_set(err, ERR_FORMAT, "%s%s%s", strbuf_cstr(&path), path.n ? ": " : "", what);
}

static int wrong(const struct place *at, struct json_object *v, const char *want, struct err *err)
{
	const char *text = json_object_to_json_string_ext(v, JSON_C_TO_STRING_PLAIN);
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	size_t n = strnlen(text, SHOWN_BYTES + 1);

	strbuf_addf(&b, "expected %s, got ", want);
	strbuf_add_printable(&b, text, n > SHOWN_BYTES ? SHOWN_BYTES : n, false);
	if (n > SHOWN_BYTES)
		strbuf_adds(&b, "...");
	return fail(at, err, strbuf_cstr(&b));
}

static int decode_bool(const struct json_field *f UNUSED, struct json_object *v, void *p,
                       const struct place *at, struct err *err)
{
	if (!json_object_is_type(v, json_type_boolean))
		return wrong(at, v, "true or false", err);
	*(bool *)p = json_object_get_boolean(v);
	return 0;
}

static int decode_tri(const struct json_field *f, struct json_object *v, void *p,
                      const struct place *at, struct err *err)
{
	bool b = false;

	if (decode_bool(f, v, &b, at, err) < 0)
		return -(int)err->code;
	*(int8_t *)p = b;
	return 0;
}

/* json-c turns what is too large for 64 bits into the largest there is, which is none (U64_NONE)
 * here and refused with it. */
static int take_u64(struct json_object *v, uint64_t max, uint64_t *out, const struct place *at,
                    struct err *err)
{
	char want[64];

	if (!json_object_is_type(v, json_type_int))
		return wrong(at, v, "a whole number", err);
	if (json_object_get_int64(v) < 0 || json_object_get_uint64(v) > max) {
		snprintf(want, sizeof(want), "a whole number from 0 to %" PRIu64, max);
		return wrong(at, v, want, err);
	}
	*out = json_object_get_uint64(v);
	return 0;
}

static int decode_u32(const struct json_field *f UNUSED, struct json_object *v, void *p,
                      const struct place *at, struct err *err)
{
	uint64_t u;

	if (take_u64(v, U32_NONE - 1, &u, at, err) < 0)
		return -(int)err->code;
	*(uint32_t *)p = (uint32_t)u;
	return 0;
}

static int decode_u64(const struct json_field *f UNUSED, struct json_object *v, void *p,
                      const struct place *at, struct err *err)
{
	return take_u64(v, U64_NONE - 1, p, at, err);
}

static int decode_i64(const struct json_field *f UNUSED, struct json_object *v, void *p,
                      const struct place *at, struct err *err)
{
	int64_t i = json_object_get_int64(v);

	if (!json_object_is_type(v, json_type_int))
		return wrong(at, v, "a whole number", err);
	if (i == I64_NONE || (i > 0 && json_object_get_uint64(v) > INT64_MAX))
		return wrong(at, v, "a whole number of 64 bits", err);
	*(int64_t *)p = i;
	return 0;
}

static int decode_f64(const struct json_field *f UNUSED, struct json_object *v, void *p,
                      const struct place *at, struct err *err)
{
	double d = json_object_get_double(v);

	if (json_object_is_type(v, json_type_int)) {
		/* the ends of the range may be a larger number cut down by json-c */
		if (json_object_get_uint64(v) == UINT64_MAX ||
		    json_object_get_int64(v) == INT64_MIN)
			return wrong(at, v, "a number", err);
	} else if (!json_object_is_type(v, json_type_double) || !isfinite(d)) {
		return wrong(at, v, "a number", err);
	}
	*(double *)p = d;
	return 0;
}

static int decode_str(const struct json_field *f UNUSED, struct json_object *v, void *p,
                      const struct place *at, struct err *err)
{
	const char *s = json_object_get_string(v);

	if (!json_object_is_type(v, json_type_string))
		return wrong(at, v, "a string", err);
	if (strlen(s) != (size_t)json_object_get_string_len(v))
		return wrong(at, v, "a string without NUL", err);
	free(*(char **)p);
	*(char **)p = xstrdup(s);
	return 0;
}

static int decode_enum(const struct json_field *f, struct json_object *v, void *p,
                       const struct place *at, struct err *err)
{
	_cleanup_strbuf_ struct strbuf want = STRBUF_INIT;
	int i = -1;

	if (json_object_is_type(v, json_type_string))
		i = json_name_index(f->names, json_object_get_string(v));
	if (i >= 0) {
		*(int *)p = i;
		return 0;
	}
	strbuf_adds(&want, "one of");
	for (size_t k = 0; k < f->names->n; k++)
		if (f->names->names[k])
			strbuf_addf(&want, " %s", f->names->names[k]);
	return wrong(at, v, strbuf_cstr(&want), err);
}

static int decode_obj(const struct json_field *f, struct json_object *v, void *p,
                      const struct place *at, struct err *err)
{
	return decode_record(f->table, v, p, at, err);
}

static int decode_obj_ptr(const struct json_field *f, struct json_object *v, void *p,
                          const struct place *at, struct err *err)
{
	void *rec = *(void **)p;

	if (!rec) {
		*(void **)p = rec = xmalloc(f->table->size);
		json_init(f->table, rec);
	}
	return decode_record(f->table, v, rec, at, err);
}

static int decode_array(const struct json_field *f, struct json_object *v, void *p,
                        const struct place *at, struct err *err)
{
	struct json_array *a = p;

	if (!json_object_is_type(v, json_type_array))
		return wrong(at, v, "an array", err);
	for (size_t i = 0; i < json_object_array_length(v); i++) {
		struct place in = { at, NULL, i };
		void *item = xgrow_(&a->items, &a->n, f->table->size);

		json_init(f->table, item);
		if (decode_record(f->table, json_object_array_get_idx(v, i), item, &in, err) < 0)
			return -(int)err->code;
	}
	return 0;
}

static int decode_strv(const struct json_field *f, struct json_object *v, void *p,
                       const struct place *at, struct err *err)
{
	if (!json_object_is_type(v, json_type_array))
		return wrong(at, v, "an array of strings", err);
	for (size_t i = 0; i < json_object_array_length(v); i++) {
		struct place in = { at, NULL, i };
		char *s = NULL;

		if (decode_str(f, json_object_array_get_idx(v, i), &s, &in, err) < 0)
			return -(int)err->code;
		strv_take(p, s);
	}
	return 0;
}

static int decode_u64s(const struct json_field *f UNUSED, struct json_object *v, void *p,
                       const struct place *at, struct err *err)
{
	struct json_u64s *a = p;

	if (!json_object_is_type(v, json_type_array))
		return wrong(at, v, "an array of whole numbers", err);
	for (size_t i = 0; i < json_object_array_length(v); i++) {
		struct place in = { at, NULL, i };
		uint64_t u;

		if (take_u64(json_object_array_get_idx(v, i), U64_NONE - 1, &u, &in, err) < 0)
			return -(int)err->code;
		*xgrow(a->v, a->n) = u;
	}
	return 0;
}

static int decode_strmap(const struct json_field *f, struct json_object *v, void *p,
                         const struct place *at, struct err *err)
{
	if (!json_object_is_type(v, json_type_object))
		return wrong(at, v, "an object of strings", err);
	json_object_object_foreach(v, key, item)
	{
		struct place in = { at, key, 0 };
		_cleanup_free_ char *s = NULL;

		if (item && decode_str(f, item, &s, &in, err) < 0)
			return -(int)err->code;
		strmap_set(p, key, s);
	}
	return 0;
}

static int decode_f64map(const struct json_field *f, struct json_object *v, void *p,
                         const struct place *at, struct err *err)
{
	if (!json_object_is_type(v, json_type_object))
		return wrong(at, v, "an object of numbers", err);
	json_object_object_foreach(v, key, item)
	{
		struct place in = { at, key, 0 };
		double d = NAN;

		if (item && decode_f64(f, item, &d, &in, err) < 0)
			return -(int)err->code;
		json_f64map_set(p, key, d);
	}
	return 0;
}

static decode_fn *const decoders[] = {
	[JSON_BOOL] = decode_bool,       [JSON_TRI] = decode_tri,
	[JSON_U32] = decode_u32,         [JSON_U64] = decode_u64,
	[JSON_I64] = decode_i64,         [JSON_F64] = decode_f64,
	[JSON_STR] = decode_str,         [JSON_ENUM] = decode_enum,
	[JSON_OBJ] = decode_obj,         [JSON_INLINE] = NULL, /* no value of its own */
	[JSON_OBJ_PTR] = decode_obj_ptr, [JSON_ARRAY] = decode_array,
	[JSON_STRV] = decode_strv,       [JSON_STRMAP] = decode_strmap,
	[JSON_U64S] = decode_u64s,       [JSON_F64MAP] = decode_f64map,
};

static int decode_field(const struct json_field *f, struct json_object *o, void *p,
                        const struct place *at, struct err *err)
{
	struct place in = { at, f->name, 0 };
	struct json_object *v = NULL;
	bool there = json_object_object_get_ex(o, f->name, &v);

	if (v)
		return decoders[f->kind](f, v, p, &in, err);
	if (f->flags & (JSON_NULLABLE | JSON_OPTIONAL))
		return 0;
	return fail(&in, err, there ? "is null" : "is missing");
}

static int decode_record(const struct json_table *t, struct json_object *o, void *rec,
                         const struct place *at, struct err *err)
{
	struct place top = { NULL, t->name, 0 };

	if (!json_object_is_type(o, json_type_object))
		return wrong(at ? at : &top, o, "an object", err);
	for (size_t i = 0; i < t->n; i++) {
		const struct json_field *f = &t->fields[i];
		void *p = (char *)rec + f->off;
		int r;

		if (f->kind == JSON_INLINE)
			r = decode_record(f->table, o, p, at, err);
		else
			r = decode_field(f, o, p, at, err);
		if (r < 0)
			return r;
	}
	return 0;
}

int json_decode(const struct json_table *t, struct json_object *o, void *rec, struct err *err)
{
	int r = decode_record(t, o, rec, NULL, err);

	if (r < 0)
		json_done(t, rec);
	return r;
}
