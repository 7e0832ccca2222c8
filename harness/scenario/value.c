/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scenario/value.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/strbuf.h"

#define WORKERS_MAX   4096
#define MEM_NODES_MAX 62 /* so that the mask fits one word */

int value_is_name(const struct yaml_place *at, const char *name, struct err *err)
{
	if (name[0] && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-")])
		return 0;
	return place_refuse(at, "name", err, "\"%s\": use lower-case letters, digits, _ and -",
	                    name);
}

int value_name(const struct yaml_place *at, const char *key, const char *text,
               const struct json_names *names, struct err *err)
{
	_cleanup_free_ char *hint = NULL;
	int i = json_name_index(names, text);

	if (i >= 0)
		return i;
	hint = parse_hint(text, names->names, names->n);
	return place_refuse(at, key, err, "there is no \"%s\"%s", text, hint);
}

int value_duration(const struct yaml_place *at, const char *key, const char *text, uint64_t *out,
                   struct err *err)
{
	struct err ignored = ERR_INIT;
	uint64_t ns;

	if (parse_duration_ns(text, key, &ns, &ignored) < 0 || ns == 0)
		return place_refuse(at, key, err,
		                    "\"%s\" is not a duration above 0, like 500ms or 2s", text);
	*out = ns;
	return 0;
}

int value_workers(const struct scenario_work *w, uint32_t n_cpus, uint32_t *out, struct err *err)
{
	const char *text = w->workers;
	size_t n = strlen(text);
	_cleanup_free_ char *digits = xstrndup(text, n - ends_with(text, "%"));
	struct err ignored = ERR_INIT;
	bool pct = ends_with(text, "%");
	uint64_t v;

	if (parse_u64(digits, "", 1, pct ? 100000 : WORKERS_MAX, &v, &ignored) < 0)
		return place_refuse(w->at, "workers", err,
		                    "\"%s\" is neither a number from 1 to %d nor a percentage "
		                    "of the CPUs, like 150%%",
		                    text, WORKERS_MAX);
	if (pct) {
		v = v * n_cpus / 100;
		v = v ? v : 1;
	}
	if (v > WORKERS_MAX)
		return err_set(err, ERR_UNSUPPORTED, "workers: %s of %u CPUs is over %u", text,
		               n_cpus, WORKERS_MAX);
	*out = (uint32_t)v;
	return 0;
}

static int policy_deadline(const struct scenario_work *w, struct job_work *out, struct err *err)
{
	if (!w->runtime || !w->period)
		return place_refuse(w->at, "policy", err, "deadline needs runtime and period");
	if (value_duration(w->at, "runtime", w->runtime, &out->runtime_ns, err) < 0 ||
	    value_duration(w->at, "period", w->period, &out->period_ns, err) < 0 ||
	    value_duration(w->at, "deadline", w->deadline ? w->deadline : w->period,
	                   &out->deadline_ns, err) < 0)
		return -(int)err->code;
	if (out->runtime_ns > out->deadline_ns || out->deadline_ns > out->period_ns)
		return place_refuse(w->at, "policy", err,
		                    "deadline needs runtime ≤ deadline ≤ period");
	return 0;
}

/* Whether the nodes exist is checked by the guest's kernel. */
int value_memory(const struct scenario_work *w, struct job_work *out, struct err *err)
{
	_cleanup_free_ uint32_t *nodes = NULL;
	struct err why = ERR_INIT;
	int policy = MEM_DEFAULT;
	bool any;
	size_t n;

	if (w->mem_policy)
		policy = value_name(w->at, "mem_policy", w->mem_policy, &mem_policy_names, err);
	if (policy < 0)
		return policy;
	any = policy == MEM_DEFAULT || policy == MEM_LOCAL;
	if (any != !w->mem_nodes)
		return place_refuse(w->at, "mem_nodes", err,
		                    "needed by bind, preferred and interleave, and only by these");
	if (w->mem_nodes &&
	    parse_cpulist(w->mem_nodes, "", MEM_NODES_MAX - 1, &nodes, &n, &why) < 0)
		return place_refuse(w->at, "mem_nodes", err,
		                    "\"%s\" is not a list of nodes, like 0-1", w->mem_nodes);
	if (w->mem_policy)
		out->mem_policy = policy;
	if (w->mem_nodes)
		out->mem_nodes = xstrdup(w->mem_nodes);
	return 0;
}

/* Refuses keys that the policy does not have. */
static int check_policy(const struct scenario_work *w, int policy, struct err *err)
{
	const bool rt = policy == POLICY_FIFO || policy == POLICY_RR;
	const bool deadline = policy == POLICY_DEADLINE;

	if (w->priority && !rt)
		return place_refuse(w->at, "priority", err,
		                    "only the policies fifo and rr have one");
	if ((w->runtime || w->deadline || w->period) && !deadline)
		return place_refuse(w->at,
		                    w->runtime    ? "runtime"
		                    : w->deadline ? "deadline"
		                                  : "period",
		                    err, "only the policy deadline has one");
	if (w->nice && (rt || deadline))
		return place_refuse(w->at, "nice", err, "the policy %s has none", w->policy);
	if (w->nice < -20 || w->nice > 19)
		return place_refuse(w->at, "nice", err, "%d is not in -20…19", w->nice);
	return 0;
}

int value_policy(const struct scenario_work *w, struct job_work *out, struct err *err)
{
	int policy = POLICY_NORMAL;

	if (w->policy)
		policy = value_name(w->at, "policy", w->policy, &work_policy_names, err);
	if (policy < 0)
		return policy;
	if (check_policy(w, policy, err) < 0)
		return -(int)err->code;
	if (policy == POLICY_DEADLINE && policy_deadline(w, out, err) < 0)
		return -(int)err->code;
	if (w->policy)
		out->policy = policy;
	if (policy == POLICY_FIFO || policy == POLICY_RR)
		out->rt_priority = w->priority ? w->priority : 1;
	if (w->nice)
		out->nice = w->nice;
	return 0;
}

/* "50%" of one CPU or "20ms 100ms" → "50000 100000", both in us. */
static int knob_max(const struct scenario_cgroup *c, char **out, struct err *err)
{
	const char *text = c->max;
	const char *space = strchr(text, ' ');
	_cleanup_free_ char *first = xstrndup(text, space ? (size_t)(space - text)
	                                                  : strlen(text) - ends_with(text, "%"));
	struct err ignored = ERR_INIT;
	uint64_t quota = 0, period = 100 * NS_PER_MS, pct;

	if (!space && ends_with(text, "%") && parse_u64(first, "", 1, 100000, &pct, &ignored) == 0)
		quota = period / 100 * pct;
	else if (!space || parse_duration_ns(first, "", &quota, &ignored) < 0 ||
	         parse_duration_ns(space + 1, "", &period, &ignored) < 0)
		quota = 0;
	/* the kernel's limits */
	if (quota < NS_PER_MS || period < NS_PER_MS || period > NS_PER_SEC)
		return place_refuse(c->at, "max", err,
		                    "\"%s\" is neither a percentage of one CPU, like 50%%, nor "
		                    "quota and period, like \"20ms 100ms\" (1ms and more, period "
		                    "to 1s)",
		                    text);
	*out = xasprintf("%llu %llu", (unsigned long long)(quota / 1000),
	                 (unsigned long long)(period / 1000));
	return 0;
}

static int knob_memory(const struct scenario_cgroup *c, struct strmap *out, struct err *err)
{
	const struct {
		const char *key, *file, *text;
	} rows[] = {
		{ "memory_max", "memory.max", c->memory_max },
		{ "memory_high", "memory.high", c->memory_high },
		{ "memory_low", "memory.low", c->memory_low },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *value = NULL;
		struct err ignored = ERR_INIT;
		uint64_t bytes;

		if (!rows[i].text)
			continue;
		if (parse_size(rows[i].text, "", &bytes, &ignored) < 0)
			return place_refuse(c->at, rows[i].key, err,
			                    "\"%s\" is not a size, like 64M", rows[i].text);
		value = xasprintf("%llu", (unsigned long long)bytes);
		strmap_set(out, rows[i].file, value);
	}
	return 0;
}

int value_knobs(const struct scenario_cgroup *c, struct strmap *out, struct err *err)
{
	_cleanup_free_ char *weight = xasprintf("%u", c->weight), *max = NULL;

	if ((c->max && knob_max(c, &max, err) < 0) || knob_memory(c, out, err) < 0)
		return -(int)err->code;
	if (c->weight)
		strmap_set(out, "cpu.weight", weight);
	if (max)
		strmap_set(out, "cpu.max", max);
	if (c->idle)
		strmap_set(out, "cpu.idle", "1");
	if (!c->partition)
		return 0;
	if (!streq(c->partition, "root") && !streq(c->partition, "isolated"))
		return place_refuse(c->at, "partition", err, "\"%s\" is not root or isolated",
		                    c->partition);
	strmap_set(out, CPUSET_PARTITION, c->partition);
	return 0;
}

/* Of the kernel's Documentation/admin-guide/cgroup-v2.rst. A newer kernel may have more. */
static const char *const knob_files[] = {
	"cpu.idle",
	"cpu.max",
	"cpu.max.burst",
	"cpu.pressure",
	"cpu.stat",
	"cpu.stat.local",
	"cpu.uclamp.max",
	"cpu.uclamp.min",
	"cpu.weight",
	"cpu.weight.nice",
	"memory.current",
	"memory.events",
	"memory.events.local",
	"memory.high",
	"memory.low",
	"memory.max",
	"memory.min",
	"memory.numa_stat",
	"memory.oom.group",
	"memory.peak",
	"memory.pressure",
	"memory.reclaim",
	"memory.stat",
	"memory.swap.current",
	"memory.swap.events",
	"memory.swap.high",
	"memory.swap.max",
	"memory.swap.peak",
	"memory.zswap.current",
	"memory.zswap.max",
	"memory.zswap.writeback",
	"cpuset.mems",
};

int value_knob_file(const struct yaml_place *at, const char *file, struct err *err)
{
	const char *meant = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(knob_files); i++) {
		if (streq(file, knob_files[i]))
			return 0;
		if (parse_is_slip(file, knob_files[i]))
			meant = knob_files[i];
	}
	if (meant)
		return place_refuse(at, "file", err, "there is no \"%s\", did you mean \"%s\"?",
		                    file, meant);
	if ((!starts_with(file, "cpu.") && !starts_with(file, "memory.")) || strchr(file, '/'))
		return place_refuse(
			at, "file", err,
			"\"%s\" is not an interface file cpu.*, memory.* or cpuset.mems", file);
	return 0;
}

/* X(enumerator, name): values of `affinity` other than a cpuset. */
#define AFFINITIES(X)                                                                              \
	X(AFFINITY_INHERIT, "inherit")                                                             \
	X(AFFINITY_RANDOM, "random")                                                               \
	X(AFFINITY_LLC, "llc")                                                                     \
	X(AFFINITY_CROSS, "cross")                                                                 \
	X(AFFINITY_SINGLE, "single")

enum affinity {
#define X(e, name) e,
	AFFINITIES(X)
#undef X
	AFFINITY_COUNT
};
static const char *const affinity_text[] = {
#define X(e, name) [e] = name,
	AFFINITIES(X)
#undef X
};
static const struct json_names affinity_names = JSON_NAMES(affinity_text);

static int affinity_of(const char *text)
{
	return json_name_index(&affinity_names, text);
}

int value_affinity_check(const struct yaml_place *at, const char *text, struct err *err)
{
	const char *near;

	if (affinity_of(text) >= 0 || cpuset_check(text, err) == 0)
		return 0;
	near = parse_suggest(text, affinity_names.names, affinity_names.n);
	return place_refuse(at, "affinity", err,
	                    "\"%s\" is neither inherit, random, llc, cross, single nor a "
	                    "cpuset, like 0-3 or llc 0%s%s%s",
	                    text, near ? "; did you mean \"" : "", near ? near : "",
	                    near ? "\"?" : "");
}

/* splitmix64: https://prng.di.unimi.it/splitmix64.c */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* A random half of the CPUs, rounded up. Each CPU is taken with the probability `want` / `left`. */
static struct cpus random_half(const struct cpus *from, uint64_t *state)
{
	uint32_t left = cpus_count(from), want = (left + 1) / 2;
	struct cpus out = { 0 };

	for (uint32_t i = 0; i < CPUS_MAX && want; i++) {
		if (!cpus_has(from, i))
			continue;
		if (next_random(state) % left-- < want) {
			cpus_add(&out, i);
			want--;
		}
	}
	return out;
}

static void add_list(const struct cpus *cpus, struct strv *out)
{
	strv_take(out, cpus_format(cpus));
}

/* One list for each LLC with allowed CPUs. */
static void per_llc(const struct job_topology *topo, const struct cpus *allowed, struct strv *out)
{
	uint32_t each = topo->cpus / topo->llcs;

	for (uint32_t i = 0; i < topo->llcs; i++) {
		struct cpus llc = { 0 };

		cpus_add_range(&llc, i * each, (i + 1) * each);
		cpus_and(&llc, allowed);
		if (cpus_count(&llc))
			add_list(&llc, out);
	}
}

static int exact(const char *text, const struct affinity_in *in, struct strv *out, struct err *err)
{
	struct cpus cpus, now;

	if (cpuset_resolve(text, in->topo, &cpus, err) < 0)
		return err_wrap(err, "affinity");
	now = cpus;
	cpus_and(&now, in->allowed);
	if (cpus_is_empty(&now))
		return err_set(err, ERR_UNSUPPORTED,
		               "affinity: \"%s\" has no CPU that the cgroup may use", text);
	cpus_and(&cpus, in->to_name);
	add_list(&cpus, out);
	return 0;
}

static void single(const struct cpus *allowed, struct strv *out)
{
	struct cpus one = { 0 };
	uint32_t i = 0;

	while (i < CPUS_MAX - 1 && !cpus_has(allowed, i))
		i++;
	cpus_add(&one, i);
	add_list(&one, out);
}

int value_affinity(const char *text, const struct affinity_in *in, struct strv *out,
                   struct err *err)
{
	uint64_t state = in->seed;
	struct cpus cpus = { 0 };
	int kind = affinity_of(text);

	if (kind < 0)
		return exact(text, in, out, err);
	switch ((enum affinity)kind) {
	case AFFINITY_RANDOM:
		for (uint32_t i = 0; i < in->workers; i++) {
			cpus = random_half(in->allowed, &state);
			add_list(&cpus, out);
		}
		break;
	case AFFINITY_LLC: per_llc(in->topo, in->allowed, out); break;
	case AFFINITY_CROSS:
		cpus_add_range(&cpus, 0, in->topo->cpus);
		add_list(&cpus, out);
		break;
	case AFFINITY_SINGLE: single(in->allowed, out); break;
	case AFFINITY_INHERIT:
	case AFFINITY_COUNT: break;
	}
	return 0;
}
