/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "base/parse.h"
#include "base/strbuf.h"
#include "harness/scenario/params.h"
#include "harness/scenario/scenario.h"

#define WORKERS_MAX 4096

/* "4" or "150%" of n_cpus, at least 1. */
static int worker_count(const char *text, uint32_t n_cpus, uint32_t *out, struct err *err)
{
	size_t n = strlen(text);
	uint64_t v;

	if (n && text[n - 1] == '%') {
		_cleanup_free_ char *digits = xstrndup(text, n - 1);

		if (parse_u64(digits, "workers (in %)", 1, 100000, &v, err) < 0)
			return -(int)err->code;
		v = v * n_cpus / 100;
		v = v ? v : 1;
	} else if (parse_u64(text, "workers", 1, WORKERS_MAX, &v, err) < 0) {
		return -(int)err->code;
	}
	if (v > WORKERS_MAX)
		return err_set(err, ERR_UNSUPPORTED, "workers: %s of %u CPUs is over %u", text,
		               n_cpus, WORKERS_MAX);
	*out = (uint32_t)v;
	return 0;
}

static struct job_op *add_op(struct job *job, enum op_kind kind)
{
	struct job_op *op = xgrow(*(struct job_op **)&job->ops.items, job->ops.n);

	json_init(&job_op_table, op);
	op->kind = kind;
	return op;
}

static int check_needs(const struct work_type_def *d, const struct job_topology *topo,
                       struct err *err)
{
	if (d->needs.smt && topo->threads_per_core < 2)
		return err_set(err, ERR_UNSUPPORTED, "%s needs cores of two threads", d->name);
	if (d->needs.nodes > topo->nodes)
		return err_set(err, ERR_UNSUPPORTED, "%s needs %u NUMA nodes, there %s %u", d->name,
		               d->needs.nodes, topo->nodes == 1 ? "is" : "are", topo->nodes);
	return 0;
}

/* Workers of a type come in groups: a ping-pong has two ends. Rounded up, so that a percentage
 * works on every topology. */
static int resolve_work(const struct scenario_work *w, uint32_t n_cpus,
                        const struct job_topology *topo, struct job_work *out, struct err *err)
{
	double param[WORK_PARAMS_MAX];
	uint32_t group;

	out->type = json_name_index(&work_type_names, w->type);
	if (check_needs(&work_type_defs[out->type], topo, err) < 0)
		return -(int)err->code;
	params_take(w->params, &out->params);
	if (worker_count(w->workers, n_cpus, &out->workers, err) < 0)
		return err_wrap(err, "%s", w->type);
	if (work_type_params(out->type, &out->params, param, err) < 0)
		return -(int)err->code;
	group = work_type_group(out->type, param);
	out->workers = (out->workers + group - 1) / group * group;
	return 0;
}

static int resolve_cgroup(const struct scenario_cgroup *c, const struct job_topology *topo,
                          struct job *job, struct err *err)
{
	struct job_cgroup *out = xgrow(*(struct job_cgroup **)&job->cgroups.items, job->cgroups.n);
	uint32_t n_cpus = topo->cpus, index = (uint32_t)job->cgroups.n - 1;

	json_init(&job_cgroup_table, out);
	out->name = xstrdup(c->name);
	add_op(job, OP_ADD_CGROUP)->cgroup = index;
	if (c->weight) {
		_cleanup_free_ char *weight = xasprintf("%u", c->weight);

		strmap_set(&out->knobs, "cpu.weight", weight);
	}
	if (c->cpuset) {
		_cleanup_free_ uint32_t *list = NULL;
		size_t n;

		strmap_set(&out->knobs, "cpuset.cpus", c->cpuset);
		if (parse_cpulist(c->cpuset, "cpuset", topo->cpus - 1, &list, &n, err) < 0) {
			err->code = ERR_UNSUPPORTED;
			return err_wrap(err, "cgroup %s", c->name);
		}
		n_cpus = (uint32_t)n;
	}
	for (uint32_t i = 0; i < c->works_count; i++) {
		struct job_work *w = xgrow(*(struct job_work **)&job->works.items, job->works.n);

		json_init(&job_work_table, w);
		w->cgroup = index;
		add_op(job, OP_SPAWN)->work = (uint32_t)job->works.n - 1;
		if (resolve_work(&c->works[i], n_cpus, topo, w, err) < 0)
			return err_wrap(err, "cgroup %s", c->name);
	}
	return 0;
}

int scenario_resolve(const struct scenario *s, const struct job_topology *topo,
                     uint64_t duration_ns, struct job *out, struct err *err)
{
	struct job job;

	json_init(&job_table, &job);
	job.version = WIRE_VERSION;
	job.test = xstrdup(s->name);
	job.topology = *topo;
	job.duration_ns = duration_ns;
	for (uint32_t i = 0; i < s->cgroups_count; i++) {
		if (resolve_cgroup(&s->cgroups[i], topo, &job, err) < 0) {
			json_done(&job_table, &job);
			return err_wrap(err, "scenario %s", s->name);
		}
	}
	*out = job;
	return 0;
}

char *scenario_work_types(const struct job *job, uint32_t cgroup)
{
	const struct job_work *works = job->works.items;
	bool used[WORK_TYPE_COUNT] = { false };
	struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < job->works.n; i++)
		if (cgroup == U32_NONE || works[i].cgroup == cgroup)
			used[works[i].type] = true;
	for (int t = 0; t < WORK_TYPE_COUNT; t++)
		if (used[t])
			strbuf_addf(&b, "%s%s", b.n ? "+" : "", json_name(&work_type_names, t));
	return b.n ? strbuf_steal(&b) : xstrdup("none");
}
