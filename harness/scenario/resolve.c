/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/scenario/payloads.h"
#include "harness/scenario/resolve.h"
#include "harness/scenario/value.h"

struct job_op *resolve_add_op(struct resolver *r, enum op_kind kind)
{
	struct job_op *op = xgrow(r->job.ops.v, r->job.ops.n);

	json_init(&job_op_table, op);
	op->kind = kind;
	op->at_ns = r->now_ns;
	op->step = r->step;
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

static struct job_work *add_work(struct resolver *r, uint32_t cgroup)
{
	struct job_work *w = xgrow(r->job.works.v, r->job.works.n);
	struct work_state *state = xgrow(r->works, r->n_works);

	json_init(&job_work_table, w);
	w->cgroup = cgroup;
	*state = (struct work_state){ .cgroup = cgroup, .runs = true };
	return w;
}

/* Workers of a type come in groups: a ping-pong has two ends. Rounded up, so that a percentage
 * works on every topology. */
static int fill_work(struct resolver *r, const struct scenario_work *w, const struct cpus *allowed,
                     struct job_work *out, struct err *err)
{
	double param[WORK_PARAMS_MAX];
	uint32_t group;

	out->type = json_name_index(&work_type_names, w->type);
	if (check_needs(&work_type_defs[out->type], &r->job.topology, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < w->params.n; i++)
		json_f64map_set(&out->params, w->params.v[i].key, w->params.v[i].value);
	if (work_type_params(out->type, &out->params, param, err) < 0 ||
	    value_workers(w, cpus_count(allowed), &out->workers, err) < 0 ||
	    value_policy(w, out, err) < 0 || value_memory(w, out, err) < 0)
		return -(int)err->code;
	group = work_type_group(out->type, param);
	out->workers = (out->workers + group - 1) / group * group;
	return w->affinity ? resolve_affinity(r, w->affinity, r->n_works - 1, &out->affinity, err)
	                   : 0;
}

int resolve_affinity(struct resolver *r, const char *text, size_t work, struct strv *out,
                     struct err *err)
{
	const struct job_work *w = &r->job.works.v[work];
	const struct cpus allowed = resolve_allowed(r, r->works[work].cgroup);
	const struct affinity_in in = { .topo = &r->job.topology,
		                        .allowed = &allowed,
		                        .seed = r->job.seed + r->job.ops.n,
		                        .workers = w->workers };

	return value_affinity(text, &in, out, err);
}

int resolve_work(struct resolver *r, const struct scenario_work *w, uint32_t cgroup,
                 struct err *err)
{
	const struct cpus allowed = resolve_allowed(r, cgroup);
	struct job_work *out = add_work(r, cgroup);

	resolve_add_op(r, OP_SPAWN)->work = (uint32_t)r->n_works - 1;
	if (fill_work(r, w, &allowed, out, err) < 0)
		return err_wrap(err, "%s", w->type);
	return 0;
}

static int resolve_works(struct resolver *r, const struct scenario_work *works, uint32_t n,
                         uint32_t cgroup, struct err *err)
{
	for (uint32_t i = 0; i < n; i++)
		if (resolve_work(r, &works[i], cgroup, err) < 0)
			return -(int)err->code;
	return 0;
}

struct cpus resolve_allowed(const struct resolver *r, uint32_t cgroup)
{
	struct cpus all = { 0 };

	cpus_add_range(&all, 0, r->job.topology.cpus);
	for (uint32_t i = cgroup; i != U32_NONE; i = r->cgroups[i].parent)
		if (r->cgroups[i].limited)
			cpus_and(&all, &r->cgroups[i].cpus);
	return all;
}

int resolve_cpuset(struct resolver *r, uint32_t cgroup, const char *spec, char **list,
                   struct err *err)
{
	struct cgroup_state *state = &r->cgroups[cgroup];
	struct cpus own, allowed = resolve_allowed(r, state->parent);

	if (cpuset_resolve(spec, &r->job.topology, &own, err) < 0)
		return err_wrap(err, "cpuset");
	cpus_and(&own, &allowed);
	if (!cpus_count(&own))
		return err_set(err, ERR_UNSUPPORTED,
		               "cpuset: \"%s\" has no CPU of those of the cgroup it is in", spec);
	state->limited = true;
	state->cpus = own;
	*list = cpus_format(&own);
	return 0;
}

/* One that was there before comes back under its index: reports go by name. */
static uint32_t add_cgroup(struct resolver *r, const char *path, uint32_t parent)
{
	const struct job_cgroup *all = r->job.cgroups.v;
	struct job_cgroup *out;

	for (uint32_t i = 0; i < r->n_cgroups; i++)
		if (streq(all[i].name, path))
			return i;
	out = xgrow(r->job.cgroups.v, r->job.cgroups.n);
	json_init(&job_cgroup_table, out);
	out->name = xstrdup(path);
	*xgrow(r->cgroups, r->n_cgroups) = (struct cgroup_state){ .parent = parent };
	return (uint32_t)r->n_cgroups - 1;
}

static int cgroup_knobs(struct resolver *r, const struct scenario_cgroup *c, uint32_t index,
                        struct strmap *knobs, struct err *err)
{
	_cleanup_free_ char *list = NULL;

	if (value_knobs(c, knobs, err) < 0)
		return -(int)err->code;
	r->cgroups[index].limited = false;
	if (!c->cpuset)
		return 0;
	if (resolve_cpuset(r, index, c->cpuset, &list, err) < 0)
		return -(int)err->code;
	strmap_set(knobs, "cpuset.cpus", list);
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

/* Under one name there is one set of knobs, whenever it is made. */
static int fill_cgroup(struct resolver *r, const struct scenario_cgroup *c, uint32_t index,
                       struct err *err)
{
	struct strmap *own = &r->job.cgroups.v[index].knobs;
	struct cgroup_state *state = &r->cgroups[index];
	struct strmap knobs = { 0 };
	bool first = !state->def;
	int ret = cgroup_knobs(r, c, index, &knobs, err);

	state->def = c;
	state->there = true;
	if (ret == 0 && !first && !same_knobs(&knobs, own))
		ret = place_refuse(c->at, "name", err, "there was another \"%s\" before", c->name);
	if (first) {
		*own = knobs;
		return ret;
	}
	strmap_done(&knobs);
	return ret;
}

int resolve_cgroup(struct resolver *r, const struct scenario_cgroup *c, uint32_t parent,
                   struct err *err)
{
	const struct job_cgroup *all = r->job.cgroups.v;
	_cleanup_free_ char *path = parent == U32_NONE
	                                    ? xstrdup(c->name)
	                                    : xasprintf("%s/%s", all[parent].name, c->name);
	uint32_t index = add_cgroup(r, path, parent);

	resolve_add_op(r, OP_ADD_CGROUP)->cgroup = index;
	if (fill_cgroup(r, c, index, err) < 0 ||
	    resolve_works(r, c->works, c->works_count, index, err) < 0)
		return resolve_wrap(err, "cgroup %s", path);
	for (uint32_t i = 0; i < c->cgroups_count; i++)
		if (resolve_cgroup(r, &c->cgroups[i], index, err) < 0)
			return -(int)err->code;
	return 0;
}

/* X(key, what the topology has): of the numbers of needs */
#define NEEDS(X)                                                                                   \
	X(cpus, "CPUs")                                                                            \
	X(llcs, "LLCs")                                                                            \
	X(nodes, "NUMA nodes")

static int check_scenario_needs(const struct scenario_needs *needs, const struct job_topology *t,
                                struct err *err)
{
#define X(key, noun)                                                                               \
	if (needs->key > t->key)                                                                   \
		return err_set(err, ERR_UNSUPPORTED, "needs %u " noun ", the topology has %u",     \
		               needs->key, t->key);
	NEEDS(X)
#undef X
	if (needs->smt && t->threads_per_core < 2)
		return err_set(err, ERR_UNSUPPORTED, "needs cores of two threads");
	return 0;
}

uint32_t resolve_scheduler(struct resolver *r, const char *name)
{
	const struct job_sched *all = r->job.schedulers.v;
	struct job_sched *out;

	for (uint32_t i = 0; i < r->job.schedulers.n; i++)
		if (all[i].name && streq(all[i].name, name))
			return i;
	out = xgrow(r->job.schedulers.v, r->job.schedulers.n);
	json_init(&job_sched_table, out);
	out->name = xstrdup(name);
	return (uint32_t)r->job.schedulers.n - 1;
}

static int resolve_all(struct resolver *r, const struct scenario *s, struct err *err)
{
	if (r->job.topology.cpus > CPUS_MAX)
		return err_set(err, ERR_UNSUPPORTED, "more than %d CPUs", CPUS_MAX);
	if (s->needs && check_scenario_needs(s->needs, &r->job.topology, err) < 0)
		return -(int)err->code;
	for (uint32_t i = 0; i < s->cgroups_count; i++)
		if (resolve_cgroup(r, &s->cgroups[i], U32_NONE, err) < 0)
			return -(int)err->code;
	if (resolve_works(r, s->works, s->works_count, U32_NONE, err) < 0 ||
	    resolve_payloads(r, err) < 0 || resolve_steps(r, s, err) < 0)
		return -(int)err->code;
	return resolve_payload_waits(r, err);
}

int scenario_resolve(const struct scenario *s, const struct scenario_setting *setting,
                     struct job *out, struct err *err)
{
	struct resolver r = {
		.now_ns = U64_NONE, .step = U32_NONE, .scenario = s, .sched_ext = setting->sched_ext
	};
	int ret;

	json_init(&job_table, &r.job);
	r.job.version = WIRE_VERSION;
	r.job.test = xstrdup(s->name);
	r.job.topology = setting->topology;
	r.job.duration_ns = setting->duration_ns;
	r.job.seed = setting->seed;
	r.sched = resolve_scheduler(&r, setting->scheduler ? setting->scheduler : KERNEL_SCHEDULER);
	ret = resolve_all(&r, s, err);
	free(r.cgroups);
	free(r.works);
	if (ret < 0) {
		json_done(&job_table, &r.job);
		return -(int)err->code;
	}
	*out = r.job;
	return 0;
}

char *scenario_work_types(const struct job *job, uint32_t cgroup)
{
	const struct job_work *works = job->works.v;
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
