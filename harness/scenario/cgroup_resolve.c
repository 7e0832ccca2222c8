/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scenario/cgroup_resolve.h"

#include "base/mem.h"
#include "harness/scenario/value.h"

static int check_needs(const struct work_type_def *d, const struct job_topology *topo,
                       struct err *err)
{
	if (d->needs.smt && topo->threads_per_core < 2)
		return err_set(err, ERR_UNSUPPORTED, "%s needs two threads per core", d->name);
	if (d->needs.nodes > topo->nodes)
		return err_set(err, ERR_UNSUPPORTED, "%s needs %u NUMA nodes, the topology has %u",
		               d->name, d->needs.nodes, topo->nodes);
	return 0;
}

static uint32_t add_work(struct resolver *r, uint32_t cgroup)
{
	struct job_work *w = xgrow(r->job.works.v, r->job.works.n);
	struct job_op op = resolver_op(r, OP_SPAWN);

	json_init(&job_work_table, w);
	w->cgroup = cgroup;
	op.work = (uint32_t)r->job.works.n - 1;
	resolver_add(r, &op);
	return op.work;
}

/* Workers come in groups: a ping-pong pair has two. Their number is rounded up to whole groups, so
 * that a percentage works on every topology. */
static int fill_work(struct resolver *r, const struct scenario_work *w, uint32_t work,
                     struct err *err)
{
	struct job_work *out = &r->job.works.v[work];
	double param[WORK_PARAMS_MAX];
	struct cpus allowed;
	uint32_t group;

	allow_of_cgroup(&r->allow, out->cgroup, &allowed);
	out->type = json_name_index(&work_type_names, w->type);
	if (check_needs(&work_type_defs[out->type], &r->job.topology, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < w->params.n; i++)
		json_f64map_set(&out->params, w->params.v[i].key, w->params.v[i].value);
	if (work_type_params(out->type, &out->params, param, err) < 0 ||
	    value_workers(w, cpus_count(&allowed), &out->workers, err) < 0 ||
	    value_policy(w, out, err) < 0 || value_memory(w, out, err) < 0)
		return -(int)err->code;
	group = work_type_group(out->type, param);
	out->workers = (out->workers + group - 1) / group * group;
	return w->affinity ? resolver_affinity(r, w->affinity, work, &out->affinity, err) : 0;
}

int resolve_work(struct resolver *r, const struct scenario_work *w, uint32_t cgroup,
                 struct err *err)
{
	return fill_work(r, w, add_work(r, cgroup), err) < 0 ? err_wrap(err, "%s", w->type) : 0;
}

int resolve_works(struct resolver *r, const struct scenario_work *works, uint32_t n,
                  uint32_t cgroup, struct err *err)
{
	for (uint32_t i = 0; i < n; i++)
		if (resolve_work(r, &works[i], cgroup, err) < 0)
			return -(int)err->code;
	return 0;
}

/* A cgroup that is made again keeps its index, because reports go by name. */
static uint32_t add_cgroup(struct resolver *r, const char *path)
{
	struct job_cgroup *out;

	for (uint32_t i = 0; i < r->job.cgroups.n; i++)
		if (streq(r->job.cgroups.v[i].name, path))
			return i;
	out = xgrow(r->job.cgroups.v, r->job.cgroups.n);
	json_init(&job_cgroup_table, out);
	out->name = xstrdup(path);
	xgrow(r->defs, r->n_defs);
	return (uint32_t)r->job.cgroups.n - 1;
}

static int cgroup_knobs(const struct resolver *r, const struct scenario_cgroup *c, uint32_t parent,
                        struct strmap *knobs, struct err *err)
{
	_cleanup_free_ char *list = NULL;

	if (value_knobs(c, knobs, err) < 0)
		return -(int)err->code;
	if (!c->cpuset)
		return 0;
	if (resolver_cpuset(r, parent, c->cpuset, &list, err) < 0)
		return -(int)err->code;
	strmap_set(knobs, CPUSET_CPUS, list);
	if (c->partition)
		strmap_set(knobs, CPUSET_EXCLUSIVE, list);
	return 0;
}

static bool same_knobs(const struct strmap *a, const struct strmap *b)
{
	strmap_each (a, i)
		if (!streq_null(strmap_get(b, a->v[i].key), a->v[i].value))
			return false;
	return a->n == b->n;
}

/* A cgroup that is made again must have the same knobs. */
static int fill_cgroup(struct resolver *r, const struct scenario_cgroup *c, uint32_t index,
                       uint32_t parent, struct err *err)
{
	struct strmap *own = &r->job.cgroups.v[index].knobs;
	bool first = !r->defs[index];
	struct strmap knobs = { 0 };
	int ret = cgroup_knobs(r, c, parent, &knobs, err);

	r->defs[index] = c;
	if (ret == 0 && !first && !same_knobs(&knobs, own))
		ret = place_refuse(c->at, "name", err, "an earlier \"%s\" has other settings",
		                   c->name);
	if (first) {
		*own = knobs;
		return ret;
	}
	strmap_done(&knobs);
	return ret;
}

/* Without its works and the cgroups in it. */
static int make_cgroup(struct resolver *r, const struct scenario_cgroup *c, uint32_t parent,
                       uint32_t index, struct err *err)
{
	struct job_op op = resolver_op(r, OP_ADD_CGROUP);

	if (fill_cgroup(r, c, index, parent, err) < 0)
		return -(int)err->code;
	op.cgroup = index;
	resolver_add(r, &op);
	return 0;
}

int resolve_cgroup(struct resolver *r, const struct scenario_cgroup *c, uint32_t parent,
                   struct err *err)
{
	_cleanup_free_ char *path =
		parent == U32_NONE ? xstrdup(c->name)
				   : xasprintf("%s/%s", r->job.cgroups.v[parent].name, c->name);
	uint32_t index = add_cgroup(r, path);

	if (make_cgroup(r, c, parent, index, err) < 0 ||
	    resolve_works(r, c->works, c->works_count, index, err) < 0)
		return resolver_wrap(err, "cgroup %s", path);
	for (uint32_t i = 0; i < c->cgroups_count; i++)
		if (resolve_cgroup(r, &c->cgroups[i], index, err) < 0)
			return -(int)err->code;
	return 0;
}
