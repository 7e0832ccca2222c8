/* SPDX-License-Identifier: GPL-2.0-only */
/* What the user sets by name: variables, ops fields, map sizes. */
#include "base/mem.h"
#include "base/parse.h"
#include "harness/object/object_priv.h"

const char *object_assignment(const char *text, char **name)
{
	const char *eq = strchr(text, '=');

	if (!eq || eq == text)
		return NULL;
	*name = xstrndup(text, (size_t)(eq - text));
	return eq + 1;
}

static int assign(struct object *o, bool ops, const char *text, struct err *err)
{
	_cleanup_free_ char *name = NULL;
	const char *value = object_assignment(text, &name);
	struct object_place at;

	if (!value)
		return err_set(err, ERR_USAGE, "\"%s\" is not NAME=VALUE", text);
	if (object_find(o, ops, name, &at, err) < 0)
		return -(int)err->code;
	return object_write(o, &at, name, value, err);
}

int object_set(struct object *o, const char *assignment, struct err *err)
{
	return assign(o, false, assignment, err);
}

/* The kernel's limits of fields, which hold whatever the kernel: kernel/sched/ext.c. The agent knows
 * more, of the kernel that it runs on (harness/agent/opsrules.c). */
static const struct {
	const char *field;
	uint64_t max;
} ops_limits[] = {
	{ "timeout_ms", 30000 }, /* SCX_WATCHDOG_MAX_TIMEOUT */
};

static int check_limit(const char *text, struct err *err)
{
	_cleanup_free_ char *name = NULL;
	const char *value = object_assignment(text, &name);
	struct err ignored = ERR_INIT;
	uint64_t v;

	for (size_t i = 0; value && i < ARRAY_SIZE(ops_limits); i++)
		if (streq(name, ops_limits[i].field) &&
		    parse_u64(value, name, 0, UINT64_MAX, &v, &ignored) == 0 &&
		    v > ops_limits[i].max)
			return err_set(err, ERR_USAGE,
			               "%s: the kernel's watchdog allows at most %llu", name,
			               (unsigned long long)ops_limits[i].max);
	return 0;
}

int object_set_ops(struct object *o, const char *assignment, struct err *err)
{
	if (!o->chosen && object_choose_ops(o, NULL, err) < 0)
		return -(int)err->code;
	return check_limit(assignment, err) < 0 ? -(int)err->code
	                                        : assign(o, true, assignment, err);
}

/* Sections of variables and sched_ext_ops are maps, too, but their size is given. */
static bool has_map(const struct object *o, const char *name)
{
	const struct bpf_map *map = bpf_object__find_map_by_name(o->obj, name);

	return map && !bpf_map__is_internal(map) && bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS;
}

/* The caller frees. */
static char *list_maps(const struct object *o)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct object_maps maps;

	object_list_maps(o, &maps);
	for (size_t i = 0; i < maps.n; i++)
		if (has_map(o, maps.v[i].name))
			strv_add(&names, maps.v[i].name);
	object_maps_done(&maps);
	return strv_join(&names, ", ");
}

int object_set_map(struct object *o, const char *assignment, struct err *err)
{
	_cleanup_free_ char *name = NULL;
	const char *value = object_assignment(assignment, &name);
	uint64_t entries;

	if (!value)
		return err_set(err, ERR_USAGE, "\"%s\" is not NAME=ENTRIES", assignment);
	if (!has_map(o, name)) {
		_cleanup_free_ char *list = list_maps(o);

		return err_set(err, ERR_USAGE, "no map \"%s\"%s%s", name,
		               *list ? ": there are " : "", list);
	}
	if (parse_u64(value, name, 1, UINT32_MAX, &entries, err) < 0)
		return -(int)err->code;
	strmap_set(&o->entries, name, value);
	return 0;
}

int object_resize(struct object *o, const char *assignment, struct err *err)
{
	_cleanup_free_ char *name = NULL;
	const char *value = object_assignment(assignment, &name);
	struct object_place at;
	uint64_t elements;

	if (!value)
		return err_set(err, ERR_USAGE, "\"%s\" is not NAME=ELEMENTS", assignment);
	if (parse_u64(value, name, 1, UINT32_MAX, &elements, err) < 0 ||
	    object_find(o, false, name, &at, err) < 0)
		return -(int)err->code;
	return object_grow(o, &at, elements, err) < 0 ? err_wrap(err, "%s", name) : 0;
}
