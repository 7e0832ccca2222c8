/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fairness between cgroups: the job as a tree of rivals (fair.h), and what each got.
 *
 * A worker that never blocks wants a whole CPU. What a worker that blocks would have taken on a
 * free machine is not known, so it is taken to have wanted what it got; it is not judged itself,
 * and the others share the rest. So is one that binds itself to CPUs of its own choice.
 *
 * A cgroup's error is the sum of its works': nice is to count inside a cgroup, too, where what one
 * work gets too much another gets too little and the cgroup's own sum is right.
 */
#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/judge/fair.h"
#include "harness/judge/measure.h"

#define DEFAULT_WEIGHT "100"  /* cpu.weight … */
#define WEIGHT_UNIT    10.24  /* … a hundred of which stand for a task of nice 0 */
#define DEFAULT_PERIOD 100000 /* cpu.max, us */

/* Like workers of a work with the same CPUs. */
struct entity {
	uint32_t cgroup, work, affinity; /* affinity: which list, 0 without any */
	bool spins;
	double got;
};

/* Nodes: the test's own cgroup, the job's cgroups, then the entities. */
struct tree {
	const struct job *job;
	struct strmap *knobs;         /* of each cgroup, as they are when the run starts */
	const struct strv **affinity; /* of each work, likewise */
	uint32_t *spawned;            /* of each work: times started */
	struct fair_node *nodes;
	bool **cpus; /* of each node: which it may use */
	size_t n;
	struct entity *entities;
	size_t n_entities;
};

static const struct job_cgroup *cgroup_of(const struct job *job, size_t i)
{
	return &job->cgroups.v[i];
}

static const struct job_work *work_of(const struct job *job, size_t i)
{
	return &job->works.v[i];
}

static void tree_init(struct tree *t, const struct job *job)
{
	*t = (struct tree){
		.job = job,
		.knobs = xcalloc(job->cgroups.n + 1, sizeof(*t->knobs)),
		.affinity = xcalloc(job->works.n + 1, sizeof(*t->affinity)),
		.spawned = xcalloc(job->works.n + 1, sizeof(*t->spawned)),
	};
	for (size_t i = 0; i < job->cgroups.n; i++)
		strmap_each (&cgroup_of(job, i)->knobs, k)
			strmap_set(&t->knobs[i], cgroup_of(job, i)->knobs.v[k].key,
			           cgroup_of(job, i)->knobs.v[k].value);
	for (size_t i = 0; i < job->works.n; i++)
		t->affinity[i] = &work_of(job, i)->affinity;
}

static void tree_done(struct tree *t)
{
	for (size_t i = 0; i < t->job->cgroups.n; i++)
		strmap_done(&t->knobs[i]);
	for (size_t i = 0; i < t->n; i++)
		free(t->cpus[i]);
	free(t->knobs);
	free(t->affinity);
	free(t->spawned);
	free(t->cpus);
	free(t->nodes);
	free(t->entities);
}

/* Takes an op of the start into account; false when what it does is not modelled. */
static bool apply_op(struct tree *t, const struct job_op *op)
{
	switch ((enum op_kind)op->kind) {
	case OP_ADD_CGROUP:
	case OP_ATTACH_SCHEDULER:
	case OP_DETACH_SCHEDULER:
	case OP_RESTART_SCHEDULER:
	case OP_REPLACE_SCHEDULER: return true;
	case OP_SPAWN: t->spawned[op->work]++; return true;
	case OP_SET_CPUSET: strmap_set(&t->knobs[op->cgroup], "cpuset.cpus", op->cpus); return true;
	case OP_CLEAR_CPUSET: strmap_set(&t->knobs[op->cgroup], "cpuset.cpus", NULL); return true;
	case OP_SET_KNOB: strmap_set(&t->knobs[op->cgroup], op->file, op->value); return true;
	case OP_SET_AFFINITY: t->affinity[op->work] = &op->affinity; return true;
	case OP_REMOVE_CGROUP:
	case OP_FREEZE:
	case OP_UNFREEZE:
	case OP_SWAP_CPUSETS:
	case OP_STOP:
	case OP_MOVE_TASKS:
	case OP_RUN_PAYLOAD:
	case OP_WAIT_PAYLOAD:
	case OP_KILL_PAYLOAD:
	case OP_CPU_OFFLINE:
	case OP_CPU_ONLINE:
	case OP_COUNT: break;
	}
	return false;
}

static bool keeps_shares(int kind)
{
	return kind == OP_ATTACH_SCHEDULER || kind == OP_DETACH_SCHEDULER ||
	       kind == OP_RESTART_SCHEDULER || kind == OP_REPLACE_SCHEDULER;
}

static char *apply_ops(struct tree *t)
{
	const struct job_op *ops = t->job->ops.v;

	for (size_t i = 0; i < t->job->ops.n; i++) {
		bool start = ops[i].at_ns == U64_NONE || ops[i].at_ns == 0;

		if (!start && ops[i].at_ns >= t->job->duration_ns)
			continue;
		if (start ? !apply_op(t, &ops[i]) : !keeps_shares(ops[i].kind))
			return xasprintf("%s changes what is fair during the run",
			                 json_name(&op_names, ops[i].kind));
	}
	return NULL;
}

static const char *knob(const struct tree *t, size_t cgroup, const char *file)
{
	const char *v = strmap_get(&t->knobs[cgroup], file);

	return v && *v ? v : NULL;
}

static double cgroup_weight(const struct tree *t, size_t cgroup)
{
	const char *nice = knob(t, cgroup, "cpu.weight.nice");
	const char *weight = knob(t, cgroup, "cpu.weight");

	if (streq_null(knob(t, cgroup, "cpu.idle"), "1"))
		return FAIR_IDLE_WEIGHT;
	if (!weight && nice)
		return fair_nice_weight(strtol(nice, NULL, 10));
	return fmax(strtod(weight ? weight : DEFAULT_WEIGHT, NULL), 1) * WEIGHT_UNIT;
}

/* "QUOTA PERIOD" in us; "max": none. */
static double cgroup_cap(const struct tree *t, size_t cgroup)
{
	const char *v = knob(t, cgroup, "cpu.max");
	double quota, period = DEFAULT_PERIOD;

	if (!v || sscanf(v, "%lf %lf", &quota, &period) < 1 || !(period > 0))
		return INFINITY;
	return quota / period;
}

/* Of `all`, those in the list; without a list, or with none of it there, `all`. */
static bool *allowed(const struct tree *t, const bool *all, const char *list)
{
	uint32_t n_cpus = t->job->topology.cpus;
	bool *out = xcalloc(n_cpus + 1, sizeof(*out));
	_cleanup_free_ uint32_t *cpus = NULL;
	struct err err = ERR_INIT;
	bool any = false;
	size_t n;

	if (list && parse_cpulist(list, "", n_cpus - 1, &cpus, &n, &err) == 0)
		for (size_t i = 0; i < n; i++) {
			out[cpus[i]] = !all || all[cpus[i]];
			any = any || out[cpus[i]];
		}
	for (uint32_t i = 0; i < n_cpus && !any; i++)
		out[i] = !all || all[i];
	return out;
}

static size_t add_node(struct tree *t, struct fair_node node, const char *cpus)
{
	size_t at = t->n, n_cpus = t->n;
	const bool *all = node.parent == U32_NONE ? NULL : t->cpus[node.parent];

	*xgrow(t->cpus, n_cpus) = allowed(t, all, cpus);
	*xgrow(t->nodes, t->n) = node;
	return at;
}

/* The node of the nearest cgroup above; a parent stands before its children. */
static uint32_t parent_of(const struct tree *t, size_t cgroup)
{
	const char *name = cgroup_of(t->job, cgroup)->name;
	size_t best = 0, best_len = 0;

	for (size_t i = 0; i < cgroup; i++) {
		const char *p = cgroup_of(t->job, i)->name;
		size_t n = strlen(p);

		if (n > best_len && strncmp(name, p, n) == 0 && name[n] == '/') {
			best = i + 1;
			best_len = n;
		}
	}
	return (uint32_t)best;
}

static char *add_cgroups(struct tree *t)
{
	add_node(t,
	         (struct fair_node){
			 .parent = U32_NONE, .weight = 100 * WEIGHT_UNIT, .cap = INFINITY },
	         NULL);
	for (size_t i = 0; i < t->job->cgroups.n; i++) {
		const char *partition = knob(t, i, "cpuset.cpus.partition");

		if (partition && !streq(partition, "member"))
			return xasprintf("cgroup %s is a cpuset partition",
			                 cgroup_of(t->job, i)->name);
		add_node(t,
		         (struct fair_node){ .parent = parent_of(t, i),
		                             .weight = cgroup_weight(t, i),
		                             .cap = cgroup_cap(t, i) },
		         knob(t, i, "cpuset.cpus"));
	}
	return NULL;
}

static double worker_weight(const struct job_work *w)
{
	return w->policy == POLICY_IDLE ? FAIR_IDLE_WEIGHT
	                                : fair_nice_weight(w->nice == I64_NONE ? 0 : w->nice);
}

bool measure_is_rival(int type)
{
	return type >= 0 && type < WORK_TYPE_COUNT && work_type_defs[type].never_blocks &&
	       !work_type_defs[type].own_cpus;
}

static void add_entity(struct tree *t, size_t work, size_t list, uint32_t workers)
{
	const struct job_work *w = work_of(t->job, work);
	const struct strv *affinity = t->affinity[work];

	*xgrow(t->entities, t->n_entities) = (struct entity){
		.cgroup = w->cgroup,
		.work = (uint32_t)work,
		.affinity = (uint32_t)list,
		.spins = measure_is_rival(w->type),
	};
	add_node(t,
	         (struct fair_node){ .parent = w->cgroup == U32_NONE ? U32_NONE : w->cgroup + 1,
	                             .weight = worker_weight(w) * workers,
	                             .cap = workers },
	         affinity->n ? affinity->v[list] : NULL);
}

static char *add_works(struct tree *t)
{
	for (size_t i = 0; i < t->job->works.n; i++) {
		const struct job_work *w = work_of(t->job, i);
		size_t lists = t->affinity[i]->n ? t->affinity[i]->n : 1;

		if (w->policy == POLICY_FIFO || w->policy == POLICY_RR ||
		    w->policy == POLICY_DEADLINE)
			return xasprintf("policy %s knows no fair share",
			                 json_name(&work_policy_names, w->policy));
		if (work_type_defs[w->type].forks)
			return xasprintf("what the children of %s used is not known",
			                 work_type_defs[w->type].name);
		for (size_t l = 0; l < lists && l < w->workers; l++) {
			uint32_t n = (uint32_t)((w->workers - l + lists - 1) / lists);

			if (t->spawned[i])
				add_entity(t, i, l, n * t->spawned[i]);
		}
	}
	return NULL;
}

static struct entity *entity_of(struct tree *t, const struct wire_worker *w)
{
	for (size_t i = 0; i < t->n_entities; i++) {
		size_t lists = t->affinity[t->entities[i].work]->n;

		if (t->entities[i].work == w->work &&
		    t->entities[i].affinity == (lists ? w->index % lists : 0))
			return &t->entities[i];
	}
	return NULL;
}

/* CPUs' worth of time that each entity got. */
static char *add_got(struct tree *t, const struct guest_report *guest)
{
	const struct wire_cgroup *cs = guest->cgroups.v;

	for (size_t i = 0; i < guest->cgroups.n; i++) {
		const struct wire_worker *ws = cs[i].workers.v;

		for (size_t k = 0; k < cs[i].workers.n; k++) {
			struct entity *e = entity_of(t, &ws[k]);

			if (!e || ws[k].cpu_ns == U64_NONE || ws[k].wall_ns == U64_NONE ||
			    !ws[k].wall_ns)
				return xasprintf("cgroup %s: the CPU time of worker %u is not "
				                 "known",
				                 cs[i].name, ws[k].index);
			e->got += (double)ws[k].cpu_ns / (double)ws[k].wall_ns;
		}
	}
	return NULL;
}

static void set_errors(const struct tree *t, struct cgroup_metrics *const *rows)
{
	_cleanup_free_ double *share = xcalloc(t->n + 1, sizeof(*share));
	size_t first = t->n - t->n_entities, n = t->job->cgroups.n;

	for (size_t i = 0; i < t->n_entities; i++) {
		t->nodes[first + i].cpus = t->cpus[first + i];
		if (!t->entities[i].spins)
			t->nodes[first + i].cap = t->entities[i].got;
	}
	fair_shares(t->nodes, t->n, t->job->topology.cpus, share);
	for (size_t c = 0; c <= n; c++) {
		double off = 0, due = 0;

		for (size_t i = 0; i < t->n_entities; i++) {
			const struct entity *e = &t->entities[i];

			if (!e->spins || e->cgroup != (c == n ? U32_NONE : (uint32_t)c))
				continue;
			off += fabs(e->got - share[first + i]);
			due += share[first + i];
		}
		if (due > 0 && rows[c])
			rows[c]->v[CG_FAIRNESS_ERROR_PCT] = 100 * off / due;
	}
}

char *measure_fairness(const struct job *job, const struct guest_report *guest,
                       struct cgroup_metrics *const *rows)
{
	struct tree t;
	char *why;

	if (job->payloads.n)
		return xstrdup("what payloads want is not known");
	tree_init(&t, job);
	why = apply_ops(&t);
	why = why ? why : add_cgroups(&t);
	why = why ? why : add_works(&t);
	why = why ? why : add_got(&t, guest);
	if (!why)
		set_errors(&t, rows);
	tree_done(&t);
	return why;
}
