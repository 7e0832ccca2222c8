/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds the bytes of "stats.slots[2].max": variables and ops fields by name, through BTF. */
#include "base/mem.h"
#include "base/parse.h"
#include "harness/object/object_priv.h"

const struct btf_type *object_real_type(const struct btf *btf, uint32_t id, uint32_t *real_id)
{
	const struct btf_type *t = btf__type_by_id(btf, id);

	while (t && (btf_is_mod(t) || btf_is_typedef(t))) {
		id = t->type;
		t = btf__type_by_id(btf, id);
	}
	if (real_id)
		*real_id = id;
	return t;
}

static const char *name_of(const struct object *o, uint32_t off)
{
	return btf__name_by_offset(o->btf, off);
}

static bool find_in_section(const struct object *o, struct object_area *a, const char *name,
                            struct object_place *out)
{
	const struct btf_type *sec = btf__type_by_id(o->btf, a->type_id);
	const struct btf_var_secinfo *v = btf_var_secinfos(sec);

	for (uint32_t i = 0; i < btf_vlen(sec); i++) {
		const struct btf_type *var = btf__type_by_id(o->btf, v[i].type);

		if (!btf_is_var(var) || !streq(name_of(o, var->name_off), name) ||
		    v[i].offset + (uint64_t)v[i].size > a->bytes)
			continue;
		*out = (struct object_place){ .area = a,
			                      .offset = v[i].offset,
			                      .type_id = var->type };
		return true;
	}
	return false;
}

bool object_find_var(const struct object *o, const char *name, struct object_place *out)
{
	for (size_t i = 0; i < o->n_areas; i++)
		if (!o->areas[i].ops && find_in_section(o, &o->areas[i], name, out))
			return true;
	return false;
}

/* Finds a member of a struct or union, also inside unnamed structs and unions. */
static bool find_member(const struct object *o, uint32_t type_id, const char *name,
                        struct object_place *at)
{
	const struct btf_type *t = object_real_type(o->btf, type_id, NULL);
	const struct btf_member *m = btf_members(t);

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		uint32_t bit = btf_member_bit_offset(t, i), bits = btf_member_bitfield_size(t, i);
		const struct btf_type *in = object_real_type(o->btf, m[i].type, NULL);
		struct object_place deeper = *at;

		deeper.offset += bit / 8;
		deeper.bit_offset = bit % 8;
		deeper.bits = bits;
		deeper.type_id = m[i].type;
		if (!m[i].name_off && in && btf_is_composite(in) &&
		    find_member(o, m[i].type, name, &deeper)) {
			*at = deeper;
			return true;
		}
		if (streq(name_of(o, m[i].name_off), name)) {
			*at = deeper;
			return true;
		}
	}
	return false;
}

static void add_members(const struct object *o, uint32_t type_id, struct strv *out)
{
	const struct btf_type *t = object_real_type(o->btf, type_id, NULL);
	const struct btf_member *m = btf_members(t);

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_type *in = object_real_type(o->btf, m[i].type, NULL);

		if (m[i].name_off)
			strv_add(out, name_of(o, m[i].name_off));
		else if (in && btf_is_composite(in))
			add_members(o, m[i].type, out);
	}
}

static void add_var_names(const struct object *o, const struct object_area *a, struct strv *out)
{
	const struct btf_type *sec = btf__type_by_id(o->btf, a->type_id);
	const struct btf_var_secinfo *v = btf_var_secinfos(sec);

	for (uint32_t i = 0; i < btf_vlen(sec); i++)
		strv_add(out, name_of(o, btf__type_by_id(o->btf, v[i].type)->name_off));
}

/* A variable, or a field of sched_ext_ops. */
static int no_such(const char *what, const char *name, const struct strv *known, struct err *err)
{
	const char *near = parse_suggest(name, (const char *const *)known->v, known->n);

	return near ? err_set(err, ERR_USAGE, "no %s \"%s\", did you mean \"%s\"?", what, name,
	                      near)
	            : err_set(err, ERR_USAGE, "no %s \"%s\"; `harness show-scheduler` lists them",
	                      what, name);
}

static int step_member(const struct object *o, const char *name, struct object_place *at,
                       struct err *err)
{
	const struct btf_type *t = object_real_type(o->btf, at->type_id, NULL);
	_cleanup_strv_ struct strv known = STRV_INIT;
	_cleanup_free_ char *hint = NULL;

	if (!t || !btf_is_composite(t))
		return err_set(err, ERR_USAGE, "\".%s\": this is no struct", name);
	if (find_member(o, at->type_id, name, at))
		return 0;
	add_members(o, at->type_id, &known);
	hint = parse_hint(name, (const char *const *)known.v, known.n);
	return err_set(err, ERR_USAGE, "no member \"%s\"%s", name, hint);
}

static int step_index(const struct object *o, const char *text, struct object_place *at,
                      struct err *err)
{
	const struct btf_type *t = object_real_type(o->btf, at->type_id, NULL);
	const struct btf_array *a = t && btf_is_array(t) ? btf_array(t) : NULL;
	uint64_t index;
	int64_t size;

	if (!a)
		return err_set(err, ERR_USAGE, "[%s]: this is no array", text);
	if (!a->nelems || parse_u64(text, "index", 0, a->nelems - 1, &index, err) < 0)
		return a->nelems ? -(int)err->code
		                 : err_set(err, ERR_USAGE, "[%s]: the array is empty", text);
	size = btf__resolve_size(o->btf, a->type);
	if (size <= 0)
		return err_set(err, ERR_UNSUPPORTED, "[%s]: the element has no size", text);
	at->offset += index * (uint64_t)size;
	at->type_id = a->type;
	return 0;
}

/* Finds the first name of a path: a variable, or a field of the chosen ops. */
static int find_root(const struct object *o, bool ops, const char *name, struct object_place *out,
                     struct err *err)
{
	_cleanup_strv_ struct strv known = STRV_INIT;

	if (!ops) {
		if (object_find_var(o, name, out))
			return 0;
		for (size_t i = 0; i < o->n_areas; i++)
			if (!o->areas[i].ops)
				add_var_names(o, &o->areas[i], &known);
		return no_such("variable", name, &known, err);
	}
	for (size_t i = 0; i < o->n_areas; i++) {
		struct object_area *a = &o->areas[i];

		if (!a->ops || !streq(a->name, o->chosen))
			continue;
		*out = (struct object_place){ .area = a, .type_id = a->type_id };
		if (find_member(o, a->type_id, name, out))
			return 0;
		add_members(o, a->type_id, &known);
	}
	return no_such("field of sched_ext_ops", name, &known, err);
}

/* Goes on from `at`, the place of the path's first n characters. */
static int follow(const struct object *o, const char *path, size_t n, struct object_place *at,
                  struct err *err)
{
	for (const char *p = path + n; *p; p += n) {
		bool index = *p++ == '[';
		int ret;

		n = strcspn(p, index ? "]" : ".[");
		if (!n || (index && p[n] != ']'))
			return err_set(err, ERR_USAGE, "\"%s\" is no path like a.b[2]", path);
		_cleanup_free_ char *part = xstrndup(p, n);
		ret = index ? step_index(o, part, at, err) : step_member(o, part, at, err);
		if (ret < 0)
			return err_wrap(err, "%.*s", (int)(p - path - 1), path);
		n += index;
		if (p[n] && p[n] != '.' && p[n] != '[')
			return err_set(err, ERR_USAGE, "\"%s\" is no path like a.b[2]", path);
	}
	return 0;
}

int object_find(const struct object *o, bool ops, const char *path, struct object_place *out,
                struct err *err)
{
	size_t n = strcspn(path, ".[");
	_cleanup_free_ char *root = xstrndup(path, n);
	struct object_place at;

	if (find_root(o, ops, root, &at, err) < 0 || follow(o, path, n, &at, err) < 0)
		return -(int)err->code;
	*out = at;
	return 0;
}

int object_find_in(const struct object *o, struct object_area *area, const char *path,
                   struct object_place *out, struct err *err)
{
	size_t n = strcspn(path, ".[");
	_cleanup_free_ char *root = xstrndup(path, n);
	struct object_place at = { .area = area, .type_id = area->type_id };

	if (step_member(o, root, &at, err) < 0 || follow(o, path, n, &at, err) < 0)
		return -(int)err->code;
	*out = at;
	return 0;
}
