/* SPDX-License-Identifier: GPL-2.0-only */
/* Records in memory: empty state, release, enum names and maps. */
#include "base/json.h"
#include "base/mem.h"

static void init_none(const struct json_field *f, void *p)
{
	bool nullable = f->flags & (JSON_NULLABLE | JSON_OPTIONAL);

	switch (f->kind) {
	case JSON_TRI: *(int8_t *)p = TRI_NONE; break;
	case JSON_U32: *(uint32_t *)p = U32_NONE; break;
	case JSON_U64: *(uint64_t *)p = U64_NONE; break;
	case JSON_I64: *(int64_t *)p = I64_NONE; break;
	case JSON_F64: *(double *)p = F64_NONE; break;
	case JSON_ENUM: *(int *)p = nullable ? -1 : 0; break;
	case JSON_OBJ:
	case JSON_INLINE: json_init(f->table, p); break;
	case JSON_BOOL:
	case JSON_STR:
	case JSON_OBJ_PTR:
	case JSON_ARRAY:
	case JSON_STRV:
	case JSON_STRMAP:
	case JSON_U64S:
	case JSON_F64MAP: break; /* their none is zero */
	}
}

void json_init(const struct json_table *t, void *rec)
{
	memset(rec, 0, t->size);
	for (size_t i = 0; i < t->n; i++)
		init_none(&t->fields[i], (char *)rec + t->fields[i].off);
}

void json_array_done_(const struct json_table *t, void **v, size_t *n)
{
	for (size_t i = 0; i < *n; i++)
		json_done(t, (char *)*v + i * t->size);
	free(*v);
	*v = NULL;
	*n = 0;
}

void json_f64map_done(struct json_f64map *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->v[i].key);
	free(m->v);
	*m = (struct json_f64map){ 0 };
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
	case JSON_ARRAY: json_array_done(f->table, (struct json_array *)p); break;
	case JSON_STRV: strv_done(p); break;
	case JSON_STRMAP: strmap_done(p); break;
	case JSON_U64S: free(((struct json_u64s *)p)->v); break;
	case JSON_F64MAP: json_f64map_done(p); break;
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
		done_field(&t->fields[i], (char *)rec + t->fields[i].off);
	json_init(t, rec);
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

/* The index of the first key that is not less than `key`. */
static size_t lower_bound(const struct json_f64map *m, const char *key)
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
	size_t i = lower_bound(m, key);

	if (i == m->n || !streq(m->v[i].key, key)) {
		xgrow(m->v, m->n);
		memmove(&m->v[i + 1], &m->v[i], (m->n - 1 - i) * sizeof(*m->v));
		m->v[i].key = xstrdup(key);
	}
	m->v[i].value = v;
}

double json_f64map_get(const struct json_f64map *m, const char *key)
{
	size_t i = lower_bound(m, key);

	return i < m->n && streq(m->v[i].key, key) ? m->v[i].value : NAN;
}
