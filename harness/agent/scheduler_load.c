/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/scheduler_load.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "harness/agent/bpfvar.h"
#include "harness/agent/cputopo.h"

/* What our own schedulers ask of every machine. */
static void fill_topology(struct bpf_object *obj, const struct cputopo *topo)
{
	uint32_t llcs = topo->llcs == U32_NONE ? 1 : topo->llcs;
	struct bpfvar v;

	if (bpfvar_by_name(obj, ".rodata", "ktstr_nr_llcs", &v))
		bpfvar_set(&v, &llcs, sizeof(llcs));
	if (bpfvar_by_name(obj, ".rodata", "ktstr_cpu_llc", &v))
		bpfvar_set(&v, topo->llc_of, ((size_t)topo->max_cpu + 1) * sizeof(*topo->llc_of));
}

/* ".rodata" is called so, or "<object>.rodata"; long names are cut. */
static struct bpf_map *map_of_section(struct bpf_object *obj, const char *section)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, obj)
	{
		if (bpf_map__is_internal(map) && ends_with(bpf_map__name(map), section))
			return map;
	}
	return NULL;
}

static int digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

static int apply_patch(struct bpf_object *obj, const struct job_patch *p, struct err *err)
{
	struct bpf_map *map = p->ops ? bpf_object__find_map_by_name(obj, p->section)
	                             : map_of_section(obj, p->section);
	size_t size = 0, n = strlen(p->hex) / 2;
	uint8_t *value = map ? bpf_map__initial_value(map, &size) : NULL;

	if (!value || p->offset > size || n > size - p->offset)
		return err_set(err, ERR_FORMAT, "%s has no %zu bytes at %llu", p->section, n,
		               (unsigned long long)p->offset);
	for (size_t i = 0; i < n; i++)
		value[p->offset + i] =
			(uint8_t)(digit(p->hex[2 * i]) << 4 | digit(p->hex[2 * i + 1]));
	return 0;
}

static int size_maps(struct bpf_object *obj, const struct strmap *entries, struct err *err)
{
	strmap_each (entries, i) {
		struct bpf_map *map = bpf_object__find_map_by_name(obj, entries->v[i].key);
		uint32_t n = (uint32_t)strtoul(entries->v[i].value, NULL, 10);
		int ret = map ? bpf_map__set_max_entries(map, n) : -ENOENT;

		if (ret < 0)
			return err_sys(err, -ret, "map %s", entries->v[i].key);
	}
	return 0;
}

static int size_sections(struct bpf_object *obj, const struct strmap *sizes, struct err *err)
{
	strmap_each (sizes, i) {
		struct bpf_map *map = map_of_section(obj, sizes->v[i].key);
		uint32_t n = (uint32_t)strtoul(sizes->v[i].value, NULL, 10);
		int ret = map ? bpf_map__set_value_size(map, n) : -ENOENT;

		if (ret < 0)
			return err_sys(err, -ret, "section %s", sizes->v[i].key);
	}
	return 0;
}

static bool is_sched_ext(const struct bpf_object *obj, const struct bpf_map *map)
{
	const struct btf *btf = bpf_object__btf(obj);
	const struct btf_type *t = btf__type_by_id(btf, bpf_map__btf_value_type_id(map));

	return bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS && t &&
	       starts_with(btf__name_by_offset(btf, t->name_off), "sched_ext_ops");
}

/* One is attached; of the others neither map nor programs are loaded. */
static int choose_ops(const struct job_sched *job, struct loaded_object *lo, struct err *err)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, lo->obj)
	{
		if (!is_sched_ext(lo->obj, map))
			continue;
		if (!lo->ops && (!job->ops_map || streq(bpf_map__name(map), job->ops_map)))
			lo->ops = map;
		else
			bpf_map__set_autocreate(map, false);
	}
	return lo->ops ? 0 : err_set(err, ERR_FORMAT, "the object has no struct_ops");
}

static int run_progs(const struct job_sched *job, const struct loaded_object *lo, struct err *err)
{
	strv_each (&job->run_progs, i) {
		const char *name = job->run_progs.v[i];
		struct bpf_program *p = bpf_object__find_program_by_name(lo->obj, name);
		LIBBPF_OPTS(bpf_test_run_opts, opts);
		int ret = p ? bpf_prog_test_run_opts(bpf_program__fd(p), &opts) : -ENOENT;

		if (ret < 0)
			return err_sys(err, -ret, "run program %s", name);
		if (opts.retval)
			return err_set(err, ERR_CHILD, "program %s returned %d", name,
			               (int)opts.retval);
	}
	return 0;
}

/* As the object's own loader would: what says where it belongs is attached there. */
static int attach_beside(struct agent *a, struct loaded_object *lo, struct err *err)
{
	struct bpf_program *p;

	bpf_object__for_each_program(p, lo->obj)
	{
		struct bpf_link *link;

		if (bpf_program__fd(p) < 0 || !bpf_program__autoattach(p) ||
		    bpf_program__type(p) == BPF_PROG_TYPE_STRUCT_OPS ||
		    bpf_program__type(p) == BPF_PROG_TYPE_SYSCALL)
			continue;
		link = bpf_program__attach(p);
		if (link) {
			*xgrow(lo->links, lo->n_links) = link;
		} else if (errno == EOPNOTSUPP) {
			agent_log(a, "program %s (%s) is not attached: not supported",
			          bpf_program__name(p), bpf_program__section_name(p));
		} else {
			return err_sys(err, errno, "attach program %s (%s)", bpf_program__name(p),
			               bpf_program__section_name(p));
		}
	}
	return 0;
}

int object_load(struct agent *a, const struct job_sched *job, struct loaded_object *out,
                struct err *err)
{
	int ret;

	*out = (struct loaded_object){ .obj = bpf_object__open_file(job->object, NULL) };
	if (!out->obj)
		return err_sys(err, errno, "open %s", job->object);
	if (size_sections(out->obj, &job->sizes, err) < 0)
		return -(int)err->code;
	fill_topology(out->obj, a->topo);
	for (size_t i = 0; i < job->patches.n; i++)
		if (apply_patch(out->obj, &job->patches.v[i], err) < 0)
			return -(int)err->code;
	if (size_maps(out->obj, &job->map_entries, err) < 0 || choose_ops(job, out, err) < 0)
		return -(int)err->code;
	ret = bpf_object__load(out->obj);
	if (ret < 0)
		return err_sys(err, -ret, "load");
	return run_progs(job, out, err) < 0 ? -(int)err->code : attach_beside(a, out, err);
}

void object_unload(struct loaded_object *lo)
{
	for (size_t i = 0; i < lo->n_links; i++)
		bpf_link__destroy(lo->links[i]);
	free(lo->links);
	bpf_object__close(lo->obj);
	*lo = (struct loaded_object){ 0 };
}
