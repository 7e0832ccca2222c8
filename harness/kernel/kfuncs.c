/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/btf.h>

#include "base/mem.h"
#include "harness/kernel/kfuncs.h"

/* The types of a BTF section, by their number. */
struct btf_types {
	const char *strings;
	size_t strings_n;
	const struct btf_type **v; /* v[0] is void */
	size_t n;
};

static const char *name_at(const struct btf_types *t, uint32_t off)
{
	return off < t->strings_n ? t->strings + off : "";
}

static const struct btf_type *type_at(const struct btf_types *t, uint32_t id)
{
	return id > 0 && id < t->n ? t->v[id] : NULL;
}

/* Size of what follows the head of a type; SIZE_MAX: its kind is not known. */
static size_t tail_bytes(const struct btf_type *t)
{
	size_t vlen = BTF_INFO_VLEN(t->info);

	switch (BTF_INFO_KIND(t->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG: return sizeof(uint32_t);
	case BTF_KIND_ARRAY: return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION: return vlen * sizeof(struct btf_member);
	case BTF_KIND_ENUM: return vlen * sizeof(struct btf_enum);
	case BTF_KIND_ENUM64: return vlen * sizeof(struct btf_enum64);
	case BTF_KIND_FUNC_PROTO: return vlen * sizeof(struct btf_param);
	case BTF_KIND_DATASEC: return vlen * sizeof(struct btf_var_secinfo);
	case BTF_KIND_PTR:
	case BTF_KIND_FWD:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FUNC:
	case BTF_KIND_FLOAT:
	case BTF_KIND_TYPE_TAG: return 0;
	default: return SIZE_MAX;
	}
}

static int read_types(const char *p, size_t n, struct btf_types *t, struct err *err)
{
	*xgrow(t->v, t->n) = NULL;
	while (n) {
		const struct btf_type *type = (const void *)p;
		size_t bytes;

		if (n < sizeof(*type))
			return err_set(err, ERR_FORMAT, "BTF: cut short");
		bytes = tail_bytes(type);
		if (bytes == SIZE_MAX)
			return err_set(err, ERR_UNSUPPORTED, "BTF: type %zu is of unknown kind %u",
			               t->n, BTF_INFO_KIND(type->info));
		bytes += sizeof(*type);
		if (bytes > n)
			return err_set(err, ERR_FORMAT, "BTF: cut short");
		*xgrow(t->v, t->n) = type;
		p += bytes;
		n -= bytes;
	}
	return 0;
}

static int open_types(const void *btf, size_t n, struct btf_types *t, struct err *err)
{
	const struct btf_header *h = btf;
	const char *p = btf;
	size_t rest;

	if (n < sizeof(*h) || h->magic != BTF_MAGIC || h->hdr_len > n)
		return err_set(err, ERR_FORMAT, "BTF: no header");
	rest = n - h->hdr_len;
	if (h->type_off > rest || h->type_len > rest - h->type_off || h->str_off > rest ||
	    h->str_len > rest - h->str_off || h->type_off % 4 || h->hdr_len % 4)
		return err_set(err, ERR_FORMAT, "BTF: cut short");
	p += h->hdr_len;
	if (!h->str_len || p[h->str_off + h->str_len - 1])
		return err_set(err, ERR_FORMAT, "BTF: its strings do not end");
	t->strings = p + h->str_off;
	t->strings_n = h->str_len;
	return read_types(p + h->type_off, h->type_len, t, err);
}

/* Whether a type is `const struct bpf_prog_aux *`, const or not. */
static bool is_aux(const struct btf_types *t, uint32_t id)
{
	const struct btf_type *p = type_at(t, id);

	if (!p || BTF_INFO_KIND(p->info) != BTF_KIND_PTR)
		return false;
	p = type_at(t, p->type);
	if (p && BTF_INFO_KIND(p->info) == BTF_KIND_CONST)
		p = type_at(t, p->type);
	return p && BTF_INFO_KIND(p->info) == BTF_KIND_STRUCT &&
	       streq(name_at(t, p->name_off), "bpf_prog_aux");
}

static bool shows_aux(const struct btf_types *t, const struct btf_type *func)
{
	const struct btf_type *proto = type_at(t, func->type);
	const struct btf_param *last;
	uint32_t n;

	if (!proto || BTF_INFO_KIND(proto->info) != BTF_KIND_FUNC_PROTO)
		return false;
	n = BTF_INFO_VLEN(proto->info);
	if (!n)
		return false;
	last = (const struct btf_param *)(proto + 1) + n - 1;
	return streq(name_at(t, last->name_off), "aux") && is_aux(t, last->type);
}

/* Whether it is a function of sched_ext for BPF programs. Goes by the name: other kernel functions
 * have an argument `aux`, too (bpf_prog_get_assoc_struct_ops), and not every BTF tags the functions
 * that programs may call. */
static bool of_sched_ext(const char *name)
{
	return starts_with(name, "scx_bpf_") || starts_with(name, "bpf_iter_scx_");
}

static void add_hidden(const struct btf_types *t, struct strv *names)
{
	_cleanup_strv_ struct strv impl = STRV_INIT;
	_cleanup_strv_ struct strv shown = STRV_INIT;

	for (size_t id = 1; id < t->n; id++) {
		const char *name = name_at(t, t->v[id]->name_off);

		if (BTF_INFO_KIND(t->v[id]->info) != BTF_KIND_FUNC || !of_sched_ext(name))
			continue;
		if (ends_with(name, "_impl"))
			strv_add(&impl, name);
		else if (shows_aux(t, t->v[id]))
			strv_add(&shown, name);
	}
	strv_uniq(&shown);
	strv_each (&shown, i) {
		_cleanup_free_ char *whole = xasprintf("%s_impl", shown.v[i]);

		if (!strv_has(&impl, whole))
			strv_add(names, shown.v[i]);
	}
}

int kfuncs_hidden(const void *btf, size_t n, struct strv *names, struct err *err)
{
	struct btf_types t = { 0 };
	int r = open_types(btf, n, &t, err);

	if (r == 0)
		add_hidden(&t, names);
	free(t.v);
	return r;
}
