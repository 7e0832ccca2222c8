/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/bpfvar.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "base/cleanup.h"
#include "base/mem.h"

/* Not by name: libbpf puts the object's name before the section's and cuts both. */
struct bpf_map *bpfvar_map(const struct bpf_object *obj, const char *section)
{
	const struct btf *btf = bpf_object__btf(obj);
	int32_t id = btf ? btf__find_by_name_kind(btf, section, BTF_KIND_DATASEC) : -1;
	struct bpf_map *map;

	if (id <= 0)
		return NULL;
	bpf_object__for_each_map(map, obj)
	{
		if (bpf_map__is_internal(map) && bpf_map__btf_value_type_id(map) == (uint32_t)id)
			return map;
	}
	return NULL;
}

typedef bool (*var_filter)(const struct btf *btf, const struct btf_type *var, const char *name);

static const struct btf_type *skip_modifiers(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = btf__type_by_id(btf, id);

	while (t && (btf_is_mod(t) || btf_is_typedef(t)))
		t = btf__type_by_id(btf, t->type);
	return t;
}

static bool is_named(const struct btf *btf, const struct btf_type *var, const char *name)
{
	return streq(btf__name_by_offset(btf, var->name_off), name);
}

static bool is_struct(const struct btf *btf, const struct btf_type *var, const char *name)
{
	const struct btf_type *t = skip_modifiers(btf, var->type);

	return t && btf_is_struct(t) && streq(btf__name_by_offset(btf, t->name_off), name);
}

static bool find_in(const struct bpf_object *obj, const struct btf_type *sec, var_filter match,
                    const char *name, struct bpfvar *out)
{
	const struct btf *btf = bpf_object__btf(obj);
	const struct btf_var_secinfo *v = btf_var_secinfos(sec);

	for (uint32_t i = 0; i < btf_vlen(sec); i++) {
		const struct btf_type *var = btf__type_by_id(btf, v[i].type);

		if (!var || !btf_is_var(var) || !match(btf, var, name))
			continue;
		*out = (struct bpfvar){
			.map = bpfvar_map(obj, btf__name_by_offset(btf, sec->name_off)),
			.offset = v[i].offset,
			.size = v[i].size,
			.type_id = var->type,
		};
		return out->map != NULL;
	}
	return false;
}

static bool find(const struct bpf_object *obj, const char *section, var_filter match,
                 const char *name, struct bpfvar *out)
{
	const struct btf *btf = bpf_object__btf(obj);

	for (uint32_t id = 1; btf && id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (btf_is_datasec(t) &&
		    (!section || streq(btf__name_by_offset(btf, t->name_off), section)) &&
		    find_in(obj, t, match, name, out))
			return true;
	}
	return false;
}

bool bpfvar_by_name(const struct bpf_object *obj, const char *section, const char *name,
                    struct bpfvar *out)
{
	return find(obj, section, is_named, name, out);
}

bool bpfvar_by_struct(const struct bpf_object *obj, const char *type, struct bpfvar *out)
{
	return find(obj, NULL, is_struct, type, out);
}

void bpfvar_set(const struct bpfvar *v, const void *data, size_t n)
{
	size_t size;
	uint8_t *value = bpf_map__initial_value(v->map, &size);

	if (!value || v->offset + (size_t)v->size > size)
		return;
	memcpy(value + v->offset, data, n < v->size ? n : v->size);
}

void *bpfvar_get(const struct bpfvar *v)
{
	uint32_t key = 0, size = bpf_map__value_size(v->map);
	_cleanup_free_ uint8_t *value = xcalloc(1, size);

	if (v->offset + (uint64_t)v->size > size ||
	    bpf_map_lookup_elem(bpf_map__fd(v->map), &key, value) < 0)
		return NULL;
	return xmemdup(value + v->offset, v->size);
}

bool bpfvar_member(const struct bpf_object *obj, const struct bpfvar *v, const char *member,
                   uint32_t *offset, uint32_t *size)
{
	const struct btf *btf = bpf_object__btf(obj);
	const struct btf_type *t = skip_modifiers(btf, v->type_id);
	const struct btf_member *m = btf_members(t);

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		int64_t n = btf__resolve_size(btf, m[i].type);

		if (!streq(btf__name_by_offset(btf, m[i].name_off), member))
			continue;
		*offset = btf_member_bit_offset(t, i) / 8;
		*size = (uint32_t)n;
		return n > 0 && *offset + (uint64_t)n <= v->size;
	}
	return false;
}
