/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/json.h"
#include "base/mem.h"

typedef struct json_object *encode_fn(const struct json_field *f, const void *p);

/* JSON text must be UTF-8: other bytes, from a console or a host, become \xNN. */
static char *utf8_copy(const char *s)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	size_t n = strlen(s), len;

	for (size_t i = 0; i < n; i += len ? len : 1) {
		len = utf8_char(s + i, n - i);
		if (len)
			strbuf_add(&b, s + i, len);
		else
			strbuf_addf(&b, "\\x%02x", (unsigned char)s[i]);
	}
	return strbuf_steal(&b);
}

static struct json_object *new_string(const char *s)
{
	_cleanup_free_ char *copy = s ? utf8_copy(s) : NULL;

	return s ? json_object_new_string(copy) : NULL;
}

static struct json_object *new_double(double v)
{
	return isfinite(v) ? json_object_new_double(v) : NULL;
}

static void add_key(struct json_object *o, const char *key, struct json_object *v)
{
	_cleanup_free_ char *copy = utf8_copy(key);

	json_object_object_add(o, copy, v);
}

static struct json_object *encode_bool(const struct json_field *f UNUSED, const void *p)
{
	return json_object_new_boolean(*(const bool *)p);
}

static struct json_object *encode_tri(const struct json_field *f UNUSED, const void *p)
{
	int8_t v = *(const int8_t *)p;

	return v == TRI_NONE ? NULL : json_object_new_boolean(v);
}

static struct json_object *encode_u32(const struct json_field *f UNUSED, const void *p)
{
	uint32_t v = *(const uint32_t *)p;

	return v == U32_NONE ? NULL : json_object_new_uint64(v);
}

static struct json_object *encode_u64(const struct json_field *f UNUSED, const void *p)
{
	uint64_t v = *(const uint64_t *)p;

	return v == U64_NONE ? NULL : json_object_new_uint64(v);
}

static struct json_object *encode_i64(const struct json_field *f UNUSED, const void *p)
{
	int64_t v = *(const int64_t *)p;

	return v == I64_NONE ? NULL : json_object_new_int64(v);
}

static struct json_object *encode_f64(const struct json_field *f UNUSED, const void *p)
{
	return new_double(*(const double *)p);
}

static struct json_object *encode_str(const struct json_field *f UNUSED, const void *p)
{
	return new_string(*(char *const *)p);
}

static struct json_object *encode_enum(const struct json_field *f, const void *p)
{
	int v = *(const int *)p;

	if (v < 0 || (size_t)v >= f->names->n)
		return NULL;
	return new_string(f->names->names[v]);
}

static struct json_object *encode_obj(const struct json_field *f, const void *p)
{
	return json_encode(f->table, p);
}

static struct json_object *encode_obj_ptr(const struct json_field *f, const void *p)
{
	const void *rec = *(void *const *)p;

	return rec ? json_encode(f->table, rec) : NULL;
}

static struct json_object *encode_array(const struct json_field *f, const void *p)
{
	const struct json_array *a = p;
	struct json_object *o = json_object_new_array_ext((int)a->n);

	for (size_t i = 0; i < a->n; i++)
		json_object_array_add(
			o, json_encode(f->table, (const char *)a->v + i * f->table->size));
	return o;
}

static struct json_object *encode_strv(const struct json_field *f UNUSED, const void *p)
{
	const struct strv *sv = p;
	struct json_object *o = json_object_new_array_ext((int)sv->n);

	strv_each (sv, i)
		json_object_array_add(o, new_string(sv->v[i]));
	return o;
}

static struct json_object *encode_strmap(const struct json_field *f UNUSED, const void *p)
{
	struct json_object *o = json_object_new_object();
	const struct strmap *m = p;

	strmap_each (m, i)
		add_key(o, m->v[i].key, new_string(m->v[i].value));
	return o;
}

static struct json_object *encode_u64s(const struct json_field *f UNUSED, const void *p)
{
	const struct json_u64s *a = p;
	struct json_object *o = json_object_new_array_ext((int)a->n);

	for (size_t i = 0; i < a->n; i++)
		json_object_array_add(o, json_object_new_uint64(a->v[i]));
	return o;
}

static struct json_object *encode_f64map(const struct json_field *f UNUSED, const void *p)
{
	struct json_object *o = json_object_new_object();
	const struct json_f64map *m = p;

	for (size_t i = 0; i < m->n; i++)
		add_key(o, m->v[i].key, new_double(m->v[i].value));
	return o;
}

static encode_fn *const encoders[] = {
	[JSON_BOOL] = encode_bool,       [JSON_TRI] = encode_tri,
	[JSON_U32] = encode_u32,         [JSON_U64] = encode_u64,
	[JSON_I64] = encode_i64,         [JSON_F64] = encode_f64,
	[JSON_STR] = encode_str,         [JSON_ENUM] = encode_enum,
	[JSON_OBJ] = encode_obj,         [JSON_INLINE] = NULL, /* has no value of its own */
	[JSON_OBJ_PTR] = encode_obj_ptr, [JSON_ARRAY] = encode_array,
	[JSON_STRV] = encode_strv,       [JSON_STRMAP] = encode_strmap,
	[JSON_U64S] = encode_u64s,       [JSON_F64MAP] = encode_f64map,
};

static bool is_empty(struct json_object *o)
{
	if (json_object_is_type(o, json_type_array))
		return json_object_array_length(o) == 0;
	if (json_object_is_type(o, json_type_object))
		return json_object_object_length(o) == 0;
	return !o;
}

static void encode_into(const struct json_table *t, const void *rec, struct json_object *o)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct json_field *f = &t->fields[i];
		const void *p = (const char *)rec + f->off;
		struct json_object *v;

		if (f->kind == JSON_INLINE) {
			encode_into(f->table, p, o);
			continue;
		}
		v = encoders[f->kind](f, p);
		if ((f->flags & JSON_OPTIONAL) && is_empty(v))
			json_object_put(v);
		else
			json_object_object_add(o, f->name, v);
	}
}

struct json_object *json_encode(const struct json_table *t, const void *rec)
{
	struct json_object *o = json_object_new_object();

	encode_into(t, rec, o);
	return o;
}

bool json_equal(const struct json_table *t, const void *a, const void *b)
{
	_cleanup_json_ struct json_object *x = json_encode(t, a);
	_cleanup_json_ struct json_object *y = json_encode(t, b);

	return json_object_equal(x, y);
}
