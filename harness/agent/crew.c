/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/crew.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "harness/agent/cgroup.h"

#define START_PHASE_NS (NS_PER_MS)       /* workers begin within this, as the seed says */
#define PARK_NS        (10 * NS_PER_SEC) /* to come to the end barrier once told to stop */
#define MAX_WORKERS    4096

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
static bool wait_parked(struct run_control *c, uint32_t all, uint64_t deadline)
{
	for (;;) {
		uint32_t n = __atomic_load_n(&c->parked, __ATOMIC_ACQUIRE);

		if (n >= all)
			return true;
		if (clock_mono_ns() >= deadline)
			return false;
		futex_wait(&c->parked, n, deadline);
	}
}

static void start_phase(struct worker *w)
{
	struct timespec t = { .tv_nsec = (long)(worker_random(w) % START_PHASE_NS) };

	clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

NORETURN static void worker_main(struct crew *c, struct crew_member *m)
{
	struct worker *w = &m->worker;
	struct worker_slot *s = w->slot;

	_cleanup_free_ char *name = xasprintf("w:%s", json_name(&work_type_names, m->type));

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, name);
	work_setup(m->type, w);
	mlockall(MCL_CURRENT);
	park(c->control, &c->control->start, (uint32_t)c->n);
	s->start_ns = clock_mono_ns();
	start_phase(w);
	work_run(m->type, w);
	s->end_ns = clock_mono_ns();
	__atomic_store_n(&s->reported, 1, __ATOMIC_RELEASE);
	park(c->control, &c->control->leave, (uint32_t)c->n);
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

static const struct job_cgroup *cgroup_at(const struct job *j, size_t i)
{
	return (const struct job_cgroup *)j->cgroups.items + i;
}

static const struct job_work *work_at(const struct job *j, size_t i)
{
	return (const struct job_work *)j->works.items + i;
}

static int count_work(struct crew *c, const struct job_work *jw, struct err *err)
{
	double param[WORK_PARAMS_MAX];
	uint32_t group;

	if (work_type_params(jw->type, &jw->params, param, err) < 0)
		return -(int)err->code;
	group = work_type_group(jw->type, param);
	if (jw->workers % group)
		return err_set(err, ERR_USAGE, "%s: %u workers, not a multiple of %u",
		               json_name(&work_type_names, jw->type), jw->workers, group);
	c->n += jw->workers;
	c->n_groups += jw->workers / group;
	if (jw->workers > MAX_WORKERS || c->n > MAX_WORKERS)
		return err_set(err, ERR_LIMIT, "more than %u workers", MAX_WORKERS);
	return 0;
}

static int count_workers(struct crew *c, struct err *err)
{
	const struct job_op *ops = c->job->ops.items;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < c->job->ops.n; i++)
		if (ops[i].kind == OP_SPAWN && ops[i].work < c->job->works.n)
			ret = count_work(c, work_at(c->job, ops[i].work), err);
	return ret;
}

static uint64_t seed_of(uint64_t seed, uint64_t index)
{
	uint64_t z = seed + (index + 1) * 0x9e3779b97f4a7c15ULL; /* splitmix64 */

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	z ^= z >> 31;
	return z ? z : 1;
}

static void init_member(struct crew *c, size_t i, struct work_group *g, uint32_t member)
{
	struct worker *w = &c->members[i].worker;

	w->control = c->control;
	w->slot = &c->slots[i];
	w->group = g;
	w->member = member;
	w->rng = seed_of(c->job->seed, i);
	w->slot->max_gap_ns = U64_NONE;
	for (int l = 0; l < LATENCY_COUNT; l++)
		hist_init(&w->slot->latency[l]);
}

static pid_t fork_into(int cgroup_fd)
{
	struct clone_args a = {
		.flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = (uint64_t)cgroup_fd,
	};

	return (pid_t)syscall(SYS_clone3, &a, sizeof(a));
}

/* The next group of a work, its members from `first` on. */
static int found_group(struct crew *c, const struct job_work *jw, uint32_t size, size_t first,
                       struct err *err)
{
	const struct work_impl *impl = work_impls[jw->type];
	struct work_group *g = &c->groups[c->groups_made++];

	g->impl = impl;
	g->size = size;
	g->slots = &c->slots[first];
	if (impl->area_bytes)
		g->area = shared(impl->area_bytes);
	for (uint32_t k = 0; k < size; k++)
		init_member(c, first + k, g, k);
	if (!impl->prepare || impl->prepare(g, err) == 0)
		return 0;
	c->groups_made--; /* nothing to release */
	return -(int)err->code;
}

static int hire_work(struct crew *c, uint32_t work, struct err *err)
{
	const struct job_work *jw = work_at(c->job, work);
	double param[WORK_PARAMS_MAX];
	uint32_t group;
	int ret;

	if (work_type_params(jw->type, &jw->params, param, err) < 0)
		return -(int)err->code;
	group = work_type_group(jw->type, param);
	for (uint32_t i = 0; i < jw->workers; i++, c->hired++) {
		struct crew_member *m = &c->members[c->hired];

		if (i % group == 0 && (ret = found_group(c, jw, group, c->hired, err)) < 0)
			return ret;
		m->type = jw->type;
		m->index = i;
		m->work = work;
		m->cgroup = jw->cgroup;
		memcpy(m->worker.param, param, sizeof(param));
		m->pid = fork_into(c->cgroup_fds[jw->cgroup]);
		if (m->pid < 0)
			return err_sys(err, errno, "fork");
		if (m->pid == 0)
			worker_main(c, m);
		trace_add_worker(c->trace, (uint32_t)c->hired, m->pid, m->cgroup);
	}
	return 0;
}

static int make_cgroup(struct crew *c, uint32_t i, struct err *err)
{
	int ret = cgroup_create(c->root_fd, cgroup_at(c->job, i), &c->cgroup_fds[i], err);

	if (ret == 0)
		trace_add_cgroup(c->trace, i, c->cgroup_fds[i]);
	return ret;
}

static int set_up(struct crew *c, const struct job_op *op, struct err *err)
{
	if (op->kind == OP_ADD_CGROUP)
		return make_cgroup(c, op->cgroup, err);
	if (op->kind != OP_SPAWN)
		return err_set(err, ERR_UNSUPPORTED, "op %s", json_name(&op_names, op->kind));
	if (hire_work(c, op->work, err) < 0)
		return err_wrap(err, "%s",
		                json_name(&work_type_names, work_at(c->job, op->work)->type));
	return 0;
}

static int set_up_all(struct crew *c, struct err *err)
{
	const struct job_op *ops = c->job->ops.items;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < c->job->ops.n; i++)
		ret = set_up(c, &ops[i], err);
	return ret;
}

static void read_before(struct crew *c)
{
	for (size_t i = 0; i < c->n; i++)
		task_stat_read(c->root_fd, c->members[i].pid, &c->members[i].before);
	for (size_t i = 0; i < c->job->cgroups.n; i++) {
		_cleanup_free_ char *path = cgroup_path(cgroup_at(c->job, i)->name);
		cgroup_stat_read(c->root_fd, path, &c->cgroup_before[i]);
	}
}

int crew_hire(struct crew *c, const struct job *job, int root_fd, struct trace *trace,
              struct err *err)
{
	int ret;

	*c = (struct crew){ .root_fd = root_fd, .job = job, .trace = trace };
	if ((ret = count_workers(c, err)) < 0 || (ret = cgroup_setup(root_fd, err)) < 0)
		return ret;
	c->shared_bytes = 4096 + c->n * sizeof(*c->slots);
	c->control = shared(c->shared_bytes);
	c->slots = (struct worker_slot *)((uint8_t *)c->control + 4096);
	c->groups = xcalloc(c->n_groups + 1, sizeof(*c->groups));
	c->members = xcalloc(c->n + 1, sizeof(*c->members));
	c->cgroup_before = xcalloc(job->cgroups.n + 1, sizeof(*c->cgroup_before));
	c->cgroup_fds = xcalloc(job->cgroups.n + 1, sizeof(*c->cgroup_fds));
	for (size_t i = 0; i < job->cgroups.n; i++)
		c->cgroup_fds[i] = -1;
	if ((ret = set_up_all(c, err)) < 0)
		return ret;
	if (!wait_parked(c->control, (uint32_t)c->n, deadline_in(job->quiet_timeout_ns + PARK_NS)))
		return err_set(err, ERR_TIMEOUT, "%u of %zu workers came to the start",
		               c->control->parked, c->n);
	read_before(c);
	return 0;
}

void crew_start(struct crew *c)
{
	c->control->parked = 0;
	futex_set(&c->control->start, 1);
}

void crew_stop(struct crew *c)
{
	__atomic_store_n(&c->control->stop, 1, __ATOMIC_SEQ_CST);
	for (size_t i = 0; i < c->n; i++)
		kill(c->members[i].pid, SIGUSR1);
	wait_parked(c->control, (uint32_t)c->n, deadline_in(PARK_NS));
}

void crew_collect(struct crew *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct crew_member *m = &c->members[i];

		if (waitpid(m->pid, &m->status, WNOHANG) == m->pid)
			m->gone = true;
		task_stat_read(c->root_fd, m->pid, &m->after);
		task_stat_sub(&m->after, &m->before);
	}
}

static void describe_exit(const struct crew_member *m, struct wire_worker *out)
{
	if (!m->gone)
		out->exit = xstrdup("no report");
	else if (WIFSIGNALED(m->status))
		out->exit = xasprintf("signal %d", WTERMSIG(m->status));
	else
		out->exit = xasprintf("exit status %d", WEXITSTATUS(m->status));
}

static struct hist_packed *pack(const struct crew_member *m, enum latency l)
{
	struct hist_packed *p;

	if (!(work_type_defs[m->type].latencies & 1u << l))
		return NULL;
	p = xcalloc(1, sizeof(*p));
	json_init(&hist_packed_table, p);
	hist_pack(&m->worker.slot->latency[l], p);
	return p;
}

static void report_worker(const struct crew_member *m, struct wire_worker *out)
{
	const struct worker_slot *s = m->worker.slot;

	out->index = m->index;
	out->work = m->work;
	out->type = m->type;
	out->completed = __atomic_load_n(&s->reported, __ATOMIC_ACQUIRE);
	if (out->completed)
		out->wall_ns = s->end_ns - s->start_ns;
	else
		describe_exit(m, out);
	out->iterations = s->iterations;
	out->cpu_ns = m->after.cpu_ns;
	out->run_delay_ns = m->after.run_delay_ns;
	out->timeslices = m->after.timeslices;
	out->voluntary_switches = m->after.voluntary;
	out->involuntary_switches = m->after.involuntary;
	out->migrations = m->after.migrations;
	out->max_gap_ns = s->max_gap_ns;
	if (s->max_gap_ns != U64_NONE)
		out->max_gap_cpu = s->max_gap_cpu;
	out->wake_latency = pack(m, LATENCY_WAKE);
	out->sleep_overshoot = pack(m, LATENCY_SLEEP_OVERSHOOT);
}

void crew_report(struct crew *c, size_t cgroup, struct wire_cgroup *out)
{
	const char *name = cgroup_at(c->job, cgroup)->name;
	const struct cgroup_stat *before = &c->cgroup_before[cgroup];
	_cleanup_free_ char *path = cgroup_path(name);
	struct cgroup_stat after;

	cgroup_stat_read(c->root_fd, path, &after);
	out->name = xstrdup(name);
	out->usage_ns = none_sub(after.usage_ns, before->usage_ns);
	out->user_ns = none_sub(after.user_ns, before->user_ns);
	out->system_ns = none_sub(after.system_ns, before->system_ns);
	out->nr_periods = none_sub(after.nr_periods, before->nr_periods);
	out->nr_throttled = none_sub(after.nr_throttled, before->nr_throttled);
	out->throttled_ns = none_sub(after.throttled_ns, before->throttled_ns);
	trace_cgroup(c->trace, (uint32_t)cgroup, out);
	for (size_t i = 0; i < c->n; i++) {
		if (c->members[i].cgroup != cgroup)
			continue;
		struct wire_worker *w =
			xgrow(*(struct wire_worker **)&out->workers.items, out->workers.n);
		json_init(&wire_worker_table, w);
		report_worker(&c->members[i], w);
		trace_worker(c->trace, (uint32_t)i, w);
	}
}

uint64_t crew_cpu_ns(const struct crew *c)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (c->members[i].after.cpu_ns == U64_NONE)
			return U64_NONE;
		sum += c->members[i].after.cpu_ns;
	}
	return sum;
}

void crew_dismiss(struct crew *c)
{
	if (c->control)
		futex_set(&c->control->leave, 1);
	for (size_t i = 0; i < c->n; i++) {
		struct crew_member *m = &c->members[i];

		if (m->pid <= 0 || m->gone)
			continue;
		if (!m->worker.slot->reported)
			kill(m->pid, SIGKILL);
		waitpid(m->pid, &m->status, 0);
	}
	for (size_t i = 0; i < c->groups_made; i++)
		if (c->groups[i].impl->release)
			c->groups[i].impl->release(&c->groups[i]);
	free(c->members);
	free(c->groups);
	free(c->cgroup_before);
	for (size_t i = 0; c->cgroup_fds && i < c->job->cgroups.n; i++)
		if (c->cgroup_fds[i] >= 0)
			close(c->cgroup_fds[i]);
	free(c->cgroup_fds);
	if (c->control)
		munmap(c->control, c->shared_bytes);
	*c = (struct crew){ 0 };
}
