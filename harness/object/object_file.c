/* SPDX-License-Identifier: GPL-2.0-only */
/* Opens an object, and reports what was changed in it. */
#include <errno.h>

#include "base/mem.h"
#include "harness/object/object_priv.h"

/* libbpf has one printer for the whole process. Its last warning says why an object cannot be
 * opened. */
static __thread char last_warning[256];

static int PRINTF(2, 0) keep_warning(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	if (level == LIBBPF_WARN)
		vsnprintf(last_warning, sizeof(last_warning), fmt, ap);
	return 0;
}

static bool is_sched_ext(const struct object *o, const struct bpf_map *map)
{
	const struct btf_type *t = object_real_type(o->btf, bpf_map__btf_value_type_id(map), NULL);

	return bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS && t &&
	       starts_with(btf__name_by_offset(o->btf, t->name_off), "sched_ext_ops");
}

/* Not by name: libbpf puts the object's name before the section's and cuts both. */
static struct bpf_map *map_of_section(const struct object *o, uint32_t datasec_id)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, o->obj)
	{
		if (bpf_map__is_internal(map) && bpf_map__btf_value_type_id(map) == datasec_id)
			return map;
	}
	return NULL;
}

static int add_area(struct object *o, struct bpf_map *map, const char *name, uint32_t type_id,
                    struct err *err)
{
	size_t bytes = 0;
	uint8_t *now = map ? bpf_map__initial_value(map, &bytes) : NULL;

	if (!now || !bytes)
		return 0;
	if (bytes > OBJECT_SECTION_MAX)
		return err_set(err, ERR_LIMIT, "%s: section %s has %zu bytes, more than %u GiB",
		               o->path, name, bytes, OBJECT_SECTION_MAX >> 30);
	*xgrow(o->areas, o->n_areas) = (struct object_area){
		.map = map,
		.name = xstrdup(name),
		.ops = !bpf_map__is_internal(map),
		.type_id = type_id,
		.now = now,
		.bytes = bytes,
	};
	return 0;
}

uint8_t *object_bytes(const struct object_place *at, uint64_t n)
{
	struct object_area *a = at->area;

	if (at->offset > a->bytes || n > a->bytes - at->offset)
		return NULL;
	if (!a->was)
		a->was = xmemdup(a->now, a->bytes);
	return a->now + at->offset;
}

/* Of the array that is alone in its section; 0: the place is none. */
static uint64_t element_bytes(const struct object *o, const struct object_place *at)
{
	const struct btf_type *sec = btf__type_by_id(o->btf, at->area->type_id);
	const struct btf_type *t = object_real_type(o->btf, at->type_id, NULL);
	int64_t size = t && btf_is_array(t) ? btf__resolve_size(o->btf, btf_array(t)->type) : 0;

	return at->area->ops || btf_vlen(sec) != 1 || size <= 0 ? 0 : (uint64_t)size;
}

/* The new bytes are zero. */
static void take_size(struct object_area *a)
{
	size_t before = a->bytes;

	a->now = bpf_map__initial_value(a->map, &a->bytes);
	if (!a->was)
		return;
	a->was = xrealloc(a->was, a->bytes, 1);
	if (a->bytes > before)
		memset(a->was + before, 0, a->bytes - before);
}

int object_grow(struct object *o, const struct object_place *at, uint64_t elements, struct err *err)
{
	uint64_t size = element_bytes(o, at);
	_cleanup_free_ char *bytes = NULL;
	int ret;

	if (!size || !elements)
		return err_set(err, ERR_USAGE, "not an array in a section of its own");
	if (elements > OBJECT_SECTION_MAX / size)
		return err_set(err, ERR_USAGE, "%llu elements of %llu bytes are more than %u GiB",
		               (unsigned long long)elements, (unsigned long long)size,
		               OBJECT_SECTION_MAX >> 30);
	ret = bpf_map__set_value_size(at->area->map, (uint32_t)(elements * size));
	if (ret < 0)
		return err_sys(err, -ret, "size of section %s", at->area->name);
	take_size(at->area);
	bytes = xasprintf("%zu", at->area->bytes);
	strmap_set(&o->sizes, at->area->name, bytes);
	return 0;
}

static int find_areas(struct object *o, struct err *err)
{
	struct bpf_map *map;

	for (uint32_t id = 1; id < btf__type_cnt(o->btf); id++) {
		const struct btf_type *t = btf__type_by_id(o->btf, id);
		const char *name = btf__name_by_offset(o->btf, t->name_off);

		if (btf_is_datasec(t) &&
		    (starts_with(name, ".rodata") || starts_with(name, ".data") ||
		     starts_with(name, ".bss")) &&
		    add_area(o, map_of_section(o, id), name, id, err) < 0)
			return -(int)err->code;
	}
	bpf_object__for_each_map(map, o->obj)
	{
		if (!is_sched_ext(o, map))
			continue;
		strv_add(&o->ops_maps, bpf_map__name(map));
		if (add_area(o, map, bpf_map__name(map), bpf_map__btf_value_type_id(map), err) < 0)
			return -(int)err->code;
	}
	o->chosen = o->ops_maps.n ? o->ops_maps.v[0] : NULL;
	return 0;
}

/* Before libbpf follows it. A file without BTF, or with BTF that cannot be read, is left to libbpf. */
static int check_btf(const char *path, struct err *err)
{
	struct btf *btf = btf__parse_elf(path, NULL);
	bool ok = !btf || object_btf_ends(btf);

	btf__free(btf);
	return ok ? 0 : err_set(err, ERR_FORMAT, "%s: a type of its BTF holds itself", path);
}

int object_open(const char *path, struct object **out, struct err *err)
{
	struct object *o;

	libbpf_set_print(keep_warning);
	if (check_btf(path, err) < 0)
		return -(int)err->code;
	*last_warning = '\0';
	o = xcalloc(1, sizeof(*o));
	o->path = xstrdup(path);
	o->obj = bpf_object__open_file(path, NULL);
	if (!o->obj) {
		int number = errno;

		object_free(o);
		last_warning[strcspn(last_warning, "\n")] = '\0';
		if (*last_warning)
			return err_set(err, ERR_FORMAT, "%s: %s", path, last_warning);
		return err_sys(err, number, "open %s", path);
	}
	o->btf = bpf_object__btf(o->obj);
	if (!o->btf) {
		object_free(o);
		return err_set(err, ERR_UNSUPPORTED, "%s: has no BTF: compile it with -g", path);
	}
	if (find_areas(o, err) < 0) {
		object_free(o);
		return -(int)err->code;
	}
	*out = o;
	return 0;
}

void object_free(struct object *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < o->n_areas; i++) {
		free(o->areas[i].name);
		free(o->areas[i].was);
	}
	free(o->areas);
	strv_done(&o->ops_maps);
	strmap_done(&o->entries);
	strmap_done(&o->sizes);
	object_runs_done(&o->runs);
	btf__free(o->kernel);
	bpf_object__close(o->obj);
	free(o->path);
	free(o);
}

void object_ops_maps(const struct object *o, struct strv *out)
{
	strv_copy(out, &o->ops_maps);
}

const char *object_ops_map(const struct object *o)
{
	return o->chosen;
}

int object_choose_ops(struct object *o, const char *name, struct err *err)
{
	if (!o->ops_maps.n)
		return err_set(err, ERR_FORMAT, "%s: has no sched_ext_ops: it is no scheduler",
		               o->path);
	for (size_t i = 0; i < o->ops_maps.n; i++)
		if (!name || streq(o->ops_maps.v[i], name)) {
			o->chosen = o->ops_maps.v[i];
			return 0;
		}
	_cleanup_free_ char *list = strv_join(&o->ops_maps, ", ");
	return err_set(err, ERR_USAGE, "%s: has no sched_ext_ops \"%s\", but %s", o->path, name,
	               list);
}

char *object_hex(const uint8_t *bytes, size_t n)
{
	struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < n; i++)
		strbuf_addf(&b, "%02x", bytes[i]);
	return strbuf_steal(&b);
}

static void diff_area(const struct object_area *a, struct object_patches *out)
{
	for (size_t from = 0, to; a->was && from < a->bytes; from = to + 1) {
		to = from;
		while (to < a->bytes && a->now[to] != a->was[to])
			to++;
		if (to == from)
			continue;
		*xgrow(out->v, out->n) = (struct object_patch){
			.section = xstrdup(a->name),
			.ops = a->ops,
			.offset = from,
			.hex = object_hex(a->now + from, to - from),
		};
	}
}

void object_patches(const struct object *o, struct object_patches *out)
{
	*out = (struct object_patches){ 0 };
	for (size_t i = 0; i < o->n_areas; i++)
		diff_area(&o->areas[i], out);
}

void object_patches_done(struct object_patches *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->v[i].section);
		free(p->v[i].hex);
	}
	free(p->v);
	*p = (struct object_patches){ 0 };
}

void object_sizes(const struct object *o, struct strmap *out)
{
	strmap_each (&o->sizes, i)
		strmap_set(out, o->sizes.v[i].key, o->sizes.v[i].value);
}

void object_entries(const struct object *o, struct strmap *out)
{
	strmap_each (&o->entries, i)
		strmap_set(out, o->entries.v[i].key, o->entries.v[i].value);
}

void object_kconfig(const struct object *o, struct strv *out)
{
	for (uint32_t id = 1; id < btf__type_cnt(o->btf); id++) {
		const struct btf_type *t = btf__type_by_id(o->btf, id);
		const struct btf_var_secinfo *v = btf_var_secinfos(t);

		if (!btf_is_datasec(t) ||
		    !streq(btf__name_by_offset(o->btf, t->name_off), ".kconfig"))
			continue;
		for (uint32_t i = 0; i < btf_vlen(t); i++) {
			const struct btf_type *var = btf__type_by_id(o->btf, v[i].type);
			const char *name = btf__name_by_offset(o->btf, var->name_off);

			if (starts_with(name, "CONFIG_"))
				strv_add(out, name);
		}
	}
}

const struct object_runs *object_runs(const struct object *o)
{
	return &o->runs;
}

void object_runs_done(struct object_runs *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->v[i].prog);
		free(r->v[i].hex);
	}
	free(r->v);
	*r = (struct object_runs){ 0 };
}
