/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fairness between cgroups: the job as a tree of rivals (fair.h), and what each of them got.
 *
 * A worker that never blocks wants a whole CPU. It is not known what a worker that blocks would
 * have used on a free machine. So it is not judged; it is assumed to have wanted what it got, and
 * the others share the rest. The same goes for a worker that sets its own affinity.
 *
 * The error of a cgroup is the sum of its works' errors. The error of the cgroup's total would miss
 * wrong nice values inside it: one work gets too much, another too little, and the total is right.
 */
#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "harness/judge/fair.h"
#include "harness/judge/measure.h"
#include "harness/judge/measure_fairness.h"
#include "harness/wire/allow.h"

#define DEFAULT_WEIGHT "100"  /* cpu.weight; 100 equals the weight of a task of nice 0 … */
#define WEIGHT_UNIT    10.24  /* … which is 1024 */
#define DEFAULT_PERIOD 100000 /* cpu.max, us */

/* The workers of a work that have the same affinity. */
struct entity {
	uint32_t cgroup, work, affinity; /* affinity: index of the list; 0 if there is none */
	bool spins;                      /* measure_is_rival() */
	double got;                      /* CPUs */
};

/* Nodes: the test's own cgroup, the job's cgroups, then the entities. */
struct tree {
	const struct job *job;
	struct allow allow;   /* the state when the run starts */
	struct strmap *knobs; /* interface files of each cgroup, likewise */
	struct fair_node *nodes;
	bool **cpus; /* the CPUs that each node may use */
	size_t n;
	struct entity *entities;
	size_t n_entities;
};

static void tree_init(struct tree *t, const struct job *job)
{
	*t = (struct tree){
		.job = job,
		.knobs = xcalloc(job->cgroups.n + 1, sizeof(*t->knobs)),
	};
	allow_init(&t->allow, job);
	for (size_t i = 0; i < job->cgroups.n; i++)
		strmap_each (&job->cgroups.v[i].knobs, k)
			strmap_set(&t->knobs[i], job->cgroups.v[i].knobs.v[k].key,
			           job->cgroups.v[i].knobs.v[k].value);
}

static void tree_done(struct tree *t)
{
	for (size_t i = 0; i < t->job->cgroups.n; i++)
		strmap_done(&t->knobs[i]);
	for (size_t i = 0; i < t->n; i++)
		free(t->cpus[i]);
	allow_done(&t->allow);
	free(t->knobs);
	free(t->cpus);
	free(t->nodes);
	free(t->entities);
}

static void apply_op(struct tree *t, const struct job_op *op)
{
	allow_op(&t->allow, op);
	if (op->kind == OP_SET_KNOB)
		strmap_set(&t->knobs[op->cgroup], op->file, op->value);
}

/* Applies the ops up to the start of the run. Returns why later ops make fairness unknown, or NULL.
 */
static char *apply_ops(struct tree *t)
{
	const struct job_op *ops = t->job->ops.v;

	for (size_t i = 0; i < t->job->ops.n; i++) {
		bool start = ops[i].at_ns == U64_NONE || ops[i].at_ns == 0;
		enum op_shares shares = op_defs[ops[i].kind].shares;

		if (!start && ops[i].at_ns >= t->job->duration_ns)
			continue;
		if (start && shares != SHARES_LOST)
			apply_op(t, &ops[i]);
		else if (shares != SHARES_KEPT)
			return xasprintf("%s changes the fair shares during the run",
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

/* cpu.max is "QUOTA PERIOD" in us; "max": no limit. */
static double cgroup_cap(const struct tree *t, size_t cgroup)
{
	const char *v = knob(t, cgroup, "cpu.max");
	double quota, period = DEFAULT_PERIOD;

	if (!v || sscanf(v, "%lf %lf", &quota, &period) < 1 || !(period > 0))
		return INFINITY;
	return quota / period;
}

static bool *as_flags(const struct tree *t, const struct cpus *cpus)
{
	bool *out = xcalloc(t->job->topology.cpus + 1, sizeof(*out));

	for (uint32_t i = 0; i < t->job->topology.cpus && i < CPUS_MAX; i++)
		out[i] = cpus_has(cpus, i);
	return out;
}

static void add_node(struct tree *t, struct fair_node node, const struct cpus *cpus)
{
	size_t n_cpus = t->n;

	*xgrow(t->cpus, n_cpus) = as_flags(t, cpus);
	*xgrow(t->nodes, t->n) = node;
}

/* Index none: the test's own cgroup. */
static void add_cgroup_node(struct tree *t, uint32_t index, struct fair_node node)
{
	struct cpus cpus;

	allow_of_cgroup(&t->allow, index, &cpus);
	add_node(t, node, &cpus);
}

/* The first node is the test's own cgroup. */
static uint32_t node_of(uint32_t cgroup)
{
	return cgroup == U32_NONE ? 0 : cgroup + 1;
}

static char *add_cgroups(struct tree *t)
{
	add_cgroup_node(t, U32_NONE,
	                (struct fair_node){
				.parent = U32_NONE, .weight = 100 * WEIGHT_UNIT, .cap = INFINITY });
	for (uint32_t i = 0; i < t->job->cgroups.n; i++) {
		if (t->allow.cgroups[i].partition)
			return xasprintf("cgroup %s is a cpuset partition",
			                 t->job->cgroups.v[i].name);
		add_cgroup_node(t, i,
		                (struct fair_node){ .parent = node_of(t->allow.cgroups[i].parent),
		                                    .weight = cgroup_weight(t, i),
		                                    .cap = cgroup_cap(t, i) });
	}
	return NULL;
}

static double worker_weight(const struct job_work *w)
{
	return w->policy == POLICY_IDLE ? FAIR_IDLE_WEIGHT
	                                : fair_nice_weight(w->nice == I64_NONE ? 0 : w->nice);
}

static void add_entity(struct tree *t, uint32_t work, uint32_t list, uint32_t workers)
{
	const struct job_work *w = &t->job->works.v[work];
	struct cpus cpus;

	*xgrow(t->entities, t->n_entities) = (struct entity){
		.cgroup = w->cgroup,
		.work = work,
		.affinity = list,
		.spins = measure_is_rival(w->type),
	};
	allow_of_work(&t->allow, work, list, &cpus);
	add_node(t,
	         (struct fair_node){ .parent = w->cgroup == U32_NONE ? U32_NONE : w->cgroup + 1,
	                             .weight = worker_weight(w) * workers,
	                             .cap = workers },
	         &cpus);
}

/* Adds the entities of a work: one per affinity list. A work that does not run has none. */
static void add_entities(struct tree *t, uint32_t work)
{
	uint32_t workers = t->job->works.v[work].workers, starts = t->allow.works[work].starts;
	size_t n = allow_affinity(&t->allow, work)->n;
	uint32_t lists = n ? (uint32_t)n : 1;

	for (uint32_t l = 0; l < lists && l < workers && starts; l++)
		add_entity(t, work, l, (workers - l + lists - 1) / lists * starts);
}

static char *add_works(struct tree *t)
{
	for (uint32_t i = 0; i < t->job->works.n; i++) {
		const struct job_work *w = &t->job->works.v[i];

		if (w->policy == POLICY_FIFO || w->policy == POLICY_RR ||
		    w->policy == POLICY_DEADLINE)
			return xasprintf("policy %s has no fair share",
			                 json_name(&work_policy_names, w->policy));
		if (work_type_defs[w->type].forks)
			return xasprintf("the CPU time of the children of %s is not known",
			                 work_type_defs[w->type].name);
		add_entities(t, i);
	}
	return NULL;
}

static struct entity *entity_of(struct tree *t, const struct wire_worker *w)
{
	for (size_t i = 0; i < t->n_entities; i++) {
		size_t lists = allow_affinity(&t->allow, t->entities[i].work)->n;

		if (t->entities[i].work == w->work &&
		    t->entities[i].affinity == (lists ? w->index % lists : 0))
			return &t->entities[i];
	}
	return NULL;
}

/* Adds up the CPU time that each entity got, in CPUs. */
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
		return xstrdup("how much CPU time payloads want is not known");
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
