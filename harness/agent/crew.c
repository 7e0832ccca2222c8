/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/crew.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "harness/agent/chance.h"
#include "harness/agent/gate.h"
#include "harness/agent/task_policy.h"

#define PARK_NS (10 * NS_PER_SEC) /* until all are at the end barrier once told to stop */
#define LATE_NS (2 * NS_PER_SEC)  /* the same during the run, while the agent waits */
#define LOOK_NS (500 * NS_PER_US) /* between two looks at a worker's state */

/* One per batch, in shared memory. */
struct crew_shared {
	struct run_control control;
	int32_t mem_errno; /* of set_mempolicy() in a worker; 0: no failure */
};

/* Waits until all workers of the batch sleep. The last one to park wakes the agent while it still
 * runs itself. On one CPU the agent, with its higher priority, then keeps it from falling asleep,
 * and its wait until the start was counted as part of the run (24 ms of 300). The kernel does not
 * report when a task falls asleep, so this polls. */
static bool wait_asleep(const struct crew *c, const struct crew_batch *b, uint64_t deadline)
{
	const struct timespec t = { .tv_nsec = (long)LOOK_NS };

	for (uint32_t i = 0; i < b->place->workers; i++)
		while (task_state(c->cgroups->root_fd, crew_members_of(c, b)[i].pid) == 'R') {
			if (clock_mono_ns() >= deadline)
				return false;
			clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
		}
	return true;
}

/* Set by the linker: where the program is in memory. */
extern char __executable_start, etext, data_start, end;

/* Locks what the worker touches during the run, so that it does not page-fault. Not mlockall():
 * that would also lock the agent's heap and all other workers' figures, which took 15 of the 23 ms
 * that a worker needed to come up under emulation. */
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
	const struct job_work *jw = crew_work_of(c, b);
	struct run_control *control = &b->shared->control;
	struct worker *w = &m->worker;
	struct worker_slot *s = w->slot;
	uint32_t number = b->place->first + (uint32_t)(m - crew_members_of(c, b));
	int bad = task_policy_set_memory(jw);

	_cleanup_free_ char *name = xasprintf("w:%s", json_name(&work_type_names, jw->type));

	*(volatile uint8_t *)__builtin_alloca(chance_stack(c->job, number) + 1) = 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, name);
	if (bad)
		__atomic_store_n(&b->shared->mem_errno, bad, __ATOMIC_RELEASE);
	chance_cpu(c->job, number);
	work_setup(jw->type, w);
	lock_in(w);
	gate_park(control, c->started ? &control->start : c->start, b->place->workers);
	s->start_ns = clock_mono_ns();
	chance_phase(c->job, number);
	work_run(jw->type, w);
	s->end_ns = clock_mono_ns();
	__atomic_store_n(&s->reported, 1, __ATOMIC_RELEASE);
	gate_park(control, &control->leave, b->place->workers);
	_exit(0);
}

/* Zeroed shared memory. */
static void *shared(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		abort();
	memset(p, 0, bytes); /* no page fault later */
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
	c->start = &controls[c->roster.n].control.start; /* the last one belongs to no batch */
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
	struct crew_member *m = &crew_members_of(c, b)[index];
	struct worker *w = &m->worker;

	m->index = index;
	m->pages = (struct page_count){ U64_NONE, U64_NONE, U64_NONE };
	w->control = &b->shared->control;
	w->slot = &c->slots[b->place->first + index];
	w->group = g;
	w->member = index % b->place->group;
	w->rng = roster_seed(c->job->seed, b->place, index);
	w->jitter = chance_jitter(c->job, b->place->first + index);
	w->slot->max_gap_ns = U64_NONE;
	for (int l = 0; l < LATENCY_COUNT; l++)
		hist_init(&w->slot->latency[l]);
}

/* Makes the next group of a batch. Its members are the workers from `first` on. */
static int make_group(struct crew *c, struct crew_batch *b, uint32_t first, struct err *err)
{
	const struct work_impl *impl = work_impls[crew_work_of(c, b)->type];
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

static int make_groups(struct crew *c, struct crew_batch *b, struct err *err)
{
	const struct job_work *jw = crew_work_of(c, b);
	struct crew_member *m = crew_members_of(c, b);
	double param[WORK_PARAMS_MAX];

	if (work_type_params(jw->type, &jw->params, param, err) < 0)
		return -(int)err->code;
	for (uint32_t i = 0; i < b->place->workers; i += b->place->group)
		if (make_group(c, b, i, err) < 0)
			return -(int)err->code;
	for (uint32_t i = 0; i < b->place->workers; i++)
		memcpy(m[i].worker.param, param, sizeof(param));
	return 0;
}

static int fork_worker(struct crew *c, struct crew_batch *b, struct crew_member *m,
                       const struct cgroup *in, struct err *err)
{
	m->pid = cgroup_fork(in->fd);
	if (m->pid == 0)
		worker_main(c, b, m);
	if (m->pid < 0) {
		m->pid = 0;
		if (errno == EBUSY && in->job)
			return err_set(err, ERR_USAGE,
			               "cgroup %s has children and cannot hold workers",
			               in->job->name);
		return err_sys(err, errno, "fork");
	}
	task_policy_set_up_first(m->pid);
	return 0;
}

static int fork_workers(struct crew *c, struct crew_batch *b, const struct cgroup *in,
                        struct err *err)
{
	_cleanup_free_ uint32_t *order = xcalloc(b->place->workers, sizeof(*order));
	struct crew_member *m = crew_members_of(c, b);

	if (make_groups(c, b, err) < 0)
		return -(int)err->code;
	chance_order(c->job, b->place->first, order, b->place->workers);
	for (uint32_t i = 0; i < b->place->workers; i++)
		if (fork_worker(c, b, &m[order[i]], in, err) < 0)
			return -(int)err->code;
	return 0;
}

/* Once all are parked: until then they run at the set-up priority. */
static int set_policies(struct crew *c, struct crew_batch *b, struct err *err)
{
	const struct job_work *jw = crew_work_of(c, b);
	struct crew_member *m = crew_members_of(c, b);

	if (b->shared->mem_errno)
		return err_sys(err, b->shared->mem_errno, "memory policy %s, nodes %s",
		               json_name(&mem_policy_names, jw->mem_policy),
		               jw->mem_nodes ? jw->mem_nodes : "");
	b->lists = roster_join_lists(0, jw->affinity.n, b->place->workers);
	for (uint32_t i = 0; i < b->place->workers; i++)
		if (task_policy_set_affinity(m[i].pid, &jw->affinity, i, err) < 0 ||
		    task_policy_set(m[i].pid, jw, err) < 0)
			return -(int)err->code;
	return 0;
}

static void read_before(struct crew *c, struct crew_batch *b)
{
	struct crew_member *m = crew_members_of(c, b);

	for (uint32_t i = 0; i < b->place->workers; i++)
		task_stat_read(c->cgroups->root_fd, m[i].pid, &m[i].before);
}

/* Kills the workers of a batch that could not be started. */
static void abandon(struct crew *c, struct crew_batch *b)
{
	struct crew_member *m = crew_members_of(c, b);

	for (uint32_t i = 0; i < b->place->workers; i++) {
		if (m[i].pid > 0)
			kill(m[i].pid, SIGKILL);
	}
	b->state = CREW_IDLE;
}

static int spawn(struct crew *c, struct crew_batch *b, struct err *err)
{
	uint64_t patience = c->started ? LATE_NS : c->job->quiet_timeout_ns + PARK_NS, deadline;
	const struct cgroup *in = cgroups_get(c->cgroups, crew_work_of(c, b)->cgroup, err);
	int ret;

	if (!in)
		return -(int)err->code;
	b->cgroup = crew_work_of(c, b)->cgroup;
	if ((ret = fork_workers(c, b, in, err)) < 0)
		return ret;
	deadline = deadline_in(patience);
	if (!gate_wait_full(&b->shared->control, b->place->workers, deadline) ||
	    !wait_asleep(c, b, deadline))
		return err_set(err, ERR_TIMEOUT, "only %u of %u workers reached the start barrier",
		               b->shared->control.parked, b->place->workers);
	return set_policies(c, b, err);
}

/* The workers' figures count from here on. The barrier opens later. */
static void begin_figures(struct crew *c, struct crew_batch *b)
{
	const struct crew_member *m = crew_members_of(c, b);

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
	gate_clear(&b->shared->control);
}

int crew_spawn(struct crew *c, uint32_t op, struct err *err)
{
	struct roster_batch *place = roster_of_op(&c->roster, op);

	if (!place)
		return err_set(err, ERR_FORMAT, "op %u is not a spawn op", op);
	struct crew_batch *b = &c->batches[place - c->roster.batches];
	if (spawn(c, b, err) < 0) {
		abandon(c, b);
		return err_wrap(err, "%s", json_name(&work_type_names, crew_work_of(c, b)->type));
	}
	b->state = CREW_WAITING;
	if (c->started) {
		begin_figures(c, b);
		b->begin_ns = clock_mono_ns();
		gate_open(&b->shared->control.start);
	}
	return 0;
}

void crew_ready(struct crew *c)
{
	for (size_t i = 0; i < c->roster.n; i++)
		if (c->batches[i].state == CREW_WAITING)
			begin_figures(c, &c->batches[i]);
	c->started = true;
}

void crew_start(struct crew *c)
{
	uint64_t now = clock_mono_ns();

	for (size_t i = 0; i < c->roster.n; i++)
		c->batches[i].begin_ns = now;
	gate_open(c->start);
}

static void tell_stop(struct crew *c, struct crew_batch *b)
{
	struct crew_member *m = crew_members_of(c, b);

	__atomic_store_n(&b->shared->control.stop, 1, __ATOMIC_SEQ_CST);
	for (uint32_t i = 0; i < b->place->workers; i++)
		kill(m[i].pid, SIGUSR1);
}

/* Takes the allowed and the online CPUs from the ops (agent.allow), not from the kernel: at the end
 * of the run all CPUs are online again (stage_end()). */
static void count_pages(const struct crew *c, const struct crew_batch *b, struct crew_member *m)
{
	const struct allow *allow = &c->a->allow;
	struct page_nodes nodes = { .home = task_policy_memory_nodes(crew_work_of(c, b)) };
	struct cpus cpus;

	if (c->a->topo->nodes < 2 || c->a->topo->nodes > CPUTOPO_NODES ||
	    c->a->topo->max_cpu >= CPUS_MAX)
		return;
	/* A worker that is not at the end barrier may hold the lock that reading numa_maps
	 * takes. */
	if (!gate_is_full(&b->shared->control, b->place->workers))
		return;
	if (!nodes.home) {
		allow_of_worker(allow, b->place->first + m->index, &cpus);
		nodes.home = pages_nodes_of(c->a->topo, &cpus);
	}
	nodes.awake = pages_nodes_of(c->a->topo, &allow->online);
	pages_read(c->cgroups->root_fd, m->pid, &nodes, &m->pages);
}

/* Reads what the workers did. Kills those that did not report. */
static void collect(struct crew *c, struct crew_batch *b)
{
	struct crew_member *m = crew_members_of(c, b);

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

/* Also waits until they sleep. A worker that is kept from falling asleep waits for a CPU: schedstat
 * would count that wait, tracing would not (3 ms of 300). */
static void wait_ended(const struct crew *c, const struct crew_batch *b, uint64_t deadline)
{
	if (gate_wait_full(&b->shared->control, b->place->workers, deadline))
		wait_asleep(c, b, deadline);
}

/* Before the run there is nothing to report. Frozen workers must be thawed to stop. */
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
	gate_open(&b->shared->control.leave);
	/* Other tasks in the cgroup stay frozen. A failure shows in the next op on it. */
	if (frozen && cgroup_freeze(c->cgroups, g, true, &err) < 0)
		g->frozen = true;
}

int crew_stop_work(struct crew *c, uint32_t work, struct err *err)
{
	bool any = false;

	for (size_t i = 0; i < c->roster.n; i++) {
		struct crew_batch *b = &c->batches[i];

		if (b->place->work != work || !crew_is_live(b))
			continue;
		stop_batch(c, b);
		any = true;
	}
	return any ? 0 : err_set(err, ERR_NOT_FOUND, "work %u is not running", work);
}

void crew_stop_cgroup(struct crew *c, uint32_t cgroup)
{
	for (size_t i = 0; i < c->roster.n; i++)
		if (c->batches[i].cgroup == cgroup && crew_is_live(&c->batches[i]))
			stop_batch(c, &c->batches[i]);
}

void crew_moved(struct crew *c, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < c->roster.n; i++)
		if (c->batches[i].cgroup == from && crew_is_live(&c->batches[i]))
			c->batches[i].cgroup = to;
}

int crew_set_affinity(struct crew *c, uint32_t work, const struct strv *lists, struct err *err)
{
	bool any = false;

	for (size_t i = 0; i < c->roster.n; i++) {
		struct crew_batch *b = &c->batches[i];
		const struct crew_member *m = crew_members_of(c, b);

		if (b->place->work != work || !crew_is_live(b))
			continue;
		b->lists = roster_join_lists(b->lists, lists->n, b->place->workers);
		for (uint32_t k = 0; k < b->place->workers; k++)
			if (task_policy_set_affinity(m[k].pid, lists, k, err) < 0)
				return -(int)err->code;
		any = true;
	}
	return any ? 0 : err_set(err, ERR_NOT_FOUND, "work %u is not running", work);
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
		gate_open(&c->batches[i].shared->control.leave);
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
