/* SPDX-License-Identifier: GPL-2.0-only */
/* Programs that run once before the attach, and the struct that each gets. */
#include "base/mem.h"
#include "harness/object/object_priv.h"

/* The struct that the program's only parameter points to; 0: it is "void *", or no pointer. */
static uint32_t parameter_type(const struct object *o, const char *prog)
{
	int32_t id = btf__find_by_name_kind(o->btf, prog, BTF_KIND_FUNC);
	const struct btf_type *t = id > 0 ? btf__type_by_id(o->btf, (uint32_t)id) : NULL;
	uint32_t type_id;

	t = t ? btf__type_by_id(o->btf, t->type) : NULL;
	if (!t || !btf_is_func_proto(t) || !btf_vlen(t))
		return 0;
	t = object_real_type(o->btf, btf_params(t)->type, NULL);
	if (!t || !btf_is_ptr(t))
		return 0;
	t = object_real_type(o->btf, t->type, &type_id);
	return t && btf_is_composite(t) ? type_id : 0;
}

static int write_members(const struct object *o, struct object_area *area, const char *assignments,
                         struct err *err)
{
	_cleanup_strv_ struct strv each = STRV_INIT;

	strv_split(&each, assignments, ":");
	strv_each (&each, i) {
		_cleanup_free_ char *member = NULL;
		const char *value = object_assignment(each.v[i], &member);
		struct object_place at;

		if (!value)
			return err_set(err, ERR_USAGE, "\"%s\" is not MEMBER=VALUE", each.v[i]);
		if (object_find_in(o, area, member, &at, err) < 0 ||
		    object_write(o, &at, member, value, err) < 0)
			return -(int)err->code;
	}
	return 0;
}

/* The parameter's bytes, which are 0 but for the members that are set; "": it has no struct. */
static int parameter_bytes(const struct object *o, const char *prog, const char *assignments,
                           char **hex, struct err *err)
{
	uint32_t type_id = parameter_type(o, prog);
	int64_t size = type_id ? btf__resolve_size(o->btf, type_id) : 0;
	_cleanup_free_ uint8_t *bytes = NULL;
	struct object_area area = { .type_id = type_id };

	if (size <= 0 && *assignments)
		return err_set(err, ERR_USAGE,
		               "program %s gets no struct, so nothing can be set in it", prog);
	area.bytes = size > 0 ? (size_t)size : 0;
	area.now = area.was = bytes = xcalloc(1, area.bytes + 1);
	if (*assignments && write_members(o, &area, assignments, err) < 0)
		return err_wrap(err, "%s", prog);
	*hex = object_hex(bytes, area.bytes);
	return 0;
}

int object_run_prog(struct object *o, const char *text, struct err *err)
{
	size_t n = strcspn(text, ":");
	_cleanup_free_ char *name = xstrndup(text, n);
	struct bpf_program *p = bpf_object__find_program_by_name(o->obj, name);
	char *hex = NULL;

	if (!p)
		return err_set(err, ERR_USAGE, "no program \"%s\" in %s", name, o->path);
	if (bpf_program__type(p) != BPF_PROG_TYPE_SYSCALL)
		return err_set(err, ERR_USAGE,
		               "program %s is in section \"%s\": only those of \"syscall\" are run",
		               name, bpf_program__section_name(p));
	if (parameter_bytes(o, name, text + n + (text[n] == ':'), &hex, err) < 0)
		return -(int)err->code;
	*xgrow(o->runs.v, o->runs.n) = (struct object_run){ .prog = steal_ptr(&name), .hex = hex };
	return 0;
}
