/* SPDX-License-Identifier: GPL-2.0-only */
/* Variables that every loader fills: constants of the kernel, and facts of the machine. */
#include <errno.h>

#include "base/mem.h"
#include "harness/object/object_priv.h"

#define ENUM_PREFIX "__"

/* Weak variables named __SCX_…: scx's headers declare one for each enumerator that they use. */
static void fill_enums(struct object *o, const struct object_area *a)
{
	const struct btf_type *sec = btf__type_by_id(o->btf, a->type_id);
	const struct btf_var_secinfo *v = btf_var_secinfos(sec);

	for (uint32_t i = 0; i < btf_vlen(sec); i++) {
		const struct btf_type *var = btf__type_by_id(o->btf, v[i].type);
		const char *name = btf__name_by_offset(o->btf, var->name_off);
		struct object_place at;
		uint64_t value;
		bool negative;

		if (starts_with(name, ENUM_PREFIX) && object_find_var(o, name, &at) &&
		    object_enumerator(o->kernel, name + strlen(ENUM_PREFIX), &value, &negative))
			object_write_int(o, &at, value);
	}
}

bool object_wants_kernel(const struct object *o)
{
	for (size_t i = 0; i < o->n_areas; i++) {
		const struct btf_type *sec = btf__type_by_id(o->btf, o->areas[i].type_id);
		const struct btf_var_secinfo *v = btf_var_secinfos(sec);

		for (uint32_t k = 0; !o->areas[i].ops && k < btf_vlen(sec); k++) {
			const struct btf_type *var = btf__type_by_id(o->btf, v[k].type);

			if (starts_with(btf__name_by_offset(o->btf, var->name_off),
			                ENUM_PREFIX "SCX_"))
				return true;
		}
	}
	return false;
}

int object_use_kernel(struct object *o, const char *vmlinux, struct err *err)
{
	struct btf *kernel = btf__parse(vmlinux, NULL);

	if (!kernel)
		return err_sys(err, errno, "BTF of %s", vmlinux);
	btf__free(o->kernel);
	o->kernel = kernel;
	for (size_t i = 0; i < o->n_areas; i++)
		if (!o->areas[i].ops)
			fill_enums(o, &o->areas[i]);
	return 0;
}

static uint64_t cpus(const struct object_machine *m)
{
	return m->cpus;
}

static uint64_t llcs(const struct object_machine *m)
{
	return m->llcs;
}

static uint64_t nodes(const struct object_machine *m)
{
	return m->nodes;
}

static uint64_t is_smt(const struct object_machine *m)
{
	return m->threads_per_core > 1;
}

static uint64_t is_numa(const struct object_machine *m)
{
	return m->nodes > 1;
}

static uint64_t is_not_numa(const struct object_machine *m)
{
	return m->nodes <= 1;
}

/* Names that many schedulers use (those of scx, and of the kernel's tools/sched_ext). */
static const struct {
	const char *name;
	uint64_t (*value)(const struct object_machine *m);
} machine_vars[] = {
	{ "nr_cpu_ids", cpus },           { "nr_cpus", cpus },
	{ "nr_cpus_onln", cpus },         { "nr_possible_cpus", cpus },
	{ "nr_cpus_possible", cpus },     { "nr_llcs", llcs },
	{ "nr_node_ids", nodes },         { "nr_nodes", nodes },
	{ "smt_enabled", is_smt },        { "numa_enabled", is_numa },
	{ "numa_disabled", is_not_numa },
};

/* Enlarges arrays `name` of one element in a section ".data.name", as loaders do. uei_dump, the
 * buffer for the dump of the exit info, looks the same but is not one per CPU. */
static void grow_arrays(struct object *o, uint32_t elements)
{
	for (size_t i = 0; i < o->n_areas; i++) {
		const struct btf_type *sec = btf__type_by_id(o->btf, o->areas[i].type_id);
		const struct btf_type *var, *t;
		struct err ignored = ERR_INIT; /* then it stays as it is */
		struct object_place at;
		const char *name;

		if (o->areas[i].ops || btf_vlen(sec) != 1)
			continue;
		var = btf__type_by_id(o->btf, btf_var_secinfos(sec)->type);
		name = btf__name_by_offset(o->btf, var->name_off);
		t = object_real_type(o->btf, var->type, NULL);
		if (t && btf_is_array(t) && btf_array(t)->nelems == 1 && !streq(name, "uei_dump") &&
		    ends_with(o->areas[i].name, name) && object_find_var(o, name, &at) &&
		    object_grow(o, &at, elements, &ignored) < 0)
			continue;
	}
}

void object_use_machine(struct object *o, const struct object_machine *m)
{
	struct object_place at;

	for (size_t i = 0; i < ARRAY_SIZE(machine_vars); i++)
		if (object_find_var(o, machine_vars[i].name, &at))
			object_write_int(o, &at, machine_vars[i].value(m));
	grow_arrays(o, m->cpus);
}
