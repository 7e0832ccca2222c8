/* SPDX-License-Identifier: GPL-2.0-only */
#include <inttypes.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/parse.h"

#define DEPTH_MAX 32

static void *at(const struct json_field *f, void *rec)
{
	return (char *)rec + f->off;
}

static const void *at_const(const struct json_field *f, const void *rec)
{
	return (const char *)rec + f->off;
}

void json_init(const struct json_table *t, void *rec)
{
	memset(rec, 0, t->size);
	for (size_t i = 0; i < t->n; i++) {
		const struct json_field *f = &t->fields[i];
		void *p = at(f, rec);

		switch (f->kind) {
		case JSON_TRI: *(int8_t *)p = TRI_NONE; break;
		case JSON_U32: *(uint32_t *)p = U32_NONE; break;
		case JSON_U64: *(uint64_t *)p = U64_NONE; break;
		case JSON_I64: *(int64_t *)p = I64_NONE; break;
		case JSON_F64: *(double *)p = F64_NONE; break;
		case JSON_OBJ:
		case JSON_INLINE: json_init(f->table, p); break;
		case JSON_BOOL:
		case JSON_STR:
		case JSON_ENUM:
		case JSON_OBJ_PTR:
		case JSON_ARRAY:
		case JSON_STRV:
		case JSON_STRMAP:
		case JSON_U64S:
		case JSON_F64MAP: break; /* zero is their none */
		}
	}
}

static void done_array(const struct json_table *t, struct json_array *a)
{
	for (size_t i = 0; i < a->n; i++)
		json_done(t, (char *)a->items + i * t->size);
	free(a->items);
}

static void done_map(struct json_f64map *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->v[i].key);
	free(m->v);
}

static void done_field(const struct json_field *f, void *p)
{
	switch (f->kind) {
	case JSON_STR: free(*(char **)p); break;
	case JSON_OBJ:
	case JSON_INLINE: json_done(f->table, p); break;
	case JSON_OBJ_PTR:
		if (*(void **)p)
			json_done(f->table, *(void **)p);
		free(*(void **)p);
		break;
	case JSON_ARRAY: done_array(f->table, p); break;
	case JSON_STRV: strv_done(p); break;
	case JSON_STRMAP: strmap_done(p); break;
	case JSON_U64S: free(((struct json_u64s *)p)->v); break;
	case JSON_F64MAP: done_map(p); break;
	case JSON_BOOL:
	case JSON_TRI:
	case JSON_U32:
	case JSON_U64:
	case JSON_I64:
	case JSON_F64:
	case JSON_ENUM: break;
	}
}

void json_done(const struct json_table *t, void *rec)
{
	for (size_t i = 0; i < t->n; i++)
		done_field(&t->fields[i], at(&t->fields[i], rec));
	json_init(t, rec);
}

/* The shortest of 15, 16, 17 digits that reads back the same. */
static struct json_object *new_double(double v)
{
	char text[40];

	if (!isfinite(v))
		return NULL;
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	return json_object_new_double_s(v, text);
}

static struct json_object *encode_array(const struct json_table *t, const struct json_array *a)
{
	struct json_object *o = json_object_new_array_ext((int)a->n);

	for (size_t i = 0; i < a->n; i++)
		json_object_array_add(o, json_encode(t, (const char *)a->items + i * t->size));
	return o;
}

static struct json_object *encode_strv(const struct strv *sv)
{
	struct json_object *o = json_object_new_array_ext((int)sv->n);

	strv_each (sv, i)
		json_object_array_add(o, json_object_new_string(sv->v[i]));
	return o;
}

static struct json_object *encode_strmap(const struct strmap *m)
{
	struct json_object *o = json_object_new_object();

	strmap_each (m, i)
		json_object_object_add(o, m->v[i].key,
		                       m->v[i].value ? json_object_new_string(m->v[i].value)
		                                     : NULL);
	return o;
}

static struct json_object *encode_u64s(const struct json_u64s *a)
{
	struct json_object *o = json_object_new_array_ext((int)a->n);

	for (size_t i = 0; i < a->n; i++)
		json_object_array_add(o, json_object_new_uint64(a->v[i]));
	return o;
}

static struct json_object *encode_f64map(const struct json_f64map *m)
{
	struct json_object *o = json_object_new_object();

	for (size_t i = 0; i < m->n; i++)
		json_object_object_add(o, m->v[i].key, new_double(m->v[i].value));
	return o;
}

static struct json_object *encode_number(const struct json_field *f, const void *p)
{
	uint64_t u64;
	uint32_t u32;
	int64_t i64;
	int8_t tri;

	switch (f->kind) {
	case JSON_BOOL: return json_object_new_boolean(*(const bool *)p);
	case JSON_TRI:
		tri = *(const int8_t *)p;
		return tri < 0 ? NULL : json_object_new_boolean(tri);
	case JSON_U32:
		u32 = *(const uint32_t *)p;
		return u32 == U32_NONE ? NULL : json_object_new_uint64(u32);
	case JSON_U64:
		u64 = *(const uint64_t *)p;
		return u64 == U64_NONE ? NULL : json_object_new_uint64(u64);
	case JSON_I64:
		i64 = *(const int64_t *)p;
		return i64 == I64_NONE ? NULL : json_object_new_int64(i64);
	case JSON_F64: return new_double(*(const double *)p);
	case JSON_STR:
	case JSON_ENUM:
	case JSON_OBJ:
	case JSON_INLINE:
	case JSON_OBJ_PTR:
	case JSON_ARRAY:
	case JSON_STRV:
	case JSON_STRMAP:
	case JSON_U64S:
	case JSON_F64MAP: break;
	}
	return NULL;
}

static struct json_object *encode_field(const struct json_field *f, const void *p)
{
	const char *s;

	switch (f->kind) {
	case JSON_STR: s = *(char *const *)p; return s ? json_object_new_string(s) : NULL;
	case JSON_ENUM: return json_object_new_string(json_name(f->names, *(const int *)p));
	case JSON_OBJ: return json_encode(f->table, p);
	case JSON_OBJ_PTR:
		return *(void *const *)p ? json_encode(f->table, *(void *const *)p) : NULL;
	case JSON_ARRAY: return encode_array(f->table, p);
	case JSON_STRV: return encode_strv(p);
	case JSON_STRMAP: return encode_strmap(p);
	case JSON_U64S: return encode_u64s(p);
	case JSON_F64MAP: return encode_f64map(p);
	case JSON_BOOL:
	case JSON_TRI:
	case JSON_U32:
	case JSON_U64:
	case JSON_I64:
	case JSON_F64: return encode_number(f, p);
	case JSON_INLINE: break; /* encode_into() */
	}
	return NULL;
}

static bool is_empty(struct json_object *o)
{
	if (!o)
		return true;
	if (json_object_is_type(o, json_type_array))
		return json_object_array_length(o) == 0;
	return json_object_is_type(o, json_type_object) && json_object_object_length(o) == 0;
}

static void encode_into(const struct json_table *t, const void *rec, struct json_object *o)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct json_field *f = &t->fields[i];
		struct json_object *v;

		if (f->kind == JSON_INLINE) {
			encode_into(f->table, at_const(f, rec), o);
			continue;
		}
		v = encode_field(f, at_const(f, rec));
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

static int wrong(struct json_object *v, const char *want, struct err *err)
{
	_cleanup_strbuf_ struct strbuf shown = STRBUF_INIT;
	const char *text = json_object_to_json_string_ext(v, JSON_C_TO_STRING_PLAIN);

	strbuf_add_printable(&shown, text, strnlen(text, 60), false);
	return err_set(err, ERR_FORMAT, "expected %s, got %s", want, strbuf_cstr(&shown));
}

static int decode_u64(struct json_object *v, uint64_t max, uint64_t *out, struct err *err)
{
	uint64_t u;

	if (!json_object_is_type(v, json_type_int))
		return wrong(v, "a whole number", err);
	u = json_object_get_uint64(v);
	if (json_object_get_int64(v) < 0 || u > max)
		return wrong(v, "a whole number in range", err);
	*out = u;
	return 0;
}

static int decode_f64(struct json_object *v, double *out, struct err *err)
{
	double d = json_object_get_double(v);

	if ((!json_object_is_type(v, json_type_double) && !json_object_is_type(v, json_type_int)) ||
	    !isfinite(d))
		return wrong(v, "a number", err);
	*out = d;
	return 0;
}

static int decode_str(struct json_object *v, char **out, struct err *err)
{
	const char *s;

	if (!json_object_is_type(v, json_type_string))
		return wrong(v, "a string", err);
	s = json_object_get_string(v);
	if (strlen(s) != (size_t)json_object_get_string_len(v))
		return err_set(err, ERR_FORMAT, "a string holds a NUL");
	*out = xstrdup(s);
	return 0;
}

static int decode_number(const struct json_field *f, struct json_object *v, void *p,
                         struct err *err)
{
	uint64_t u;

	if (f->kind == JSON_BOOL || f->kind == JSON_TRI) {
		if (!json_object_is_type(v, json_type_boolean))
			return wrong(v, "true or false", err);
		if (f->kind == JSON_BOOL)
			*(bool *)p = json_object_get_boolean(v);
		else
			*(int8_t *)p = (int8_t)json_object_get_boolean(v);
	} else if (f->kind == JSON_U32) {
		if (decode_u64(v, UINT32_MAX - 1, &u, err) < 0)
			return -(int)err->code;
		*(uint32_t *)p = (uint32_t)u;
	} else if (f->kind == JSON_U64) {
		return decode_u64(v, UINT64_MAX - 1, p, err);
	} else if (f->kind == JSON_I64) {
		if (!json_object_is_type(v, json_type_int))
			return wrong(v, "a whole number", err);
		*(int64_t *)p = json_object_get_int64(v);
	} else {
		return decode_f64(v, p, err);
	}
	return 0;
}

static int decode_array(const struct json_field *f, struct json_object *v, struct json_array *a,
                        struct err *err)
{
	size_t n = json_object_array_length(v);

	a->items = n ? xcalloc(n, f->table->size) : NULL;
	for (size_t i = 0; i < n; i++) {
		void *item = (char *)a->items + i * f->table->size;

		json_init(f->table, item);
		a->n = i + 1;
		if (json_decode(f->table, json_object_array_get_idx(v, i), item, err) < 0)
			return err_wrap(err, "[%zu]", i);
	}
	return 0;
}

static int decode_strv(struct json_object *v, struct strv *sv, struct err *err)
{
	size_t n = json_object_array_length(v);

	for (size_t i = 0; i < n; i++) {
		char *s;

		if (decode_str(json_object_array_get_idx(v, i), &s, err) < 0)
			return err_wrap(err, "[%zu]", i);
		strv_take(sv, s);
	}
	return 0;
}

static int decode_u64s(struct json_object *v, struct json_u64s *a, struct err *err)
{
	size_t n = json_object_array_length(v);

	a->v = n ? xcalloc(n, sizeof(*a->v)) : NULL;
	for (a->n = 0; a->n < n; a->n++)
		if (decode_u64(json_object_array_get_idx(v, a->n), UINT64_MAX, &a->v[a->n], err) <
		    0)
			return err_wrap(err, "[%zu]", a->n);
	return 0;
}

static int decode_map(const struct json_field *f, struct json_object *v, void *p, struct err *err)
{
	json_object_object_foreach(v, key, item)
	{
		if (f->kind == JSON_F64MAP) {
			double d = NAN;

			if (item && decode_f64(item, &d, err) < 0)
				return err_wrap(err, ".%s", key);
			json_f64map_set(p, key, d);
		} else {
			_cleanup_free_ char *s = NULL;

			if (item && decode_str(item, &s, err) < 0)
				return err_wrap(err, ".%s", key);
			strmap_set(p, key, s);
		}
	}
	return 0;
}

static int decode_enum(const struct json_field *f, struct json_object *v, int *out, struct err *err)
{
	int i = json_object_is_type(v, json_type_string)
	                ? json_name_index(f->names, json_object_get_string(v))
	                : -1;

	if (i < 0) {
		_cleanup_strbuf_ struct strbuf want = STRBUF_INIT;

		strbuf_adds(&want, "one of");
		for (size_t k = 0; k < f->names->n; k++)
			if (f->names->names[k])
				strbuf_addf(&want, " %s", f->names->names[k]);
		return wrong(v, strbuf_cstr(&want), err);
	}
	*out = i;
	return 0;
}

static int expect(struct json_object *v, enum json_type type, const char *want, struct err *err)
{
	return json_object_is_type(v, type) ? 0 : wrong(v, want, err);
}

static int decode_value(const struct json_field *f, struct json_object *v, void *p, struct err *err)
{
	void *rec;

	switch (f->kind) {
	case JSON_BOOL:
	case JSON_TRI:
	case JSON_U32:
	case JSON_U64:
	case JSON_I64:
	case JSON_F64: return decode_number(f, v, p, err);
	case JSON_STR: return decode_str(v, p, err);
	case JSON_ENUM: return decode_enum(f, v, p, err);
	case JSON_OBJ: return json_decode(f->table, v, p, err);
	case JSON_OBJ_PTR:
		*(void **)p = rec = xcalloc(1, f->table->size);
		json_init(f->table, rec);
		return json_decode(f->table, v, rec, err);
	case JSON_ARRAY:
		if (expect(v, json_type_array, "an array", err) < 0)
			return -(int)err->code;
		return decode_array(f, v, p, err);
	case JSON_STRV:
		if (expect(v, json_type_array, "an array of strings", err) < 0)
			return -(int)err->code;
		return decode_strv(v, p, err);
	case JSON_U64S:
		if (expect(v, json_type_array, "an array of numbers", err) < 0)
			return -(int)err->code;
		return decode_u64s(v, p, err);
	case JSON_STRMAP:
	case JSON_F64MAP:
		if (expect(v, json_type_object, "an object", err) < 0)
			return -(int)err->code;
		return decode_map(f, v, p, err);
	case JSON_INLINE: break; /* decode_fields() */
	}
	return 0;
}

/* Puts the key before the message: "cgroups" + "[2]: name: …" reads "cgroups[2].name: …". */
static int in_path(const char *key, struct err *err)
{
	const char *rest = err->msg;
	enum err_code code = err->code;

	if (rest[0] == '[') {
		char *colon = strstr(err->msg, "]: ");

		/* "[2]: name: text" is "[2].name: text" when a key follows, else "[2]: text" */
		if (colon && colon[3] == '\1') {
			memmove(colon + 1, colon + 3, strlen(colon + 3) + 1);
			colon[1] = '.';
		}
		return err_set(err, code, "\1%s%s", key, rest);
	}
	if (rest[0] == '.')
		return err_set(err, code, "\1%s%s", key, rest);
	if (rest[0] == '\1')
		return err_set(err, code, "\1%s.%s", key, rest + 1);
	return err_set(err, code, "\1%s: %s", key, rest);
}

static int decode_fields(const struct json_table *t, struct json_object *o, void *rec,
                         struct err *err)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct json_field *f = &t->fields[i];
		struct json_object *v;

		if (f->kind == JSON_INLINE) {
			if (decode_fields(f->table, o, at(f, rec), err) < 0)
				return -(int)err->code;
			continue;
		}
		if (!json_object_object_get_ex(o, f->name, &v) || !v) {
			if (f->flags & (JSON_NULLABLE | JSON_OPTIONAL))
				continue;
			err_set(err, ERR_FORMAT, "%s", v ? "is null" : "is missing");
			return in_path(f->name, err);
		}
		if (decode_value(f, v, at(f, rec), err) < 0)
			return in_path(f->name, err);
	}
	return 0;
}

static __thread unsigned int decode_depth;

/* A path in the making starts with \1, so that a layer above knows a key from a sentence; the
 * outermost call takes the mark away. */
int json_decode(const struct json_table *t, struct json_object *o, void *rec, struct err *err)
{
	int r;

	decode_depth++;
	if (!json_object_is_type(o, json_type_object))
		r = wrong(o, "an object", err);
	else
		r = decode_fields(t, o, rec, err);
	decode_depth--;
	if (r < 0)
		json_done(t, rec);
	if (r < 0 && decode_depth == 0 && err->msg[0] == '\1')
		memmove(err->msg, err->msg + 1, strlen(err->msg));
	return r;
}

bool json_equal(const struct json_table *t, const void *a, const void *b)
{
	_cleanup_json_ struct json_object *x = json_encode(t, a);
	_cleanup_json_ struct json_object *y = json_encode(t, b);

	return json_object_equal(x, y);
}

char *json_text(struct json_object *o, bool pretty)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE |
	            (pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED
	                    : JSON_C_TO_STRING_PLAIN);

	return xasprintf("%s%s", json_object_to_json_string_ext(o, flags), pretty ? "\n" : "");
}

int json_parse(const char *text, size_t n, struct json_object **out, struct err *err)
{
	struct json_tokener *tok = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *o = NULL;
	enum json_tokener_error code;
	size_t used = 0;
	int r = 0;

	if (!tok)
		abort();
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	if (n > INT32_MAX) {
		json_tokener_free(tok);
		return err_set(err, ERR_LIMIT, "JSON: too long");
	}
	o = json_tokener_parse_ex(tok, text, (int)n);
	code = json_tokener_get_error(tok);
	used = json_tokener_get_parse_end(tok);
	if (code == json_tokener_continue) /* a bare number or an unfinished text */
		o = json_tokener_parse_ex(tok, "", 1), code = json_tokener_get_error(tok);
	if (code != json_tokener_success)
		r = err_set(err, ERR_FORMAT, "JSON: %s at byte %zu", json_tokener_error_desc(code),
		            used);
	else if (used < n && used + strspn(text + used, " \t\r\n") < n)
		r = err_set(err, ERR_FORMAT, "JSON: text after the end, at byte %zu", used);
	json_tokener_free(tok);
	if (r < 0) {
		json_object_put(o);
		return r;
	}
	*out = o;
	return 0;
}

int json_read(int dirfd, const char *path, size_t max_bytes, struct json_object **out,
              struct err *err)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (fs_read(dirfd, path, max_bytes, &b, err) < 0)
		return -(int)err->code;
	if (json_parse(strbuf_cstr(&b), b.n, out, err) < 0)
		return err_wrap(err, "%s", path);
	return 0;
}

int json_name_index(const struct json_names *names, const char *s)
{
	for (size_t i = 0; i < names->n; i++)
		if (names->names[i] && streq(names->names[i], s))
			return (int)i;
	return -1;
}

const char *json_name(const struct json_names *names, int v)
{
	if (v < 0 || (size_t)v >= names->n || !names->names[v])
		return "?";
	return names->names[v];
}

static size_t f64map_lower(const struct json_f64map *m, const char *key)
{
	size_t lo = 0, hi = m->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(m->v[mid].key, key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void json_f64map_set(struct json_f64map *m, const char *key, double v)
{
	size_t i = f64map_lower(m, key);

	if (i == m->n || !streq(m->v[i].key, key)) {
		xgrow(m->v, m->n);
		memmove(&m->v[i + 1], &m->v[i], (m->n - 1 - i) * sizeof(*m->v));
		m->v[i].key = xstrdup(key);
	}
	m->v[i].value = v;
}

double json_f64map_get(const struct json_f64map *m, const char *key)
{
	size_t i = f64map_lower(m, key);

	return i < m->n && streq(m->v[i].key, key) ? m->v[i].value : NAN;
}
