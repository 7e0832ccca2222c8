/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/allow.h"

#include "base/mem.h"
#include "base/parse.h"

#define CPUSET_CPUS "cpuset.cpus"

static bool is_empty(const struct cpus *c)
{
	return allow_count(c) == 0;
}

uint32_t allow_count(const struct cpus *c)
{
	uint32_t n = 0;

	for (size_t i = 0; i < TRACE_WORDS; i++)
		n += (uint32_t)__builtin_popcountll(c->w[i]);
	return n;
}

static void set_cpu(struct cpus *c, uint32_t cpu, bool on)
{
	uint64_t bit = 1ULL << cpu % 64;

	if (on)
		c->w[cpu / 64] |= bit;
	else
		c->w[cpu / 64] &= ~bit;
}

/* What is no list, like the line break that clears a cpuset, is empty. */
static struct cpus read_list(const char *list)
{
	_cleanup_free_ uint32_t *cpus = NULL;
	struct err ignored = ERR_INIT;
	struct cpus out = { 0 };
	size_t n = 0;

	if (list && parse_cpulist(list, "CPUs", TRACE_CPUS - 1, &cpus, &n, &ignored) == 0)
		for (size_t i = 0; i < n; i++)
			set_cpu(&out, cpus[i], true);
	return out;
}

static struct cpus common(const struct cpus *a, const struct cpus *b)
{
	struct cpus out;

	for (size_t i = 0; i < TRACE_WORDS; i++)
		out.w[i] = a->w[i] & b->w[i];
	return out;
}

/* What they have in common, or all of `within` where that is nothing. */
static struct cpus narrow(const struct cpus *within, const struct cpus *to)
{
	struct cpus out = common(within, to);

	return is_empty(&out) ? *within : out;
}

static void take_away(struct cpus *from, const struct cpus *what)
{
	for (size_t i = 0; i < TRACE_WORDS; i++)
		from->w[i] &= ~what->w[i];
}

/* "a/b" is below "a"; a parent stands before its children. */
static uint32_t parent_of(const struct job_cgroup *gs, uint32_t index)
{
	const char *name = gs[index].name, *end = strrchr(name, '/');

	for (uint32_t i = 0; end && i < index; i++)
		if (strlen(gs[i].name) == (size_t)(end - name) &&
		    strncmp(gs[i].name, name, (size_t)(end - name)) == 0)
			return i;
	return U32_NONE;
}

void allow_init(struct allow *a, const struct job *job)
{
	*a = (struct allow){ .job = job };
	a->cgroups = xcalloc(job->cgroups.n + 1, sizeof(*a->cgroups));
	for (uint32_t i = 0; i < job->cgroups.n; i++)
		a->cgroups[i].parent = parent_of(job->cgroups.v, i);
	for (uint32_t cpu = 0; cpu < job->topology.cpus && cpu < TRACE_CPUS; cpu++)
		set_cpu(&a->online, cpu, true);
}

void allow_done(struct allow *a)
{
	free(a->cgroups);
	free(a->workers);
	*a = (struct allow){ 0 };
}

static void write_knob(struct allow *a, uint32_t cgroup, const char *file, const char *value)
{
	if (cgroup >= a->job->cgroups.n || !file || !value)
		return;
	if (streq(file, CPUSET_CPUS))
		a->cgroups[cgroup].asks = read_list(value);
	else if (streq(file, CPUSET_PARTITION))
		a->cgroups[cgroup].partition = !streq(value, "member");
}

static void add_cgroup(struct allow *a, const struct job_op *op)
{
	const struct job_cgroup *gs = a->job->cgroups.v;

	if (op->cgroup >= a->job->cgroups.n)
		return;
	a->cgroups[op->cgroup] = (struct allow_cgroup){
		.parent = a->cgroups[op->cgroup].parent,
		.made = true,
	};
	strmap_each (&gs[op->cgroup].knobs, k)
		write_knob(a, op->cgroup, gs[op->cgroup].knobs.v[k].key,
		           gs[op->cgroup].knobs.v[k].value);
}

static bool is_at_or_below(const struct allow *a, uint32_t index, uint32_t top)
{
	while (index != top && index < a->job->cgroups.n)
		index = a->cgroups[index].parent;
	return index == top;
}

static void remove_cgroup(struct allow *a, const struct job_op *op)
{
	for (uint32_t i = 0; i < a->job->cgroups.n; i++)
		if (is_at_or_below(a, i, op->cgroup))
			a->cgroups[i].made = false;
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

static void set_affinity(struct allow *a, const struct job_op *op)
{
	for (size_t i = 0; op->affinity.n && i < a->n_workers; i++)
		if (a->workers[i].present && a->workers[i].work == op->work)
			a->workers[i].affinity = &op->affinity;
}

static void move_tasks(struct allow *a, const struct job_op *op)
{
	for (size_t i = 0; i < a->n_workers; i++)
		if (a->workers[i].present && a->workers[i].cgroup == op->cgroup)
			a->workers[i].cgroup = op->to_cgroup;
}

/* CPU 0 always stays. */
static void set_online(struct allow *a, const struct job_op *op, bool online)
{
	struct cpus which = read_list(op->cpus);

	for (uint32_t cpu = 1; cpu < a->job->topology.cpus && cpu < TRACE_CPUS; cpu++)
		if (which.w[cpu / 64] >> cpu % 64 & 1)
			set_cpu(&a->online, cpu, online);
}

static void go_offline(struct allow *a, const struct job_op *op)
{
	set_online(a, op, false);
}

static void go_online(struct allow *a, const struct job_op *op)
{
	set_online(a, op, true);
}

/* What is not here changes nothing. */
static void (*const effects[OP_COUNT])(struct allow *a, const struct job_op *op) = {
	[OP_ADD_CGROUP] = add_cgroup,     [OP_REMOVE_CGROUP] = remove_cgroup,
	[OP_SET_CPUSET] = set_cpuset,     [OP_CLEAR_CPUSET] = clear_cpuset,
	[OP_SWAP_CPUSETS] = swap_cpusets, [OP_SET_KNOB] = set_knob,
	[OP_SET_AFFINITY] = set_affinity, [OP_MOVE_TASKS] = move_tasks,
	[OP_CPU_OFFLINE] = go_offline,    [OP_CPU_ONLINE] = go_online,
};

void allow_op(struct allow *a, const struct job_op *op)
{
	if (op->kind >= 0 && op->kind < OP_COUNT && effects[op->kind])
		effects[op->kind](a, op);
}

void allow_add(struct allow *a, uint32_t worker, const struct allow_worker *who)
{
	const struct job_work *works = a->job->works.v;

	while (a->n_workers <= worker)
		xgrow(a->workers, a->n_workers);
	a->workers[worker] = *who;
	a->workers[worker].affinity = &works[who->work].affinity;
	a->workers[worker].present = true;
}

/* Of a partition: its CPUs, those that are there. */
static bool partition_cpus(const struct allow *a, uint32_t index, struct cpus *out)
{
	const struct allow_cgroup *g = &a->cgroups[index];

	*out = common(&a->online, &g->asks);
	return g->made && g->partition && !is_empty(out);
}

/* The CPUs of partitions that it does not lie in are not for it. */
static void take_partitions(const struct allow *a, uint32_t index, struct cpus *from)
{
	struct cpus its;

	for (uint32_t i = 0; i < a->job->cgroups.n; i++)
		if (partition_cpus(a, i, &its) && !is_at_or_below(a, index, i))
			take_away(from, &its);
}

void allow_of_cgroup(const struct allow *a, uint32_t index, struct cpus *out)
{
	struct cpus within;

	if (index >= a->job->cgroups.n) {
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

void allow_of_worker(const struct allow *a, uint32_t worker, struct cpus *out)
{
	const struct allow_worker *w = &a->workers[worker];
	struct cpus within, own = { 0 };

	allow_of_cgroup(a, w->cgroup, &within);
	if (w->affinity->n)
		own = read_list(w->affinity->v[w->index % w->affinity->n]);
	*out = narrow(&within, &own);
}
