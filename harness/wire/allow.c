/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/wire/allow.h"

#include "base/mem.h"

/* The CPUs in both sets; all of `within` if there are none. */
static struct cpus narrow(const struct cpus *within, const struct cpus *to)
{
	struct cpus out = *within;

	cpus_and(&out, to);
	return cpus_is_empty(&out) ? *within : out;
}

/* The index of "a" for "a/b". A parent comes before its children. */
static uint32_t parent_of(const struct job_cgroup *gs, uint32_t index)
{
	const char *name = gs[index].name, *end = strrchr(name, '/');

	for (uint32_t i = 0; end && i < index; i++)
		if (strlen(gs[i].name) == (size_t)(end - name) &&
		    strncmp(gs[i].name, name, (size_t)(end - name)) == 0)
			return i;
	return U32_NONE;
}

static struct cpus all_cpus(const struct job *job)
{
	struct cpus all = { 0 };

	cpus_add_range(&all, 0, job->topology.cpus < CPUS_MAX ? job->topology.cpus : CPUS_MAX);
	return all;
}

/* Adds the cgroups and works that the job has got since the last op. */
static void grow(struct allow *a)
{
	while (a->n_cgroups < a->job->cgroups.n) {
		uint32_t parent = parent_of(a->job->cgroups.v, (uint32_t)a->n_cgroups);

		xgrow(a->cgroups, a->n_cgroups)->parent = parent;
	}
	while (a->n_works < a->job->works.n) {
		uint32_t cgroup = a->job->works.v[a->n_works].cgroup;

		xgrow(a->works, a->n_works)->cgroup = cgroup;
	}
}

void allow_init(struct allow *a, const struct job *job)
{
	*a = (struct allow){ .job = job, .online = all_cpus(job) };
	grow(a);
}

void allow_done(struct allow *a)
{
	for (size_t i = 0; i < a->n_works; i++)
		strv_done(&a->works[i].affinity);
	free(a->cgroups);
	free(a->works);
	free(a->workers);
	*a = (struct allow){ 0 };
}

/* --- what the ops do ----------------------------------------------------------------------------
 */

static void write_knob(struct allow *a, uint32_t cgroup, const char *file, const char *value)
{
	if (cgroup >= a->n_cgroups || !file || !value)
		return;
	if (streq(file, CPUSET_CPUS))
		a->cgroups[cgroup].asks = cpus_of_list(value);
	else if (streq(file, CPUSET_PARTITION))
		a->cgroups[cgroup].partition = !streq(value, "member");
}

static void add_cgroup(struct allow *a, const struct job_op *op)
{
	const struct strmap *knobs;

	if (op->cgroup >= a->n_cgroups)
		return;
	knobs = &a->job->cgroups.v[op->cgroup].knobs;
	a->cgroups[op->cgroup] = (struct allow_cgroup){
		.parent = a->cgroups[op->cgroup].parent,
		.made = true,
	};
	strmap_each (knobs, k)
		write_knob(a, op->cgroup, knobs->v[k].key, knobs->v[k].value);
}

static bool is_at_or_below(const struct allow *a, uint32_t index, uint32_t top)
{
	while (index != top && index < a->n_cgroups)
		index = a->cgroups[index].parent;
	return index == top;
}

static void remove_cgroup(struct allow *a, const struct job_op *op)
{
	if (op->cgroup >= a->n_cgroups)
		return;
	for (uint32_t i = 0; i < a->n_cgroups; i++)
		if (is_at_or_below(a, i, op->cgroup))
			a->cgroups[i].made = false;
	for (uint32_t i = 0; i < a->n_works; i++)
		if (is_at_or_below(a, a->works[i].cgroup, op->cgroup))
			a->works[i].starts = 0;
}

static void set_cpuset(struct allow *a, const struct job_op *op)
{
	write_knob(a, op->cgroup, CPUSET_CPUS, op->cpus ? op->cpus : "");
}

static void swap_cpusets(struct allow *a, const struct job_op *op)
{
	set_cpuset(a, op);
	write_knob(a, op->to_cgroup, CPUSET_CPUS, op->to_cpus ? op->to_cpus : "");
}

static void clear_cpuset(struct allow *a, const struct job_op *op)
{
	write_knob(a, op->cgroup, CPUSET_CPUS, "");
}

static void set_knob(struct allow *a, const struct job_op *op)
{
	write_knob(a, op->cgroup, op->file, op->value);
}

/* Workers start in the job's cgroup with the job's affinity, whatever earlier ops changed. */
static void spawn(struct allow *a, const struct job_op *op)
{
	if (op->work >= a->n_works)
		return;
	struct allow_work *w = &a->works[op->work];
	w->cgroup = a->job->works.v[op->work].cgroup;
	w->starts++;
	strv_done(&w->affinity);
}

static void stop(struct allow *a, const struct job_op *op)
{
	if (op->work < a->n_works)
		a->works[op->work].starts = 0;
}

static void set_affinity(struct allow *a, const struct job_op *op)
{
	if (op->work >= a->n_works || !op->affinity.n)
		return;
	strv_done(&a->works[op->work].affinity);
	strv_copy(&a->works[op->work].affinity, &op->affinity);
}

static void move_tasks(struct allow *a, const struct job_op *op)
{
	for (size_t i = 0; i < a->n_works; i++)
		if (a->works[i].cgroup == op->cgroup)
			a->works[i].cgroup = op->to_cgroup;
}

/* The CPUs of the list that can go offline: all but CPU 0. */
static struct cpus pluggable(const struct allow *a, const char *list)
{
	struct cpus all = all_cpus(a->job), which = cpus_of_list(list), first = { 0 };

	cpus_add(&first, 0);
	cpus_and(&which, &all);
	cpus_less(&which, &first);
	return which;
}

static void cpu_offline(struct allow *a, const struct job_op *op)
{
	struct cpus which = pluggable(a, op->cpus);

	cpus_less(&a->online, &which);
}

static void cpu_online(struct allow *a, const struct job_op *op)
{
	struct cpus which = pluggable(a, op->cpus);

	cpus_add_all(&a->online, &which);
}

/* An op with an effect (its row in OPS) needs a function of its name above. */
static void (*const effects[OP_COUNT])(struct allow *a, const struct job_op *op) = {
#define EFFECT_ROW_NONE(id, key)
#define EFFECT_ROW_TASKS(id, key)              [id] = key,
#define EFFECT_ROW_CPUS(id, key)               [id] = key,
#define X(id, key, takes, effect, shares, doc) EFFECT_ROW_##effect(id, key)
	OPS(X)
#undef X
};

void allow_op(struct allow *a, const struct job_op *op)
{
	grow(a);
	if (op->kind >= 0 && op->kind < OP_COUNT && effects[op->kind])
		effects[op->kind](a, op);
}

/* --- which CPUs may be used ---------------------------------------------------------------------
 */

/* The online CPUs of a partition. False if the cgroup is no partition, or has no CPU online: then
 * the kernel does not treat it as one. */
static bool partition_cpus(const struct allow *a, uint32_t index, struct cpus *out)
{
	const struct allow_cgroup *g = &a->cgroups[index];

	*out = a->online;
	cpus_and(out, &g->asks);
	return g->made && g->partition && !cpus_is_empty(out);
}

/* Removes the CPUs of the partitions that the cgroup is not in. */
static void take_partitions(const struct allow *a, uint32_t index, struct cpus *from)
{
	struct cpus its;

	for (uint32_t i = 0; i < a->n_cgroups; i++)
		if (partition_cpus(a, i, &its) && !is_at_or_below(a, index, i))
			cpus_less(from, &its);
}

void allow_of_cgroup(const struct allow *a, uint32_t index, struct cpus *out)
{
	struct cpus within;

	if (index >= a->n_cgroups) {
		*out = a->online;
		take_partitions(a, U32_NONE, out);
		return;
	}
	if (partition_cpus(a, index, out)) {
		take_partitions(a, index, out);
		return;
	}
	allow_of_cgroup(a, a->cgroups[index].parent, &within);
	*out = narrow(&within, &a->cgroups[index].asks);
}

void allow_to_ask_for(const struct allow *a, uint32_t cgroup, struct cpus *out)
{
	struct cpus within;

	if (cgroup >= a->n_cgroups) {
		*out = all_cpus(a->job);
		return;
	}
	allow_to_ask_for(a, a->cgroups[cgroup].parent, &within);
	*out = narrow(&within, &a->cgroups[cgroup].asks);
}

const struct strv *allow_affinity(const struct allow *a, uint32_t work)
{
	const struct strv *given = &a->works[work].affinity;

	return given->n ? given : &a->job->works.v[work].affinity;
}

void allow_of_work(const struct allow *a, uint32_t work, uint32_t index, struct cpus *out)
{
	const struct strv *lists = allow_affinity(a, work);
	struct cpus within, own = { 0 };

	allow_of_cgroup(a, a->works[work].cgroup, &within);
	if (lists->n)
		own = cpus_of_list(lists->v[index % lists->n]);
	*out = narrow(&within, &own);
}

void allow_add(struct allow *a, uint32_t worker, const struct allow_worker *who)
{
	while (a->n_workers <= worker)
		xgrow(a->workers, a->n_workers);
	a->workers[worker] = *who;
}

void allow_of_worker(const struct allow *a, uint32_t worker, struct cpus *out)
{
	allow_of_work(a, a->workers[worker].work, a->workers[worker].index, out);
}

uint32_t allow_cgroup_of(const struct allow *a, uint32_t worker)
{
	return a->works[a->workers[worker].work].cgroup;
}
