/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists what is in an object, as text for people. */
#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/object/object_priv.h"

#define SHOWN_BYTES 4096 /* of a large variable's value */

static void PRINTF(2, 0) add_printed(void *ctx, const char *fmt, va_list args)
{
	strbuf_vaddf(ctx, fmt, args);
}

static char *type_text(struct btf_dump *d, struct strbuf *b, uint32_t type_id)
{
	LIBBPF_OPTS(btf_dump_emit_type_decl_opts, opts, .field_name = "", .strip_mods = true);

	strbuf_reset(b);
	if (btf_dump__emit_type_decl(d, type_id, &opts) < 0)
		return xstrdup("?");
	return xstrdup(strbuf_cstr(b));
}

static char *value_text(struct btf_dump *d, struct strbuf *b, uint32_t type_id,
                        const struct object_area *a, uint64_t offset, uint64_t bytes)
{
	LIBBPF_OPTS(btf_dump_type_data_opts, opts, .compact = true, .skip_names = true);
	bool large = bytes > SHOWN_BYTES;
	int ret;

#if LIBBPF_MAJOR_VERSION > 1 || LIBBPF_MINOR_VERSION >= 7 /* Debian 13's is 1.5 */
	opts.emit_strings = true;
#endif
	strbuf_reset(b);
	ret = btf_dump__dump_type_data(d, type_id, a->now + offset, large ? SHOWN_BYTES : bytes,
	                               &opts);
	if (ret < 0 && !(large && ret == -E2BIG))
		return xstrdup("?");
	if (large)
		strbuf_adds(b, "…");
	return xstrdup(strbuf_cstr(b));
}

static bool all_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

/* What is listed, and with what. */
struct listing {
	const struct object *o;
	struct btf_dump *d;
	struct strbuf b; /* what `d` prints to */
	struct object_vars *out;
};

static void add_var(struct listing *l, const struct object_area *a, uint32_t name, uint32_t type_id,
                    uint64_t offset, uint64_t bytes)
{
	if (offset + bytes > a->bytes)
		return;
	*xgrow(l->out->v, l->out->n) = (struct object_var){
		.section = xstrdup(a->name),
		.name = xstrdup(btf__name_by_offset(l->o->btf, name)),
		.type = type_text(l->d, &l->b, type_id),
		.value = value_text(l->d, &l->b, type_id, a, offset, bytes),
		.offset = offset,
		.bytes = bytes,
		.zero = all_zero(a->now + offset, bytes),
	};
}

static void add_vars(struct listing *l, const struct object_area *a)
{
	const struct btf_type *sec = btf__type_by_id(l->o->btf, a->type_id);
	const struct btf_var_secinfo *v = btf_var_secinfos(sec);

	for (uint32_t i = 0; i < btf_vlen(sec); i++) {
		const struct btf_type *var = btf__type_by_id(l->o->btf, v[i].type);

		if (btf_is_var(var))
			add_var(l, a, var->name_off, var->type, v[i].offset, v[i].size);
	}
}

/* All but the callbacks and other pointers, which nobody can set by a number. */
static void add_fields(struct listing *l, const struct object_area *a)
{
	const struct btf_type *ops = object_real_type(l->o->btf, a->type_id, NULL);
	const struct btf_member *m = btf_members(ops);

	for (uint32_t i = 0; i < btf_vlen(ops); i++) {
		const struct btf_type *t = object_real_type(l->o->btf, m[i].type, NULL);
		int64_t bytes = btf__resolve_size(l->o->btf, m[i].type);

		if (t && !btf_is_ptr(t) && bytes > 0 && !btf_member_bitfield_size(ops, i))
			add_var(l, a, m[i].name_off, m[i].type, btf_member_bit_offset(ops, i) / 8,
			        (uint64_t)bytes);
	}
}

static void list(const struct object *o, bool ops, struct object_vars *out)
{
	struct listing l = { .o = o, .out = out };

	*out = (struct object_vars){ 0 };
	l.d = btf_dump__new(o->btf, add_printed, &l.b, NULL);
	for (size_t i = 0; l.d && i < o->n_areas; i++) {
		const struct object_area *a = &o->areas[i];

		if (!ops && !a->ops)
			add_vars(&l, a);
		else if (ops && a->ops && streq_null(a->name, object_ops_map(o)))
			add_fields(&l, a);
	}
	btf_dump__free(l.d);
	strbuf_done(&l.b);
}

void object_list_vars(const struct object *o, struct object_vars *out)
{
	list(o, false, out);
}

void object_list_ops(const struct object *o, struct object_vars *out)
{
	list(o, true, out);
}

void object_vars_done(struct object_vars *vs)
{
	for (size_t i = 0; i < vs->n; i++) {
		free(vs->v[i].section);
		free(vs->v[i].name);
		free(vs->v[i].type);
		free(vs->v[i].value);
	}
	free(vs->v);
	*vs = (struct object_vars){ 0 };
}

static uint32_t entries_of(const struct object *o, const struct bpf_map *map)
{
	const char *set = strmap_get(&o->entries, bpf_map__name(map));

	return set ? (uint32_t)strtoul(set, NULL, 10) : bpf_map__max_entries(map);
}

void object_list_maps(const struct object *o, struct object_maps *out)
{
	struct bpf_map *map;

	*out = (struct object_maps){ 0 };
	bpf_object__for_each_map(map, o->obj)
	{
		const char *type = libbpf_bpf_map_type_str(bpf_map__type(map));

		if (bpf_map__is_internal(map))
			continue;
		*xgrow(out->v, out->n) = (struct object_map){
			.name = xstrdup(bpf_map__name(map)),
			.type = xstrdup(type ? type : "?"),
			.key_bytes = bpf_map__key_size(map),
			.value_bytes = bpf_map__value_size(map),
			.entries = entries_of(o, map),
		};
	}
}

void object_maps_done(struct object_maps *ms)
{
	for (size_t i = 0; i < ms->n; i++) {
		free(ms->v[i].name);
		free(ms->v[i].type);
	}
	free(ms->v);
	*ms = (struct object_maps){ 0 };
}

/* Whether libbpf attaches it by itself. "raw_tp" alone does not say where to. */
static bool is_attached(const struct bpf_program *p)
{
	switch ((int)bpf_program__type(p)) {
	case BPF_PROG_TYPE_TRACING:
	case BPF_PROG_TYPE_KPROBE:
	case BPF_PROG_TYPE_TRACEPOINT:
	case BPF_PROG_TYPE_RAW_TRACEPOINT:
	case BPF_PROG_TYPE_LSM: return strchr(bpf_program__section_name(p), '/') != NULL;
	default: return false;
	}
}

static bool is_run(const struct object *o, const struct bpf_program *p)
{
	for (size_t i = 0; i < o->runs.n; i++)
		if (streq(o->runs.v[i].prog, bpf_program__name(p)))
			return true;
	return false;
}

static const char *use_of(const struct object *o, const struct bpf_program *p)
{
	if (!bpf_program__autoload(p))
		return "not loaded: its section begins with \"?\"";
	switch ((int)bpf_program__type(p)) {
	case BPF_PROG_TYPE_STRUCT_OPS: return "scheduler";
	case BPF_PROG_TYPE_SYSCALL:
		return is_run(o, p) ? "run before" : "run if --run-prog names it";
	default: return is_attached(p) ? "attached" : OBJECT_NOT_ATTACHED;
	}
}

void object_list_progs(const struct object *o, struct object_progs *out)
{
	struct bpf_program *p;

	*out = (struct object_progs){ 0 };
	bpf_object__for_each_program(p, o->obj)
	{
		*xgrow(out->v, out->n) = (struct object_prog){
			.name = xstrdup(bpf_program__name(p)),
			.section = xstrdup(bpf_program__section_name(p)),
			.use = xstrdup(use_of(o, p)),
		};
	}
}

void object_progs_done(struct object_progs *ps)
{
	for (size_t i = 0; i < ps->n; i++) {
		free(ps->v[i].name);
		free(ps->v[i].section);
		free(ps->v[i].use);
	}
	free(ps->v);
	*ps = (struct object_progs){ 0 };
}
