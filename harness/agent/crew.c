/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/crew.h"

#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "harness/agent/policy.h"

#define START_PHASE_NS (NS_PER_MS)       /* workers begin within this, as the seed says */
#define PARK_NS        (10 * NS_PER_SEC) /* to come to the end barrier once told to stop */
#define LATE_NS        (2 * NS_PER_SEC)  /* the same while others run: the agent waits for it */
#define LOOK_NS        (500 * NS_PER_US) /* between two looks whether a worker sleeps */

/* A batch's, in shared memory. */
struct crew_shared {
	struct run_control control;
	int32_t mem_errno; /* a worker could not have its memory policy */
};

static void futex_wait(uint32_t *word, uint32_t while_it_is, uint64_t deadline)
{
	struct timespec t = { .tv_sec = (time_t)(deadline / NS_PER_SEC),
		              .tv_nsec = (long)(deadline % NS_PER_SEC) };

	syscall(SYS_futex, word, FUTEX_WAIT_BITSET, while_it_is,
	        deadline == DEADLINE_NONE ? NULL : &t, NULL, FUTEX_BITSET_MATCH_ANY);
}

static void futex_set(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, word, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

/* In a worker: the agent is told when the last of them is there. */
static void park(struct run_control *c, uint32_t *until, uint32_t all)
{
	if (__atomic_add_fetch(&c->parked, 1, __ATOMIC_SEQ_CST) == all)
		syscall(SYS_futex, &c->parked, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
	while (!__atomic_load_n(until, __ATOMIC_ACQUIRE))
		futex_wait(until, 0, DEADLINE_NONE);
}

/* In the agent: all there, or the deadline passed. */
static bool wait_parked(const struct crew_batch *b, uint64_t deadline)
{
	uint32_t *parked = &b->shared->control.parked;

	for (;;) {
		uint32_t n = __atomic_load_n(parked, __ATOMIC_ACQUIRE);

		if (n >= b->place->workers)
			return true;
		if (clock_mono_ns() >= deadline)
			return false;
		futex_wait(parked, n, deadline);
	}
}

static const struct job_work *work_of(const struct crew *c, const struct crew_batch *b)
{
	return c->job->works.v + b->place->work;
}

static struct crew_member *members_of(const struct crew *c, const struct crew_batch *b)
{
	return &c->members[b->place->first];
}

/* The last to be counted wakes the agent while it still runs itself: on one CPU the agent, of
 * higher priority, keeps it from falling asleep, and what it waited until the start was counted as
 * the run's (24 ms of 300). The kernel tells nobody when a task falls asleep. */
static bool wait_asleep(const struct crew *c, const struct crew_batch *b, uint64_t deadline)
{
	const struct timespec t = { .tv_nsec = (long)LOOK_NS };

	for (uint32_t i = 0; i < b->place->workers; i++)
		while (task_state(c->cgroups->root_fd, members_of(c, b)[i].pid) == 'R') {
			if (clock_mono_ns() >= deadline)
				return false;
			clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
		}
	return true;
}

static void start_phase(struct worker *w)
{
	struct timespec t = { .tv_nsec = (long)(worker_random(w) % START_PHASE_NS) };

	clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

static bool is_live(const struct crew_batch *b)
{
	return b->state == CREW_WAITING || b->state == CREW_RUNNING;
}

/* The linker's: where the program is in memory. */
extern char __executable_start, etext, data_start, end;

/* What a run touches is not to fault. All there is (mlockall) would be the agent's heap and each
 * other worker's figures, too: 15 of 23 ms that a worker then took to come up, emulated. */
static void lock_in(const struct worker *w)
{
	const struct work_group *g = w->group;

	mlock(&__executable_start, (size_t)(&etext - &__executable_start));
	mlock(&etext, (size_t)(&data_start - &etext));
	mlock(&data_start, (size_t)(&end - &data_start));
	mlock(w->control, sizeof(*w->control));
	mlock(g->slots, g->size * sizeof(*g->slots));
	if (g->area)
		mlock(g->area, g->impl->area_bytes);
}

NORETURN static void worker_main(struct crew *c, struct crew_batch *b, struct crew_member *m)
{
	const struct job_work *jw = work_of(c, b);
	struct run_control *control = &b->shared->control;
	struct worker *w = &m->worker;
	struct worker_slot *s = w->slot;
	int bad = policy_set_memory(jw);

	_cleanup_free_ char *name = xasprintf("w:%s", json_name(&work_type_names, jw->type));

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, name);
	if (bad)
		__atomic_store_n(&b->shared->mem_errno, bad, __ATOMIC_RELEASE);
	work_setup(jw->type, w);
	lock_in(w);
	park(control, c->started ? &control->start : c->gate, b->place->workers);
	s->start_ns = clock_mono_ns();
	start_phase(w);
	work_run(jw->type, w);
	s->end_ns = clock_mono_ns();
	__atomic_store_n(&s->reported, 1, __ATOMIC_RELEASE);
	park(control, &control->leave, b->place->workers);
	_exit(0);
}

static void *shared(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		abort();
	memset(p, 0, bytes); /* faulted in */
	return p;
}

static size_t page_up(size_t n)
{
	return (n + 4095) & ~(size_t)4095;
}

int crew_init(struct crew *c, struct agent *a, struct cgroups *cgroups, struct err *err)
{
	struct crew_shared *controls;
	size_t head;

	*c = (struct crew){ .a = a, .job = &a->job, .cgroups = cgroups };
	if (roster_make(c->job, &c->roster, err) < 0)
		return -(int)err->code;
	head = page_up(sizeof(*controls) * (c->roster.n + 1));
	c->memory_bytes = head + c->roster.workers * sizeof(*c->slots);
	c->memory = shared(c->memory_bytes);
	controls = c->memory;
	c->gate = &controls[c->roster.n].control.start; /* the last one is of no batch */
	c->slots = (struct worker_slot *)((uint8_t *)c->memory + head);
	c->groups = xcalloc(c->roster.groups + 1, sizeof(*c->groups));
	c->members = xcalloc(c->roster.workers + 1, sizeof(*c->members));
	c->batches = xcalloc(c->roster.n + 1, sizeof(*c->batches));
	for (size_t i = 0; i < c->roster.n; i++) {
		c->batches[i].place = &c->roster.batches[i];
		c->batches[i].shared = &controls[i];
	}
	return 0;
}

static void init_member(struct crew *c, struct crew_batch *b, uint32_t index, struct work_group *g)
{
	struct crew_member *m = &members_of(c, b)[index];
	struct worker *w = &m->worker;

	m->index = index;
	m->pages = (struct page_count){ U64_NONE, U64_NONE, U64_NONE };
	w->control = &b->shared->control;
	w->slot = &c->slots[b->place->first + index];
	w->group = g;
	w->member = index % b->place->group;
	w->rng = roster_seed(c->job->seed, b->place, index);
	w->slot->max_gap_ns = U64_NONE;
	for (int l = 0; l < LATENCY_COUNT; l++)
		hist_init(&w->slot->latency[l]);
}

/* The next group of a batch, its members from `first` on. */
static int found_group(struct crew *c, struct crew_batch *b, uint32_t first, struct err *err)
{
	const struct work_impl *impl = work_impls[work_of(c, b)->type];
	struct work_group *g = &c->groups[b->place->first_group + b->groups_made];

	g->impl = impl;
	g->size = b->place->group;
	g->slots = &c->slots[b->place->first + first];
	if (impl->area_bytes)
		g->area = shared(impl->area_bytes);
	for (uint32_t k = 0; k < g->size; k++)
		init_member(c, b, first + k, g);
	if (impl->prepare && impl->prepare(g, err) < 0)
		return -(int)err->code;
	b->groups_made++;
	return 0;
}

static int hire(struct crew *c, struct crew_batch *b, const struct cgroup *in, struct err *err)
{
	const struct job_work *jw = work_of(c, b);
	struct crew_member *m = members_of(c, b);
	double param[WORK_PARAMS_MAX];
	int ret;

	if (work_type_params(jw->type, &jw->params, param, err) < 0)
		return -(int)err->code;
	for (uint32_t i = 0; i < b->place->workers; i++, m++) {
		if (i % b->place->group == 0 && (ret = found_group(c, b, i, err)) < 0)
			return ret;
		memcpy(m->worker.param, param, sizeof(param));
		m->pid = cgroup_fork(in->fd);
		if (m->pid == 0)
			worker_main(c, b, m);
		if (m->pid < 0) {
			m->pid = 0;
			if (errno == EBUSY && in->job)
				return err_set(err, ERR_USAGE,
				               "cgroup %s has cgroups below and takes no workers",
				               in->job->name);
			return err_sys(err, errno, "fork");
		}
		policy_set_up_first(m->pid);
	}
	return 0;
}

/* Once all are parked: what they do until then is none of the run. */
static int set_policies(struct crew *c, struct crew_batch *b, struct err *err)
{
	const struct job_work *jw = work_of(c, b);
	struct crew_member *m = members_of(c, b);

	if (b->shared->mem_errno)
		return err_sys(err, b->shared->mem_errno, "memory policy %s, nodes %s",
		               json_name(&mem_policy_names, jw->mem_policy),
		               jw->mem_nodes ? jw->mem_nodes : "");
	b->lists = roster_join_lists(0, jw->affinity.n, b->place->workers);
	for (uint32_t i = 0; i < b->place->workers; i++)
		if (policy_set_affinity(m[i].pid, &jw->affinity, i, err) < 0 ||
		    policy_set(m[i].pid, jw, err) < 0)
			return -(int)err->code;
	return 0;
}

static void read_before(struct crew *c, struct crew_batch *b)
{
	struct crew_member *m = members_of(c, b);

	for (uint32_t i = 0; i < b->place->workers; i++)
		task_stat_read(c->cgroups->root_fd, m[i].pid, &m[i].before);
}

/* Nothing of a batch that did not come to its start is to run. */
static void abandon(struct crew *c, struct crew_batch *b)
{
	struct crew_member *m = members_of(c, b);

	for (uint32_t i = 0; i < b->place->workers; i++) {
		if (m[i].pid > 0)
			kill(m[i].pid, SIGKILL);
	}
	b->state = CREW_IDLE;
}

static int spawn(struct crew *c, struct crew_batch *b, struct err *err)
{
	uint64_t patience = c->started ? LATE_NS : c->job->quiet_timeout_ns + PARK_NS, deadline;
	const struct cgroup *in = cgroups_get(c->cgroups, work_of(c, b)->cgroup, err);
	int ret;

	if (!in)
		return -(int)err->code;
	b->cgroup = work_of(c, b)->cgroup;
	if ((ret = hire(c, b, in, err)) < 0)
		return ret;
	deadline = deadline_in(patience);
	if (!wait_parked(b, deadline) || !wait_asleep(c, b, deadline))
		return err_set(err, ERR_TIMEOUT, "%u of %u workers came to the start",
		               b->shared->control.parked, b->place->workers);
	return set_policies(c, b, err);
}

static void let_go(struct crew *c, struct crew_batch *b)
{
	const struct crew_member *m = members_of(c, b);

	read_before(c, b);
	for (uint32_t i = 0; i < b->place->workers; i++) {
		allow_add(&c->a->allow, b->place->first + i,
		          &(struct allow_worker){
				  .work = b->place->work,
				  .index = m[i].index,
			  });
		trace_add_worker(c->a->trace, b->place->first + i, m[i].pid);
	}
	b->state = CREW_RUNNING;
	b->shared->control.parked = 0;
}

int crew_spawn(struct crew *c, uint32_t op, struct err *err)
{
	struct roster_batch *place = roster_of_op(&c->roster, op);

	if (!place)
		return err_set(err, ERR_FORMAT, "op %u spawns nothing", op);
	struct crew_batch *b = &c->batches[place - c->roster.batches];
	if (spawn(c, b, err) < 0) {
		abandon(c, b);
		return err_wrap(err, "%s", json_name(&work_type_names, work_of(c, b)->type));
	}
	b->state = CREW_WAITING;
	if (c->started) {
		let_go(c, b);
		b->begin_ns = clock_mono_ns();
		futex_set(&b->shared->control.start, 1);
	}
	return 0;
}

void crew_ready(struct crew *c)
{
	for (size_t i = 0; i < c->roster.n; i++)
		if (c->batches[i].state == CREW_WAITING)
			let_go(c, &c->batches[i]);
	c->started = true;
}

void crew_start(struct crew *c)
{
	uint64_t now = clock_mono_ns();

	for (size_t i = 0; i < c->roster.n; i++)
		c->batches[i].begin_ns = now;
	futex_set(c->gate, 1);
}

static void tell_stop(struct crew *c, struct crew_batch *b)
{
	struct crew_member *m = members_of(c, b);

	__atomic_store_n(&b->shared->control.stop, 1, __ATOMIC_SEQ_CST);
	for (uint32_t i = 0; i < b->place->workers; i++)
		kill(m[i].pid, SIGUSR1);
}

/* Where the worker may run, and which CPUs are online, is what the ops say: at the end of the run
 * all CPUs are back, see stage_end(). */
static void count_pages(const struct crew *c, const struct crew_batch *b, struct crew_member *m)
{
	const struct allow *allow = &c->a->allow;
	struct page_nodes nodes = { .home = policy_memory_nodes(work_of(c, b)) };
	struct cpus cpus;

	if (c->a->topo->nodes < 2 || c->a->topo->nodes > CPUTOPO_NODES ||
	    c->a->topo->max_cpu >= CPUS_MAX)
		return;
	/* Whoever is not at its end may hold the lock that the kernel takes to tell. */
	if (__atomic_load_n(&b->shared->control.parked, __ATOMIC_ACQUIRE) < b->place->workers)
		return;
	if (!nodes.home) {
		allow_of_worker(allow, b->place->first + m->index, &cpus);
		nodes.home = pages_nodes_of(c->a->topo, &cpus);
	}
	nodes.awake = pages_nodes_of(c->a->topo, &allow->online);
	pages_read(c->cgroups->root_fd, m->pid, &nodes, &m->pages);
}

/* Reads what they did and lets them go; who did not come is killed. */
static void collect(struct crew *c, struct crew_batch *b)
{
	struct crew_member *m = members_of(c, b);

	for (uint32_t i = 0; i < b->place->workers; i++) {
		if (waitpid(m[i].pid, &m[i].status, WNOHANG) == m[i].pid)
			m[i].gone = true;
		trace_end_worker(c->a->trace, b->place->first + i);
		task_stat_read(c->cgroups->root_fd, m[i].pid, &m[i].after);
		task_stat_sub(&m[i].after, &m[i].before);
		count_pages(c, b, &m[i]);
	}
	for (uint32_t i = 0; i < b->place->workers; i++)
		if (!m[i].gone && !__atomic_load_n(&m[i].worker.slot->reported, __ATOMIC_ACQUIRE))
			kill(m[i].pid, SIGKILL);
	b->state = CREW_STOPPED;
}

/* Asleep, too: one that was kept from it waits, and schedstat would have counted that wait by the
 * time it is read, tracing not (3 ms of 300). */
static void wait_ended(const struct crew *c, const struct crew_batch *b, uint64_t deadline)
{
	if (wait_parked(b, deadline))
		wait_asleep(c, b, deadline);
}

/* Before the run there is nothing to report. Frozen workers do not hear. */
static void stop_batch(struct crew *c, struct crew_batch *b)
{
	struct err err = ERR_INIT;
	struct cgroup *g = cgroups_get(c->cgroups, b->cgroup, &err);
	bool frozen = g && g->frozen;

	if (b->state == CREW_WAITING) {
		abandon(c, b);
		return;
	}
	if (frozen && cgroup_freeze(c->cgroups, g, false, &err) < 0)
		frozen = false;
	tell_stop(c, b);
	wait_ended(c, b, deadline_in(LATE_NS));
	collect(c, b);
	futex_set(&b->shared->control.leave, 1);
	/* What else is in it goes on as it was; a failure shows in the next op on it. */
	if (frozen && cgroup_freeze(c->cgroups, g, true, &err) < 0)
		g->frozen = true;
}

int crew_stop_work(struct crew *c, uint32_t work, struct err *err)
{
	bool any = false;

	for (size_t i = 0; i < c->roster.n; i++) {
		struct crew_batch *b = &c->batches[i];

		if (b->place->work != work || !is_live(b))
			continue;
		stop_batch(c, b);
		any = true;
	}
	return any ? 0 : err_set(err, ERR_NOT_FOUND, "work %u does not run", work);
}

void crew_stop_cgroup(struct crew *c, uint32_t cgroup)
{
	for (size_t i = 0; i < c->roster.n; i++)
		if (c->batches[i].cgroup == cgroup && is_live(&c->batches[i]))
			stop_batch(c, &c->batches[i]);
}

void crew_moved(struct crew *c, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < c->roster.n; i++)
		if (c->batches[i].cgroup == from && is_live(&c->batches[i]))
			c->batches[i].cgroup = to;
}

int crew_set_affinity(struct crew *c, uint32_t work, const struct strv *lists, struct err *err)
{
	bool any = false;

	for (size_t i = 0; i < c->roster.n; i++) {
		struct crew_batch *b = &c->batches[i];
		const struct crew_member *m = members_of(c, b);

		if (b->place->work != work || !is_live(b))
			continue;
		b->lists = roster_join_lists(b->lists, lists->n, b->place->workers);
		for (uint32_t k = 0; k < b->place->workers; k++)
			if (policy_set_affinity(m[k].pid, lists, k, err) < 0)
				return -(int)err->code;
		any = true;
	}
	return any ? 0 : err_set(err, ERR_NOT_FOUND, "work %u does not run", work);
}

void crew_stop(struct crew *c)
{
	uint64_t deadline;

	for (size_t i = 0; i < c->roster.n; i++)
		if (c->batches[i].state == CREW_RUNNING)
			tell_stop(c, &c->batches[i]);
	deadline = deadline_in(PARK_NS);
	for (size_t i = 0; i < c->roster.n; i++)
		if (c->batches[i].state == CREW_RUNNING)
			wait_ended(c, &c->batches[i], deadline);
}

void crew_collect(struct crew *c)
{
	for (size_t i = 0; i < c->roster.n; i++)
		if (c->batches[i].state == CREW_RUNNING)
			collect(c, &c->batches[i]);
}

static void describe_exit(const struct crew_member *m, struct wire_worker *out)
{
	if (!m->gone)
		out->exit = xstrdup(WORKER_SILENT);
	else if (WIFSIGNALED(m->status))
		out->exit = xasprintf("signal %d", WTERMSIG(m->status));
	else
		out->exit = xasprintf("exit status %d", WEXITSTATUS(m->status));
}

static struct hist_packed *pack(const struct crew_member *m, int type, enum latency l)
{
	struct hist_packed *p;

	if (!(work_type_defs[type].latencies & 1u << l))
		return NULL;
	p = xcalloc(1, sizeof(*p));
	json_init(&hist_packed_table, p);
	hist_pack(&m->worker.slot->latency[l], p);
	return p;
}

/* Its time runs from when it was let go, not from when it first got a CPU: until then a worker that
 * never blocks has a gap, too. */
static void report_times(const struct crew_member *m, uint64_t begin_ns, struct wire_worker *out)
{
	const struct worker_slot *s = m->worker.slot;
	uint64_t late = s->start_ns > begin_ns ? s->start_ns - begin_ns : 0;

	out->wall_ns = s->end_ns > begin_ns ? s->end_ns - begin_ns : 0;
	out->max_gap_ns = s->max_gap_ns;
	if (s->max_gap_ns == U64_NONE)
		return;
	out->max_gap_cpu = s->max_gap_cpu;
	if (late > out->max_gap_ns) {
		out->max_gap_ns = late;
		out->max_gap_cpu = U32_NONE;
	}
}

static void report_worker(const struct crew_batch *b, const struct crew_member *m, int type,
                          struct wire_worker *out)
{
	const struct worker_slot *s = m->worker.slot;

	out->index = m->index;
	out->type = type;
	out->kin = roster_kin(type, b->lists, m->index, m->worker.member);
	out->completed = __atomic_load_n(&s->reported, __ATOMIC_ACQUIRE);
	if (out->completed)
		report_times(m, b->begin_ns, out);
	else
		describe_exit(m, out);
	if (out->completed && *s->gave_up)
		out->exit = xstrndup(s->gave_up, sizeof(s->gave_up) - 1);
	out->iterations = s->iterations;
	out->cpu_ns = m->after.cpu_ns;
	out->run_delay_ns = m->after.run_delay_ns;
	out->timeslices = m->after.timeslices;
	out->voluntary_switches = m->after.voluntary;
	out->involuntary_switches = m->after.involuntary;
	out->migrations = m->after.migrations;
	out->pages = m->pages.all;
	out->local_pages = m->pages.local;
	out->slow_pages = m->pages.slow;
	out->wake_latency = pack(m, type, LATENCY_WAKE);
	out->sleep_overshoot = pack(m, type, LATENCY_SLEEP_OVERSHOOT);
}

static void report_batch(struct crew *c, const struct crew_batch *b, struct wire_cgroup *out)
{
	const struct crew_member *m = members_of(c, b);

	for (uint32_t i = 0; i < b->place->workers; i++) {
		struct wire_worker *w = xgrow(out->workers.v, out->workers.n);

		json_init(&wire_worker_table, w);
		w->work = b->place->work;
		w->spawn = b->place->spawn;
		report_worker(b, &m[i], work_of(c, b)->type, w);
		trace_worker(c->a->trace, b->place->first + i, w);
	}
}

bool crew_report(struct crew *c, uint32_t cgroup, struct wire_cgroup *out)
{
	const struct cgroup *g = &c->cgroups->items[cgroup];
	uint32_t index = g->job ? cgroup : U32_NONE;
	struct cgroup_stat used;

	cgroup_used(c->cgroups, g, &used);
	out->name = xstrdup(g->job ? g->job->name : "/");
	out->usage_ns = used.usage_ns;
	out->user_ns = used.user_ns;
	out->system_ns = used.system_ns;
	out->nr_periods = used.nr_periods;
	out->nr_throttled = used.nr_throttled;
	out->throttled_ns = used.throttled_ns;
	trace_cgroup(c->a->trace, cgroup, out);
	for (size_t i = 0; i < c->roster.n; i++)
		if (work_of(c, &c->batches[i])->cgroup == index &&
		    c->batches[i].state == CREW_STOPPED)
			report_batch(c, &c->batches[i], out);
	return g->job || out->workers.n;
}

uint32_t crew_count(const struct crew *c)
{
	uint32_t n = 0;

	for (size_t i = 0; i < c->roster.n; i++)
		n += is_live(&c->batches[i]) ? c->batches[i].place->workers : 0;
	return n;
}

uint64_t crew_iterations(const struct crew *c)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < c->roster.workers; i++)
		sum += __atomic_load_n(&c->slots[i].iterations, __ATOMIC_RELAXED);
	return sum;
}

uint64_t crew_cpu_ns(const struct crew *c)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < c->roster.n; i++) {
		const struct crew_batch *b = &c->batches[i];
		const struct crew_member *m = members_of(c, b);

		for (uint32_t k = 0; b->state == CREW_STOPPED && k < b->place->workers; k++) {
			if (m[k].after.cpu_ns == U64_NONE)
				return U64_NONE;
			sum += m[k].after.cpu_ns;
		}
	}
	return sum;
}

static void dismiss(struct crew_member *m)
{
	if (m->pid <= 0 || m->gone)
		return;
	if (!m->worker.slot->reported)
		kill(m->pid, SIGKILL);
	waitpid(m->pid, &m->status, 0);
}

void crew_done(struct crew *c)
{
	for (size_t i = 0; i < c->roster.n; i++)
		futex_set(&c->batches[i].shared->control.leave, 1);
	for (size_t i = 0; i < c->roster.workers; i++)
		dismiss(&c->members[i]);
	for (size_t i = 0; i < c->roster.n; i++) {
		const struct crew_batch *b = &c->batches[i];

		for (uint32_t k = 0; k < b->groups_made; k++) {
			struct work_group *g = &c->groups[b->place->first_group + k];

			if (g->impl->release)
				g->impl->release(g);
		}
	}
	free(c->members);
	free(c->groups);
	free(c->batches);
	roster_done(&c->roster);
	if (c->memory)
		munmap(c->memory, c->memory_bytes);
	*c = (struct crew){ 0 };
}
