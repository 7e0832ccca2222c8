/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/trace.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/agent/bpfvar.h"
#include "harness/agent/cgroup.h"
#include "harness/agent/runq.h"
#include "harness/agent/trace_shared.h"

#define MAX_PROGRAMS 8
#define MAX_WORKERS  4096
#define MAX_PIDS     (1u << 20)
#define BSS_BYTES    4096              /* one page: maps are mapped by pages */
#define GRACE_NS     (200 * NS_PER_US) /* added to the quantum, if any */

_Static_assert(TRACE_BUCKETS == HIST_BUCKETS, "the histograms have the same buckets");
_Static_assert(TRACE_CPUS <= CPUS_MAX, "a traced mask is the first words of a set of CPUs");
_Static_assert(sizeof(struct trace_hist) == sizeof(struct hist) &&
                       offsetof(struct trace_hist, bucket) == offsetof(struct hist, bucket),
               "the histograms have the same layout");

struct traced_worker {
	pid_t pid; /* 0: not traced */
	bool ended;
	uint64_t open_ns; /* once ended: how long it had been waiting by then */
};

struct trace {
	struct agent *a;
	struct bpf_object *obj;
	struct bpf_link *links[MAX_PROGRAMS];
	size_t n_links;
	struct trace_who *who;        /* mapped, by pid */
	struct trace_task *tasks;     /* mapped, by pid */
	struct trace_sample *samples; /* mapped */
	uint32_t n_pids, n_cgroups;
	uint8_t *bss; /* mapped; the next two lines point into it */
	uint64_t *begin_ns, *idle_cpus, *sample_ns, *ext_ns, *load_ns;
	uint32_t *n_masks, *n_cpus, *n_samples;
	struct trace_mask masks[TRACE_MASKS];
	uint32_t mask_cgroup[TRACE_MASKS]; /* the first n_cgroups masks: one per cgroup */
	bool masks_full;                   /* a worker's mask found no place */
	struct traced_worker workers[MAX_WORKERS];
	uint64_t end_ns; /* 0: still running */
};

static struct strbuf libbpf_warnings;

static int PRINTF(2, 0) collect(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	if (level == LIBBPF_WARN && libbpf_warnings.n < 4096)
		strbuf_vaddf(&libbpf_warnings, fmt, ap);
	return 0;
}

static int map_fd(const struct trace *t, const char *name)
{
	return bpf_object__find_map_fd_by_name(t->obj, name);
}

static void size_map(struct trace *t, const char *name, uint32_t entries)
{
	bpf_map__set_max_entries(bpf_object__find_map_by_name(t->obj, name), entries);
}

static int open_object(struct trace *t, struct err *err)
{
	uint64_t pids, grace = GRACE_NS;
	struct bpfvar v;

	if (!fs_read_u64(t->a->root_fd, "proc/sys/kernel/pid_max", &pids) || pids > MAX_PIDS)
		return err_set(err, ERR_UNSUPPORTED, "pid_max is above %u", MAX_PIDS);
	if (t->a->job.topology.cpus > TRACE_CPUS)
		return err_set(err, ERR_UNSUPPORTED, "more than %u CPUs", TRACE_CPUS);
	t->obj = bpf_object__open_file(t->a->job.trace_object, NULL);
	if (!t->obj)
		return err_sys(err, errno, "open %s", t->a->job.trace_object);
	t->n_pids = (uint32_t)pids;
	size_map(t, "who", t->n_pids);
	size_map(t, "tasks", t->n_pids);
	size_map(t, "workers", MAX_WORKERS);
	size_map(t, "delays", t->n_cgroups);
	size_map(t, "masks", TRACE_MASKS);
	size_map(t, "mask_states", TRACE_MASKS);
	size_map(t, "samples", TRACE_SAMPLES);
	size_map(t, "stalls", TRACE_CPUS);
	if (t->a->job.quantum_ns != U64_NONE)
		grace += t->a->job.quantum_ns;
	if (bpfvar_by_name(t->obj, ".rodata", "grace_ns", &v))
		bpfvar_set(&v, &grace, sizeof(grace));
	return 0;
}

static void *map_array(const struct bpf_map *map, size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);

	return p == MAP_FAILED ? NULL : p;
}

/* A variable in the mapped .bss. Before libbpf 1.5 bpf_map__initial_value() does not return the
 * map's memory once the object is loaded, so we map it ourselves. */
static void *variable(struct trace *t, const char *name)
{
	struct bpfvar v;

	if (!t->bss || !bpfvar_by_name(t->obj, ".bss", name, &v) || v.offset + v.size > BSS_BYTES)
		return NULL;
	return t->bss + v.offset;
}

static int map_memory(struct trace *t, struct err *err)
{
	struct bpfvar v;

	t->who =
		map_array(bpf_object__find_map_by_name(t->obj, "who"), t->n_pids * sizeof(*t->who));
	t->tasks = map_array(bpf_object__find_map_by_name(t->obj, "tasks"),
	                     t->n_pids * sizeof(*t->tasks));
	t->samples = map_array(bpf_object__find_map_by_name(t->obj, "samples"),
	                       TRACE_SAMPLES * sizeof(*t->samples));
	if (bpfvar_by_name(t->obj, ".bss", "begin_ns", &v))
		t->bss = map_array(v.map, BSS_BYTES);
	t->begin_ns = variable(t, "begin_ns");
	t->idle_cpus = variable(t, "idle_cpus");
	t->ext_ns = variable(t, "ext_ns");
	t->load_ns = variable(t, "load_ns");
	t->n_masks = variable(t, "n_masks");
	t->n_cpus = variable(t, "n_cpus");
	t->sample_ns = variable(t, "sample_ns");
	t->n_samples = variable(t, "n_samples");
	if (!t->begin_ns || !t->idle_cpus || !t->n_masks || !t->n_cpus || !t->sample_ns ||
	    !t->n_samples || !t->ext_ns || !t->load_ns || !t->who || !t->tasks || !t->samples)
		return err_set(err, ERR_FORMAT, "%s lacks a variable or a map",
		               t->a->job.trace_object);
	return 0;
}

static int attach(struct trace *t, struct err *err)
{
	struct bpf_program *p;

	/* Every CPU counts as idle until its first switch. That is wrong only for a task that has
	 * run without a break since before the load; only the agent runs now, and it sleeps before
	 * the test begins. */
	for (uint32_t cpu = 0; cpu < t->a->job.topology.cpus; cpu++)
		t->idle_cpus[cpu / 64] |= 1ULL << cpu % 64;
	bpf_object__for_each_program(p, t->obj)
	{
		if (t->n_links == MAX_PROGRAMS)
			break;
		if (bpf_program__type(p) == BPF_PROG_TYPE_SYSCALL)
			continue;
		t->links[t->n_links] = bpf_program__attach(p);
		if (!t->links[t->n_links])
			return err_sys(err, errno, "attach %s", bpf_program__name(p));
		t->n_links++;
	}
	return 0;
}

static int load(struct trace *t, struct err *err)
{
	int ret = open_object(t, err);

	if (ret < 0)
		return ret;
	ret = bpf_object__load(t->obj);
	if (ret < 0)
		return err_sys(err, -ret, "load");
	if ((ret = map_memory(t, err)) < 0)
		return ret;
	return attach(t, err);
}

struct trace *trace_start(struct agent *a)
{
	struct err err = ERR_INIT;

	if (!a->job.trace_object)
		return NULL;
	libbpf_print_fn_t print = libbpf_set_print(collect);
	struct trace *t = xcalloc(1, sizeof(*t));
	t->a = a;
	t->n_cgroups = a->job.save_level != U32_NONE ? TRACE_MASKS : (uint32_t)a->job.cgroups.n + 1;
	if (t->n_cgroups > TRACE_MASKS)
		err_set(&err, ERR_LIMIT, "more than %u cgroups", TRACE_MASKS - 1);
	else
		load(t, &err);
	if (err.code) {
		agent_log(a, "no tracing: %s%s%s", err.msg, libbpf_warnings.n ? "\n" : "",
		          strbuf_cstr(&libbpf_warnings));
		trace_free(t);
		t = NULL;
	}
	for (uint32_t i = 0; t && i < t->n_cgroups; i++)
		t->mask_cgroup[i] = i;
	strbuf_done(&libbpf_warnings);
	libbpf_set_print(print);
	return t;
}

struct trace *trace_take_job(struct trace *t)
{
	if (!t)
		return NULL;
	if (t->a->job.cgroups.n + 1 > TRACE_MASKS) {
		agent_log(t->a, "no tracing: more than %u cgroups", TRACE_MASKS - 1);
		trace_free(t);
		return NULL;
	}
	t->n_cgroups = (uint32_t)t->a->job.cgroups.n + 1;
	return t;
}

void trace_add_cgroup(struct trace *t, uint32_t index, int dir_fd)
{
	struct stat st;
	uint32_t value = index + 1;

	if (!t || index >= t->n_cgroups || fstat(dir_fd, &st) < 0)
		return;
	uint64_t id = st.st_ino; /* the inode of a cgroupfs folder is the cgroup's id */
	if (bpf_map_update_elem(map_fd(t, "cgroups"), &id, &value, BPF_ANY) < 0)
		agent_log(t->a, "tracing: cgroup %u: %m", index);
}

void trace_add_worker(struct trace *t, uint32_t worker, pid_t pid)
{
	if (!t || worker >= MAX_WORKERS || pid <= 0 || (uint32_t)pid >= t->n_pids)
		return;
	t->workers[worker] = (struct traced_worker){ .pid = pid };
	t->who[pid].mask = 0;
	__atomic_store_n(&t->who[pid].worker, worker + 1, __ATOMIC_RELEASE);
}

/* Not ended, and its pid not given to another worker since. */
static bool is_traced(const struct trace *t, uint32_t worker)
{
	pid_t pid = worker < MAX_WORKERS ? t->workers[worker].pid : 0;

	return pid > 0 && t->who[pid].worker == worker + 1;
}

/* From `since` to the end of the run, or to now. `since` 0: 0. */
static uint64_t until_end(const struct trace *t, uint64_t since)
{
	uint64_t end = t->end_ns ? t->end_ns : clock_mono_ns();

	return since && since < end ? end - since : 0;
}

void trace_end_worker(struct trace *t, uint32_t worker)
{
	if (!t || !is_traced(t, worker))
		return;
	struct traced_worker *w = &t->workers[worker];

	__atomic_store_n(&t->who[w->pid].worker, 0, __ATOMIC_SEQ_CST);
	w->ended = true;
	w->open_ns = until_end(t, t->tasks[w->pid].waits_since);
}

static void write_mask(struct trace *t, uint32_t i, uint64_t since_ns)
{
	t->masks[i].since_ns = since_ns;
	bpf_map_update_elem(map_fd(t, "masks"), &i, &t->masks[i], BPF_ANY);
}

static void set_cpus(struct trace_mask *m, const struct cpus *cpus)
{
	memcpy(m->cpus, cpus->bits, sizeof(m->cpus));
	m->n_cpus = cpus_count(cpus);
}

/* The index of this cgroup's mask with these CPUs, added if new; TRACE_MASKS if all are in use. */
static uint32_t find_mask(struct trace *t, uint32_t cgroup, const struct cpus *cpus)
{
	uint32_t i = t->n_cgroups, n = *t->n_masks;

	if (!memcmp(t->masks[cgroup].cpus, cpus->bits, sizeof(t->masks->cpus)))
		return cgroup;
	while (i < n && (t->mask_cgroup[i] != cgroup ||
	                 memcmp(t->masks[i].cpus, cpus->bits, sizeof(t->masks->cpus)) != 0))
		i++;
	if (i < n || i == TRACE_MASKS)
		return i;
	t->mask_cgroup[i] = cgroup;
	set_cpus(&t->masks[i], cpus);
	write_mask(t, i, 0);
	__atomic_store_n(t->n_masks, n + 1, __ATOMIC_RELEASE);
	return i;
}

/* A worker always gets a mask, also if it equals its cgroup's: the worker may leave the cgroup and
 * is still judged by it. */
static void set_worker_mask(struct trace *t, uint32_t worker)
{
	const struct allow *allow = &t->a->allow;
	uint32_t in = allow_cgroup_of(allow, worker), i;
	uint32_t cgroup = in < t->n_cgroups ? in : t->n_cgroups - 1;
	struct cpus cpus;

	allow_of_worker(allow, worker, &cpus);
	i = find_mask(t, cgroup, &cpus);
	if (i == TRACE_MASKS) {
		t->masks_full = true;
		i = cgroup;
	}
	t->who[t->workers[worker].pid].mask = i + 1;
}

void trace_masks_widen(struct trace *t)
{
	for (uint32_t i = 0; t && i < *t->n_masks; i++)
		write_mask(t, i, 0);
}

void trace_masks_set(struct trace *t)
{
	struct cpus cpus;

	if (!t)
		return;
	if (*t->n_masks == 0)
		*t->n_masks = t->n_cgroups;
	for (uint32_t i = 0; i < t->n_cgroups; i++) {
		allow_of_cgroup(&t->a->allow, i, &cpus);
		set_cpus(&t->masks[i], &cpus);
		write_mask(t, i, 0);
	}
	for (uint32_t i = 0; i < t->a->allow.n_workers; i++)
		if (is_traced(t, i))
			set_worker_mask(t, i);
	for (uint32_t i = 0; i < *t->n_masks; i++)
		write_mask(t, i, clock_mono_ns());
}

/* In a long run the period is stretched, so that the samples fit into TRACE_SAMPLES. */
static void start_sampling(struct trace *t)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	uint64_t samples = t->a->job.duration_ns / RUNQ_PERIOD_NS;
	int fd = bpf_program__fd(bpf_object__find_program_by_name(t->obj, "start_sampling"));

	*t->n_cpus = t->a->job.topology.cpus;
	*t->sample_ns = RUNQ_PERIOD_NS * (1 + samples / (TRACE_SAMPLES / 2));
	if (bpf_prog_test_run_opts(fd, &opts) < 0)
		agent_log(t->a, "the run queues are not sampled: %m");
	else if (opts.retval)
		agent_log(t->a, "the run queues are not sampled: %s",
		          opts.retval == 1 ? "the kernel's BTF does not know them" : "no timer");
}

void trace_begin(struct trace *t)
{
	if (!t)
		return;
	trace_masks_set(t);
	__atomic_store_n(t->begin_ns, clock_mono_ns(), __ATOMIC_SEQ_CST);
	start_sampling(t);
}

void trace_load_ends(struct trace *t)
{
	if (t)
		__atomic_store_n(t->sample_ns, 0, __ATOMIC_SEQ_CST);
}

void trace_end(struct trace *t)
{
	if (!t)
		return;
	t->end_ns = clock_mono_ns();
	__atomic_store_n(t->begin_ns, 0, __ATOMIC_SEQ_CST);
}

static void keep_max(uint64_t *max, uint64_t v)
{
	if (v > *max)
		*max = v;
}

static bool read_delays(const struct trace *t, uint32_t cgroup, struct hist *all)
{
	int cpus = libbpf_num_possible_cpus();

	if (cpus < 1)
		return false;
	_cleanup_free_ struct hist *per_cpu = xcalloc((size_t)cpus, sizeof(*per_cpu));
	if (bpf_map_lookup_elem(map_fd(t, "delays"), &cgroup, per_cpu) < 0)
		return false;
	hist_init(all);
	for (int i = 0; i < cpus; i++)
		if (per_cpu[i].count)
			hist_merge(all, &per_cpu[i]);
	return true;
}

/* For how long some task of the cgroup waited beside an idle CPU: a lower bound, the time of the
 * mask that was violated most. */
static uint64_t idle_wait_ns(const struct trace *t, uint32_t cgroup)
{
	uint64_t most = 0;

	if (t->masks_full)
		return U64_NONE;
	for (uint32_t i = 0; i < *t->n_masks; i++) {
		struct trace_mask_state s;

		if (t->mask_cgroup[i] != cgroup)
			continue;
		if (bpf_map_lookup_elem(map_fd(t, "mask_states"), &i, &s) < 0)
			return U64_NONE;
		uint64_t open = until_end(t, s.since);
		keep_max(&most, s.total_ns + (open > GRACE_NS ? open - GRACE_NS : 0));
	}
	return most;
}

void trace_cgroup(const struct trace *t, uint32_t index, struct wire_cgroup *out)
{
	_cleanup_free_ struct hist *h = xmalloc(sizeof(*h));

	if (!t || index >= t->n_cgroups || !t->end_ns || !read_delays(t, index, h))
		return;
	out->sched_delay = xcalloc(1, sizeof(*out->sched_delay));
	json_init(&hist_packed_table, out->sched_delay);
	hist_pack(h, out->sched_delay);
	out->longest_wait_ns = h->max;
	for (uint32_t pid = 0; pid < t->n_pids; pid++)
		if (t->tasks[pid].cgroup == index + 1)
			keep_max(&out->longest_wait_ns, until_end(t, t->tasks[pid].waits_since));
	/* A task throttled by cpu.max rightly waits beside idle CPUs. */
	if (out->nr_throttled == U64_NONE || out->nr_throttled == 0)
		out->idle_wait_ns = idle_wait_ns(t, index);
}

static char *list_cpus(const __u64 *bits)
{
	struct cpus cpus = { 0 };

	memcpy(cpus.bits, bits, TRACE_WORDS * sizeof(*bits));
	return cpus_format(&cpus);
}

void trace_worker(const struct trace *t, uint32_t worker, struct wire_worker *out)
{
	struct trace_worker w;
	uint64_t open;

	if (!t || worker >= MAX_WORKERS || !t->workers[worker].pid || !t->end_ns ||
	    bpf_map_lookup_elem(map_fd(t, "workers"), &worker, &w) < 0)
		return;
	open = t->workers[worker].open_ns;
	out->wait_ns = w.wait_ns + open;
	out->longest_wait_ns = w.longest_wait_ns;
	keep_max(&out->longest_wait_ns, open);
	out->cpus_visited = list_cpus(w.visited);
	out->breach_ns = w.breach_ns;
	if (w.breach_ns)
		out->breach_cpu = w.breach_cpu;
}

struct wire_runq *trace_runqs(const struct trace *t)
{
	struct wire_runq *out;

	if (!t || !*t->n_samples)
		return NULL;
	out = xcalloc(1, sizeof(*out));
	json_init(&wire_runq_table, out);
	runq_sum_up(t->samples, *t->n_samples, out);
	return out;
}

void trace_share(const struct trace *t, struct wire_system *out)
{
	if (!t || !t->end_ns || !*t->load_ns)
		return;
	out->load_ns = *t->load_ns;
	out->load_ext_ns = *t->ext_ns;
}

void trace_free(struct trace *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n_links; i++)
		bpf_link__destroy(t->links[i]);
	if (t->bss)
		munmap(t->bss, BSS_BYTES);
	if (t->who)
		munmap(t->who, t->n_pids * sizeof(*t->who));
	if (t->tasks)
		munmap(t->tasks, t->n_pids * sizeof(*t->tasks));
	if (t->samples)
		munmap(t->samples, TRACE_SAMPLES * sizeof(*t->samples));
	bpf_object__close(t->obj);
	free(t);
}
