/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scenario/resolver.h"

#include "base/mem.h"
#include "harness/scenario/value.h"

void resolver_init(struct resolver *r, const struct scenario *s,
                   const struct scenario_setting *setting)
{
	*r = (struct resolver){
		.scenario = s,
		.sched_ext = setting->sched_ext,
		.now_ns = U64_NONE,
		.step = U32_NONE,
	};
	json_init(&job_table, &r->job);
	r->job.version = WIRE_VERSION;
	r->job.test = xstrdup(s->name);
	r->job.topology = setting->topology;
	r->job.duration_ns = setting->duration_ns;
	r->job.seed = setting->seed;
	r->sched =
		resolver_scheduler(r, setting->scheduler ? setting->scheduler : KERNEL_SCHEDULER);
	allow_init(&r->allow, &r->job);
}

void resolver_done(struct resolver *r)
{
	allow_done(&r->allow);
	free(r->defs);
}

struct job_op resolver_op(const struct resolver *r, enum op_kind kind)
{
	struct job_op op;

	json_init(&job_op_table, &op);
	op.kind = kind;
	op.at_ns = r->now_ns;
	op.step = r->step;
	return op;
}

void resolver_add(struct resolver *r, const struct job_op *op)
{
	*xgrow(r->job.ops.v, r->job.ops.n) = *op;
	allow_op(&r->allow, op);
}

uint32_t resolver_scheduler(struct resolver *r, const char *name)
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

bool resolver_has_cgroup(const struct resolver *r, uint32_t index)
{
	return index < r->allow.n_cgroups && r->allow.cgroups[index].made;
}

int resolver_find_cgroup(const struct resolver *r, const char *path, const char *key, uint32_t *out,
                         struct err *err)
{
	for (uint32_t i = 0; i < r->job.cgroups.n; i++)
		if (resolver_has_cgroup(r, i) && streq(r->job.cgroups.v[i].name, path)) {
			*out = i;
			return 0;
		}
	return place_refuse(r->at, key, err, "there is no cgroup \"%s\" at that time", path);
}

int resolver_cpuset(const struct resolver *r, uint32_t parent, const char *spec, char **list,
                    struct err *err)
{
	struct cpus own, within;

	allow_to_ask_for(&r->allow, parent, &within);
	if (cpuset_resolve(spec, &r->job.topology, &own, err) < 0)
		return err_wrap(err, "cpuset");
	cpus_and(&own, &within);
	if (cpus_is_empty(&own))
		return err_set(err, ERR_UNSUPPORTED,
		               "cpuset: \"%s\" has no CPU that the parent cgroup may use", spec);
	*list = cpus_format(&own);
	return 0;
}

int resolver_affinity(const struct resolver *r, const char *text, uint32_t work, struct strv *out,
                      struct err *err)
{
	uint32_t cgroup = r->allow.works[work].cgroup;
	struct cpus allowed, to_name;
	const struct affinity_in in = { .topo = &r->job.topology,
		                        .allowed = &allowed,
		                        .to_name = &to_name,
		                        .seed = r->job.seed + r->job.ops.n,
		                        .workers = r->job.works.v[work].workers };

	allow_of_cgroup(&r->allow, cgroup, &allowed);
	allow_to_ask_for(&r->allow, cgroup, &to_name);
	return value_affinity(text, &in, out, err);
}
