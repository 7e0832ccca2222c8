/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/scheduler_load.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "harness/agent/bpfvar.h"
#include "harness/agent/cputopo.h"
#include "harness/agent/loadlog.h"

#define STATS_LOG 4 /* BPF_LOG_STATS: a few lines of figures per program */
#define LOG_BYTES 8192

struct prog_log {
	struct bpf_program *prog;
	char text[LOG_BYTES];
};

/* Our own schedulers have these variables. */
static void fill_topology(struct bpf_object *obj, const struct cputopo *topo)
{
	uint32_t llcs = topo->llcs == U32_NONE ? 1 : topo->llcs;
	struct bpfvar v;

	if (bpfvar_by_name(obj, ".rodata", "ktstr_nr_llcs", &v))
		bpfvar_set(&v, &llcs, sizeof(llcs));
	if (bpfvar_by_name(obj, ".rodata", "ktstr_cpu_llc", &v))
		bpfvar_set(&v, topo->llc_of, ((size_t)topo->max_cpu + 1) * sizeof(*topo->llc_of));
}

static int digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

static void from_hex(const char *hex, uint8_t *out)
{
	for (; *hex; hex += 2)
		*out++ = (uint8_t)(digit(hex[0]) << 4 | digit(hex[1]));
}

static int apply_patch(struct bpf_object *obj, const struct job_patch *p, struct err *err)
{
	struct bpf_map *map = p->ops ? bpf_object__find_map_by_name(obj, p->section)
	                             : bpfvar_map(obj, p->section);
	size_t size = 0, n = strlen(p->hex) / 2;
	uint8_t *value = map ? bpf_map__initial_value(map, &size) : NULL;

	if (!value || p->offset > size || n > size - p->offset)
		return err_set(err, ERR_FORMAT, "%s has no %zu bytes at %llu", p->section, n,
		               (unsigned long long)p->offset);
	from_hex(p->hex, value + p->offset);
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
		struct bpf_map *map = bpfvar_map(obj, sizes->v[i].key);
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

/* Picks the sched_ext_ops to attach. All others are not loaded, nor are their programs. */
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

static int run_prog(const struct loaded_object *lo, const struct job_run *run, struct err *err)
{
	struct bpf_program *p = bpf_object__find_program_by_name(lo->obj, run->prog);
	size_t n = strlen(run->hex) / 2;
	_cleanup_free_ uint8_t *bytes = xcalloc(1, n + 1);
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = n ? bytes : NULL,
	            .ctx_size_in = (uint32_t)n);
	int ret;

	from_hex(run->hex, bytes);
	ret = p ? bpf_prog_test_run_opts(bpf_program__fd(p), &opts) : -ENOENT;
	if (ret < 0)
		return err_sys(err, -ret, "run program %s", run->prog);
	if (opts.retval)
		return err_set(err, ERR_CHILD, "program %s returned %d", run->prog,
		               (int)opts.retval);
	return 0;
}

static int run_progs(const struct job_sched *job, const struct loaded_object *lo, struct err *err)
{
	for (size_t i = 0; i < job->runs.n; i++)
		if (run_prog(lo, &job->runs.v[i], err) < 0)
			return -(int)err->code;
	return 0;
}

/* Attaches each program whose section says where to, as the object's own loader would. */
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

static void ask_for_figures(struct loaded_object *lo)
{
	struct bpf_program *p;

	bpf_object__for_each_program(p, lo->obj)
	{
		lo->n_logs++;
	}
	lo->logs = xcalloc(lo->n_logs + 1, sizeof(*lo->logs));
	lo->n_logs = 0;
	bpf_object__for_each_program(p, lo->obj)
	{
		struct prog_log *log = &lo->logs[lo->n_logs++];

		log->prog = p;
		bpf_program__set_log_level(p, STATS_LOG);
		bpf_program__set_log_buf(p, log->text, sizeof(log->text));
	}
}

static int open_filled(struct agent *a, const struct job_sched *job, struct loaded_object *out,
                       struct err *err)
{
	*out = (struct loaded_object){ .obj = bpf_object__open_file(job->object, NULL) };
	if (!out->obj)
		return err_sys(err, errno, "open %s", job->object);
	if (size_sections(out->obj, &job->sizes, err) < 0)
		return -(int)err->code;
	fill_topology(out->obj, a->topo);
	for (size_t i = 0; i < job->patches.n; i++)
		if (apply_patch(out->obj, &job->patches.v[i], err) < 0)
			return -(int)err->code;
	if (size_maps(out->obj, &job->map_entries, err) < 0)
		return -(int)err->code;
	return choose_ops(job, out, err);
}

/* The first try asks the verifier for figures. Then the log of a refused program has only figures,
 * so a second try asks for the reason. */
static int open_and_load(struct agent *a, const struct job_sched *job, struct strbuf *log,
                         struct loaded_object *out, struct err *err)
{
	int ret = open_filled(a, job, out, err);

	if (ret < 0)
		return ret;
	ask_for_figures(out);
	if (bpf_object__load(out->obj) == 0)
		return 0;
	object_unload(out);
	strbuf_reset(log);
	if ((ret = open_filled(a, job, out, err)) < 0)
		return ret;
	ret = bpf_object__load(out->obj);
	return ret < 0 ? err_sys(err, -ret, "load") : 0;
}

int object_load(struct agent *a, const struct job_sched *job, struct strbuf *log,
                struct loaded_object *out, struct err *err)
{
	int ret = open_and_load(a, job, log, out, err);

	if (ret < 0)
		return ret;
	out->loaded = true;
	return run_progs(job, out, err) < 0 ? -(int)err->code : attach_beside(a, out, err);
}

static void set_figure(struct json_f64map *to, const char *program, uint64_t n)
{
	if (n != U64_NONE)
		json_f64map_set(to, program, (double)n);
}

static void count_log(const struct prog_log *log, struct wire_sched *out)
{
	const char *name = bpf_program__name(log->prog);
	struct loadlog_figures f;

	loadlog_figures(log->text, &f);
	set_figure(&out->prog_states, name, f.states);
	set_figure(&out->prog_stack, name, f.stack_bytes);
	set_figure(&out->prog_verify_ns, name, f.verify_ns);
}

void object_count(const struct loaded_object *lo, struct wire_sched *out)
{
	struct bpf_program *p;

	bpf_object__for_each_program(p, lo->obj)
	{
		struct bpf_prog_info info = { 0 };
		uint32_t n = sizeof(info);

		if (bpf_program__fd(p) < 0 ||
		    bpf_prog_get_info_by_fd(bpf_program__fd(p), &info, &n) < 0 ||
		    !info.verified_insns)
			continue;
		json_f64map_set(&out->prog_insns, bpf_program__name(p), info.verified_insns);
		out->verified_insns = info.verified_insns +
		                      (out->verified_insns == U64_NONE ? 0 : out->verified_insns);
	}
	for (size_t i = 0; i < lo->n_logs; i++)
		count_log(&lo->logs[i], out);
}

void object_unload(struct loaded_object *lo)
{
	for (size_t i = 0; i < lo->n_links; i++)
		bpf_link__destroy(lo->links[i]);
	free(lo->links);
	bpf_object__close(lo->obj);
	free(lo->logs);
	*lo = (struct loaded_object){ 0 };
}
