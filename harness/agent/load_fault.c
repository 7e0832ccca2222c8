/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/load_fault.h"

#include <bpf/btf.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/strv.h"
#include "harness/agent/bpfvar.h"
#include "harness/agent/kfunc.h"
#include "harness/agent/opsrules.h"

#define OPS_NAME_MAX 128

/* "map x cannot be made: -E2BIG" becomes "map x (hash, 9 entries of 4+8 bytes) cannot be made: …" */
static void describe_map(const struct loaded_object *lo, struct loadlog *l)
{
	const struct bpf_map *map = bpf_object__find_map_by_name(lo->obj, l->map);
	const char *tail = strrchr(l->text, ':');
	char *text;

	if (!map)
		return;
	const char *type = libbpf_bpf_map_type_str(bpf_map__type(map));

	if (!type || libbpf_probe_bpf_map_type(bpf_map__type(map), NULL) == 0)
		text = xasprintf("map %s cannot be made: this kernel has no map type %u%s%s%s",
		                 l->map, bpf_map__type(map), type ? " (" : "", type ? type : "",
		                 type ? ")" : "");
	else
		text = xasprintf("map %s (%s, %u entries of %u+%u bytes) cannot be made%s", l->map,
		                 type, bpf_map__max_entries(map), bpf_map__key_size(map),
		                 bpf_map__value_size(map), tail ? tail : "");
	free(l->text);
	l->text = text;
}

static bool names_any(const char *text, const char *functions)
{
	_cleanup_strv_ struct strv names = STRV_INIT;

	strv_split(&names, functions, ", ");
	strv_each (&names, i) {
		_cleanup_free_ char *said = xasprintf("function %s ", names.v[i]);

		if (strstr(text, said))
			return true;
	}
	return false;
}

/* Names the broken kernel function if the kernel is at fault. libbpf calls it missing. */
static void add_hidden(const struct loaded_object *lo, struct loadlog *l)
{
	_cleanup_free_ char *hidden = kfunc_uncallable(lo->obj);
	char *text;

	if (!hidden || (l->fault == FAULT_KFUNC && !names_any(l->text, hidden)))
		return;
	text = xasprintf("%s%sthis kernel's BTF shows a hidden argument of %s: no program can call "
	                 "it here",
	                 l->fault == FAULT_KFUNC ? "" : l->text,
	                 l->fault == FAULT_KFUNC ? "" : "; ", hidden);
	free(l->text);
	l->text = text;
}

void load_fault(const struct loaded_object *lo, const char *log, struct loadlog *out)
{
	loadlog_read(log, out);
	if (!out->text || !lo->obj)
		return;
	if (out->map)
		describe_map(lo, out);
	else if (out->fault == FAULT_VERIFIER || out->fault == FAULT_KFUNC)
		add_hidden(lo, out);
}

/* The value of an enumerator of the running kernel; none if it is not in its BTF. */
static uint64_t kernel_enumerator(const char *type, const char *name)
{
	struct btf *btf = btf__load_vmlinux_btf();
	int id = btf ? btf__find_by_name_kind(btf, type, BTF_KIND_ENUM) : -1;
	uint64_t value = U64_NONE;

	if (id <= 0)
		id = btf ? btf__find_by_name_kind(btf, type, BTF_KIND_ENUM64) : -1;
	const struct btf_type *t = id > 0 ? btf__type_by_id(btf, (uint32_t)id) : NULL;

	for (uint32_t i = 0; t && i < btf_vlen(t); i++) {
		const struct btf_enum64 *e64 = btf_enum64(t) + i;
		const struct btf_enum *e = btf_enum(t) + i;
		bool wide = btf_is_enum64(t);

		if (streq(btf__name_by_offset(btf, wide ? e64->name_off : e->name_off), name))
			value = wide ? btf_enum64_value(e64) : (uint32_t)e->val;
	}
	btf__free(btf);
	return value;
}

static uint64_t number(const struct loaded_object *lo, const struct bpfvar *ops, const char *member)
{
	const uint8_t *data = bpf_map__initial_value(ops->map, NULL);
	uint32_t offset, size;
	uint64_t value = 0;

	if (!data || !bpfvar_member(lo->obj, ops, member, &offset, &size) || size > sizeof(value))
		return U64_NONE;
	memcpy(&value, data + offset, size);
	return value;
}

char *attach_fault(const struct loaded_object *lo)
{
	size_t bytes = 0;
	const char *data = bpf_map__initial_value(lo->ops, &bytes);
	const struct btf *btf = bpf_object__btf(lo->obj);
	uint32_t type = bpf_map__btf_value_type_id(lo->ops), offset, size;
	int64_t full = btf__resolve_size(btf, type);
	char name[OPS_NAME_MAX + 1] = "";

	if (!data || full <= 0)
		return NULL;
	const struct bpfvar ops = { .map = lo->ops, .size = (uint32_t)full, .type_id = type };
	struct ops_fields f = {
		.timeout_ms = number(lo, &ops, "timeout_ms"),
		.dispatch_max_batch = number(lo, &ops, "dispatch_max_batch"),
		.flags = number(lo, &ops, "flags"),
		.known_flags = kernel_enumerator("scx_ops_flags", "SCX_OPS_ALL_FLAGS"),
	};

	if (bpfvar_member(lo->obj, &ops, "name", &offset, &size) && size <= OPS_NAME_MAX) {
		memcpy(name, data + offset, size);
		f.name = name;
	}
	return opsrules_broken(&f);
}
