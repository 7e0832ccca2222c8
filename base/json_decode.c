/* SPDX-License-Identifier: GPL-2.0-only */
/* Decodes text into records, directly through the field tables. */
#include <inttypes.h>

#include "base/json.h"
#include "base/json_reader.h"
#include "base/mem.h"

#define SHOWN_BYTES 60
#define SLOTS_MAX   128 /* keys of a record, those of JSON_INLINE structs included */

/* The place of a value: a key or an index, and the place above it. */
struct place {
	const struct place *up;
	const char *key; /* NULL: use the index */
	size_t index;
};

struct decoding {
	struct json_reader r;
	struct json_part *part;
	struct err *err;
};

/* A key of a record and where its value is stored. */
struct slot {
	const struct json_field *f;
	void *p;
	bool seen;
};

struct slots {
	struct slot v[SLOTS_MAX];
	size_t n, next; /* next: the expected key; files are written in the table's order */
};

typedef int decode_fn(struct decoding *d, const struct json_field *f, void *p,
                      const struct place *at);

static int decode_record(struct decoding *d, const struct json_table *t, void *rec,
                         const struct place *at);

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

static int fail(struct decoding *d, const struct place *at, const char *what)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;

	add_path(&path, at);
	return err_set(d->err, ERR_FORMAT, "%s%s%s", strbuf_cstr(&path), path.n ? ": " : "", what);
}

/* Adds the beginning of the value, without white space between its parts. */
static void add_value(struct strbuf *b, struct json_span v)
{
	_cleanup_strbuf_ struct strbuf dense = STRBUF_INIT;
	bool in_string = false;

	for (size_t i = 0; i < v.n && dense.n <= SHOWN_BYTES; i++) {
		if (v.s[i] == '"' && (!in_string || v.s[i - 1] != '\\'))
			in_string = !in_string;
		if (in_string || !strchr(" \t\r\n", v.s[i]))
			strbuf_addc(&dense, v.s[i]);
	}
	strbuf_add_printable(b, dense.s, dense.n > SHOWN_BYTES ? SHOWN_BYTES : dense.n, false);
	if (dense.n > SHOWN_BYTES)
		strbuf_adds(b, "...");
}

static int wrong(struct decoding *d, const struct place *at, struct json_span v, const char *want)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b, "expected %s, got ", want);
	add_value(&b, v);
	return fail(d, at, strbuf_cstr(&b));
}

/* Error: the next value is not of the kind that is wanted. */
static int wrong_kind(struct decoding *d, const struct place *at, const char *want)
{
	struct json_span v;

	if (json_skip(&d->r, &v, d->err) < 0)
		return -(int)d->err->code;
	return wrong(d, at, v, want);
}

static int decode_bool(struct decoding *d, const struct json_field *f UNUSED, void *p,
                       const struct place *at)
{
	char c = json_peek(&d->r);
	struct json_span word;

	if (c != 't' && c != 'f')
		return wrong_kind(d, at, "true or false");
	if (json_take_literal(&d->r, &word, d->err) < 0)
		return -(int)d->err->code;
	*(bool *)p = c == 't';
	return 0;
}

static int decode_tri(struct decoding *d, const struct json_field *f, void *p,
                      const struct place *at)
{
	bool b = false;

	if (decode_bool(d, f, &b, at) < 0)
		return -(int)d->err->code;
	*(int8_t *)p = b;
	return 0;
}

static int take_number(struct decoding *d, const char *want, struct json_number *n,
                       const struct place *at)
{
	char c = json_peek(&d->r);

	if (c != '-' && (c < '0' || c > '9'))
		return wrong_kind(d, at, want);
	return json_take_number(&d->r, n, d->err);
}

static int take_whole(struct decoding *d, struct json_number *n, const struct place *at)
{
	if (take_number(d, "a whole number", n, at) < 0)
		return -(int)d->err->code;
	return n->whole ? 0 : wrong(d, at, n->text, "a whole number");
}

static int take_u64(struct decoding *d, uint64_t max, uint64_t *out, const struct place *at)
{
	struct json_number n;
	char want[64];

	if (take_whole(d, &n, at) < 0)
		return -(int)d->err->code;
	if (n.overflow || (n.negative && n.digits) || n.digits > max) {
		snprintf(want, sizeof(want), "a whole number from 0 to %" PRIu64, max);
		return wrong(d, at, n.text, want);
	}
	*out = n.digits;
	return 0;
}

static int decode_u32(struct decoding *d, const struct json_field *f UNUSED, void *p,
                      const struct place *at)
{
	uint64_t u;

	if (take_u64(d, U32_NONE - 1, &u, at) < 0)
		return -(int)d->err->code;
	*(uint32_t *)p = (uint32_t)u;
	return 0;
}

static int decode_u64(struct decoding *d, const struct json_field *f UNUSED, void *p,
                      const struct place *at)
{
	return take_u64(d, U64_NONE - 1, p, at);
}

static int decode_i64(struct decoding *d, const struct json_field *f UNUSED, void *p,
                      const struct place *at)
{
	struct json_number n;

	if (take_whole(d, &n, at) < 0)
		return -(int)d->err->code;
	if (n.overflow || n.digits > INT64_MAX) /* INT64_MIN is I64_NONE */
		return wrong(d, at, n.text, "a whole number of 64 bits");
	*(int64_t *)p = n.negative ? -(int64_t)n.digits : (int64_t)n.digits;
	return 0;
}

static int decode_f64(struct decoding *d, const struct json_field *f UNUSED, void *p,
                      const struct place *at)
{
	struct json_number n;
	double v;

	if (take_number(d, "a number", &n, at) < 0)
		return -(int)d->err->code;
	v = json_number_f64(&n);
	if (!isfinite(v))
		return wrong(d, at, n.text, "a number");
	*(double *)p = v;
	return 0;
}

/* *raw: the string as spelled in the text, for messages. */
static int take_string(struct decoding *d, const char *want, struct json_span *out,
                       struct json_span *raw, const struct place *at)
{
	if (json_peek(&d->r) != '"')
		return wrong_kind(d, at, want);
	raw->s = d->r.at;
	if (json_take_string(&d->r, out, d->err) < 0)
		return -(int)d->err->code;
	raw->n = (size_t)(d->r.at - raw->s);
	return 0;
}

static int decode_str(struct decoding *d, const struct json_field *f UNUSED, void *p,
                      const struct place *at)
{
	struct json_span s, raw;

	if (take_string(d, "a string", &s, &raw, at) < 0)
		return -(int)d->err->code;
	if (memchr(s.s, '\0', s.n))
		return wrong(d, at, raw, "a string without NUL");
	free(*(char **)p);
	*(char **)p = xstrndup(s.s, s.n);
	return 0;
}

static int name_index(const struct json_names *names, struct json_span s)
{
	for (size_t i = 0; i < names->n; i++)
		if (names->names[i] && strlen(names->names[i]) == s.n &&
		    memcmp(names->names[i], s.s, s.n) == 0)
			return (int)i;
	return -1;
}

static int decode_enum(struct decoding *d, const struct json_field *f, void *p,
                       const struct place *at)
{
	_cleanup_strbuf_ struct strbuf want = STRBUF_INIT;
	struct json_span s, raw;
	int i;

	strbuf_adds(&want, "one of");
	for (size_t k = 0; k < f->names->n; k++)
		if (f->names->names[k])
			strbuf_addf(&want, " %s", f->names->names[k]);
	if (take_string(d, strbuf_cstr(&want), &s, &raw, at) < 0)
		return -(int)d->err->code;
	i = name_index(f->names, s);
	if (i < 0)
		return wrong(d, at, raw, strbuf_cstr(&want));
	*(int *)p = i;
	return 0;
}

static int decode_obj(struct decoding *d, const struct json_field *f, void *p,
                      const struct place *at)
{
	return decode_record(d, f->table, p, at);
}

static int decode_obj_ptr(struct decoding *d, const struct json_field *f, void *p,
                          const struct place *at)
{
	void *rec = *(void **)p;

	if (!rec) {
		*(void **)p = rec = xmalloc(f->table->size);
		json_init(f->table, rec);
	}
	return decode_record(d, f->table, rec, at);
}

static int enter(struct decoding *d, char open, const char *want, const struct place *at)
{
	if (json_peek(&d->r) != open)
		return wrong_kind(d, at, want);
	return json_enter(&d->r, d->err);
}

static int decode_array(struct decoding *d, const struct json_field *f, void *p,
                        const struct place *at)
{
	struct json_array *a = p;
	int more;

	if (enter(d, '[', "an array", at) < 0)
		return -(int)d->err->code;
	while ((more = json_next_item(&d->r, d->err)) > 0) {
		struct place in = { at, NULL, a->n };
		void *item = xgrow_(&a->v, &a->n, f->table->size);

		json_init(f->table, item);
		if (decode_record(d, f->table, item, &in) < 0)
			return -(int)d->err->code;
	}
	return more;
}

static int decode_strv(struct decoding *d, const struct json_field *f, void *p,
                       const struct place *at)
{
	struct strv *sv = p;
	int more;

	if (enter(d, '[', "an array of strings", at) < 0)
		return -(int)d->err->code;
	while ((more = json_next_item(&d->r, d->err)) > 0) {
		struct place in = { at, NULL, sv->n };
		char *s = NULL;

		if (decode_str(d, f, &s, &in) < 0)
			return -(int)d->err->code;
		strv_take(sv, s);
	}
	return more;
}

static int decode_u64s(struct decoding *d, const struct json_field *f UNUSED, void *p,
                       const struct place *at)
{
	struct json_u64s *a = p;
	int more;

	if (enter(d, '[', "an array of whole numbers", at) < 0)
		return -(int)d->err->code;
	while ((more = json_next_item(&d->r, d->err)) > 0) {
		struct place in = { at, NULL, a->n };
		uint64_t u;

		if (take_u64(d, U64_NONE - 1, &u, &in) < 0)
			return -(int)d->err->code;
		*xgrow(a->v, a->n) = u;
	}
	return more;
}

/* 1: *out is the next key of a map; the caller frees it. */
static int next_map_key(struct decoding *d, char **out, const struct place *at)
{
	struct json_span key;
	int more = json_next_key(&d->r, &key, d->err);

	if (more <= 0)
		return more;
	if (memchr(key.s, '\0', key.n))
		return fail(d, at, "a key holds NUL");
	*out = xstrndup(key.s, key.n);
	return 1;
}

static bool is_null(struct decoding *d)
{
	return json_peek(&d->r) == 'n';
}

static int take_null(struct decoding *d)
{
	struct json_span word;

	return json_take_literal(&d->r, &word, d->err);
}

static int by_key(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b); /* the key is a pair's first member */
}

/* Maps are filled unsorted and sorted once. When each key was inserted in order, a file of 900,000
 * keys in falling order did not finish within minutes. */
static int sort_map(struct decoding *d, void *pairs, size_t n, size_t size, const struct place *at)
{
	const char *p = pairs;

	if (n)
		qsort(pairs, n, size, by_key);
	for (size_t i = 1; i < n; i++) {
		struct place in = { at, *(char *const *)(p + i * size), 0 };

		if (by_key(p + (i - 1) * size, p + i * size) == 0)
			return fail(d, &in, "is there twice");
	}
	return 0;
}

static int map_value(struct decoding *d, decode_fn *decode, const struct json_field *f, void *p,
                     const struct place *at)
{
	return is_null(d) ? take_null(d) : decode(d, f, p, at);
}

static int decode_strmap(struct decoding *d, const struct json_field *f, void *p,
                         const struct place *at)
{
	struct strmap *m = p;

	if (enter(d, '{', "an object of strings", at) < 0)
		return -(int)d->err->code;
	for (;;) {
		_cleanup_free_ char *key = NULL, *s = NULL;
		int more = next_map_key(d, &key, at);
		struct place in = { at, key, 0 };

		if (more <= 0)
			return more < 0 ? more : sort_map(d, m->v, m->n, sizeof(*m->v), at);
		if (map_value(d, decode_str, f, &s, &in) < 0)
			return -(int)d->err->code;
		*xgrow(m->v, m->n) = (struct strmap_pair){ steal_ptr(&key), steal_ptr(&s) };
	}
}

static int decode_f64map(struct decoding *d, const struct json_field *f, void *p,
                         const struct place *at)
{
	struct json_f64map *m = p;

	if (enter(d, '{', "an object of numbers", at) < 0)
		return -(int)d->err->code;
	for (;;) {
		_cleanup_free_ char *key = NULL;
		int more = next_map_key(d, &key, at);
		struct place in = { at, key, 0 };
		double v = NAN;

		if (more <= 0)
			return more < 0 ? more : sort_map(d, m->v, m->n, sizeof(*m->v), at);
		if (map_value(d, decode_f64, f, &v, &in) < 0)
			return -(int)d->err->code;
		*xgrow(m->v, m->n) = (struct json_f64pair){ steal_ptr(&key), v };
	}
}

static decode_fn *const decoders[] = {
	[JSON_BOOL] = decode_bool,       [JSON_TRI] = decode_tri,
	[JSON_U32] = decode_u32,         [JSON_U64] = decode_u64,
	[JSON_I64] = decode_i64,         [JSON_F64] = decode_f64,
	[JSON_STR] = decode_str,         [JSON_ENUM] = decode_enum,
	[JSON_OBJ] = decode_obj,         [JSON_INLINE] = NULL, /* has no value of its own */
	[JSON_OBJ_PTR] = decode_obj_ptr, [JSON_ARRAY] = decode_array,
	[JSON_STRV] = decode_strv,       [JSON_STRMAP] = decode_strmap,
	[JSON_U64S] = decode_u64s,       [JSON_F64MAP] = decode_f64map,
};

static void add_slots(struct slots *s, const struct json_table *t, void *rec)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct json_field *f = &t->fields[i];
		void *p = (char *)rec + f->off;

		if (f->kind == JSON_INLINE) {
			add_slots(s, f->table, p);
			continue;
		}
		if (s->n == SLOTS_MAX)
			abort(); /* our table is wrong */
		s->v[s->n++] = (struct slot){ f, p, false };
	}
}

/* A key may contain a NUL ("\u0000"), where strncmp() would stop and report equality. */
static bool is_named(const struct slot *s, struct json_span key)
{
	const char *name = s->f->name;

	return key.n && name[0] == key.s[0] && strncmp(name, key.s, key.n) == 0 &&
	       !memchr(key.s, '\0', key.n) && name[key.n] == '\0';
}

static struct slot *find_slot(struct slots *s, struct json_span key)
{
	for (size_t k = 0, i = s->next; k < s->n; k++, i++) {
		if (i >= s->n)
			i = 0;
		if (is_named(&s->v[i], key)) {
			s->next = i + 1;
			return &s->v[i];
		}
	}
	return NULL;
}

static int decode_value(struct decoding *d, const struct slot *s, const struct place *at)
{
	const struct json_field *f = s->f;

	if (d->part && (f->flags & d->part->without))
		return json_skip(&d->r, NULL, d->err);
	if (is_null(d)) {
		if (take_null(d) < 0)
			return -(int)d->err->code;
		return f->flags & (JSON_NULLABLE | JSON_OPTIONAL) ? 0 : fail(d, at, "is null");
	}
	if (d->part && d->part->raw && f->table == d->part->raw)
		return json_skip(&d->r, &d->part->span, d->err);
	return decoders[f->kind](d, f, s->p, at);
}

static int decode_key(struct decoding *d, struct slots *slots, struct json_span key,
                      const struct place *at)
{
	struct slot *s = find_slot(slots, key);
	struct place in = { at, s ? s->f->name : "", 0 };

	if (!s)
		return json_skip(&d->r, NULL, d->err);
	if (s->seen)
		return fail(d, &in, "is there twice");
	s->seen = true;
	return decode_value(d, s, &in);
}

static int check_missing(struct decoding *d, const struct slots *s, const struct place *at)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct json_field *f = s->v[i].f;
		struct place in = { at, f->name, 0 };

		if (!s->v[i].seen && !(f->flags & (JSON_NULLABLE | JSON_OPTIONAL)))
			return fail(d, &in, "is missing");
	}
	return 0;
}

static int decode_record(struct decoding *d, const struct json_table *t, void *rec,
                         const struct place *at)
{
	struct place top = { NULL, t->name, 0 };
	struct json_span key;
	struct slots slots;
	int more;

	if (enter(d, '{', "an object", at ? at : &top) < 0)
		return -(int)d->err->code;
	slots.n = slots.next = 0;
	add_slots(&slots, t, rec);
	while ((more = json_next_key(&d->r, &key, d->err)) > 0)
		if (decode_key(d, &slots, key, at) < 0)
			return -(int)d->err->code;
	return more < 0 ? more : check_missing(d, &slots, at);
}

int json_decode_part(const struct json_table *t, struct json_span text, struct json_part *part,
                     void *rec, struct err *err)
{
	struct decoding d = { .part = part, .err = err };
	int r;

	json_reader_init(&d.r, text.s, text.n);
	r = decode_record(&d, t, rec, NULL);
	if (r == 0)
		r = json_finish(&d.r, err);
	json_reader_done(&d.r);
	if (r < 0)
		json_done(t, rec);
	return r;
}

int json_decode(const struct json_table *t, const char *text, size_t n, void *rec, struct err *err)
{
	return json_decode_part(t, (struct json_span){ text, n }, NULL, rec, err);
}
