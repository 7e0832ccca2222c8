/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs every work type for real: forks a group of workers, starts, stops and reaps them. */
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/agent/work/work.h"
#include "tests/unit/test.h"

#define RUN_NS      (60 * NS_PER_MS)
#define STOP_NS     (20 * NS_PER_SEC) /* all workers have ended by then */
#define DELAY_NS    (50 * NS_PER_MS)
#define PROGRESS_NS (10 * NS_PER_SEC)

struct troupe {
	int type;
	uint32_t n;
	struct run_control *control;
	struct worker_slot *slots;
	struct work_group group;
	pid_t pid[WORK_GROUP_MAX];
};

static struct err err;

static void *shared(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(p, MAP_FAILED);
	return p;
}

static void pause_ns(uint64_t ns)
{
	struct timespec t = { .tv_sec = (time_t)(ns / NS_PER_SEC),
		              .tv_nsec = (long)(ns % NS_PER_SEC) };

	while (nanosleep(&t, &t) < 0)
		;
}

NORETURN static void play(struct troupe *t, struct worker *w)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	work_setup(t->type, w);
	__atomic_add_fetch(&t->control->parked, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&t->control->start, __ATOMIC_ACQUIRE))
		worker_futex_wait(&t->control->start, 0);
	work_run(t->type, w);
	__atomic_store_n(&w->slot->reported, 1, __ATOMIC_RELEASE);
	_exit(0);
}

static void hire(struct troupe *t, int type, const struct json_f64map *given)
{
	const struct work_impl *impl = work_impls[type];
	double param[WORK_PARAMS_MAX];

	ASSERT_OK(work_type_params(type, given, param, &err));
	*t = (struct troupe){ .type = type, .n = work_type_group(type, param) };
	t->control = shared(sizeof(*t->control));
	t->slots = shared(t->n * sizeof(*t->slots));
	t->group = (struct work_group){ .size = t->n, .slots = t->slots };
	if (impl->area_bytes)
		t->group.area = shared(impl->area_bytes);
	if (impl->prepare)
		ASSERT_OK(impl->prepare(&t->group, &err));
	for (uint32_t i = 0; i < t->n; i++) {
		struct worker w = { .control = t->control,
			            .slot = &t->slots[i],
			            .group = &t->group,
			            .member = i,
			            .rng = 0x9e3779b97f4a7c15ULL * (i + 1) };

		memcpy(w.param, param, sizeof(param));
		for (int l = 0; l < LATENCY_COUNT; l++)
			hist_init(&t->slots[i].latency[l]);
		t->pid[i] = fork();
		ck_assert_int_ge(t->pid[i], 0);
		if (t->pid[i] == 0)
			play(t, &w);
	}
}

static void await_u32(const uint32_t *word, uint32_t at_least, const char *what)
{
	uint64_t end = deadline_in(PROGRESS_NS);

	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) < at_least) {
		ck_assert_msg(clock_mono_ns() < end, "%s", what);
		pause_ns(NS_PER_MS);
	}
}

static void start(struct troupe *t)
{
	await_u32(&t->control->parked, t->n, "not all workers reached the start barrier");
	__atomic_store_n(&t->control->start, 1, __ATOMIC_RELEASE);
	worker_futex_wake(&t->control->start, INT32_MAX);
}

/* As the agent does it: one signal to each worker, after which all must end. */
static void stop(struct troupe *t)
{
	uint64_t end = deadline_in(STOP_NS);
	const char *name = work_type_defs[t->type].name;

	__atomic_store_n(&t->control->stop, 1, __ATOMIC_SEQ_CST);
	for (uint32_t i = 0; i < t->n; i++)
		kill(t->pid[i], SIGUSR1);
	for (uint32_t i = 0; i < t->n; i++) {
		int status;

		while (waitpid(t->pid[i], &status, WNOHANG) == 0) {
			ck_assert_msg(clock_mono_ns() < end, "%s: member %u does not stop", name,
			              i);
			pause_ns(NS_PER_MS / 10);
		}
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
		              "%s: member %u: status %#x", name, i, status);
		ck_assert(t->slots[i].reported);
	}
	ck_assert_msg(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "%s: a child is left",
	              name);
	if (work_impls[t->type]->release)
		work_impls[t->type]->release(&t->group);
}

/* Why a type cannot run here, or NULL. */
static const char *cannot(int type)
{
	const struct work_type_def *d = &work_type_defs[type];

	if (d->needs.nodes > 1 && !fs_exists(AT_FDCWD, "/sys/devices/system/node/node1"))
		return "one NUMA node";
	if (d->needs.smt) {
		_cleanup_free_ char *s = fs_read_line(
			AT_FDCWD, "/sys/devices/system/cpu/cpu0/topology/thread_siblings_list");
		if (!s || !strpbrk(s, ",-"))
			return "no SMT";
	}
	if (starts_with(d->name, "cgroup_") && access("/sys/fs/cgroup/cgroup.procs", W_OK) < 0 &&
	    access("/sys/fs/cgroup/unified/cgroup.procs", W_OK) < 0)
		return "no cgroup2 that may be written";
	if (type == WORK_RT_HOG && geteuid() != 0)
		return "not root";
	return NULL;
}

static void pool(const struct troupe *t, enum latency l, struct hist *sum)
{
	hist_init(sum);
	for (uint32_t i = 0; i < t->n; i++)
		hist_merge(sum, &t->slots[i].latency[l]);
}

/* Each member has done an iteration, and each latency of the type has been measured. */
static bool has_run(const struct troupe *t)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (!__atomic_load_n(&t->slots[i].iterations, __ATOMIC_RELAXED))
			return false;
	for (int l = 0; l < LATENCY_COUNT; l++) {
		struct hist h;

		pool(t, l, &h);
		if (work_type_defs[t->type].latencies & 1u << l && !h.count)
			return false;
	}
	return true;
}

/* For RUN_NS at least, and until has_run(), however busy the machine is. */
static void let_run(const struct troupe *t)
{
	uint64_t end = deadline_in(PROGRESS_NS);

	pause_ns(RUN_NS);
	while (!has_run(t)) {
		ck_assert_msg(clock_mono_ns() < end, "%s: a member does nothing, or no latency",
		              work_type_defs[t->type].name);
		pause_ns(NS_PER_MS);
	}
}

static void check_latencies(const struct troupe *t, uint64_t took_ns)
{
	const struct work_type_def *d = &work_type_defs[t->type];

	for (int l = 0; l < LATENCY_COUNT; l++) {
		struct hist h;

		if (!(d->latencies & 1u << l))
			continue;
		pool(t, l, &h);
		ck_assert_msg(h.count > 0, "%s: no %s", d->name, json_name(&latency_names, l));
		ck_assert_msg(h.max <= took_ns, "%s: %s of %lu ns in %lu ns", d->name,
		              json_name(&latency_names, l), h.max, took_ns);
	}
	for (uint32_t i = 0; i < t->n; i++) {
		uint64_t gap = t->slots[i].max_gap_ns;

		ck_assert_msg(d->never_blocks ? gap > 0 && gap <= took_ns : gap == U64_NONE,
		              "%s: gap %lu", d->name, gap);
	}
}

#define X(e, name, doc) { #name, e },
static const struct {
	const char *label;
	int type;
} types[] = { WORK_TYPES(X) };
#undef X

TEST_ROWS(work_runs, types)
{
	const struct json_f64map none = { 0 };
	struct troupe t;
	uint64_t begin;

	if (cannot(row->type))
		TEST_SKIP("%s: %s", row->label, cannot(row->type));
	begin = clock_mono_ns();
	hire(&t, row->type, &none);
	start(&t);
	let_run(&t);
	stop(&t);
	check_latencies(&t, clock_mono_ns() - begin);
}

/* Also types that cannot work on this machine must stop. */
TEST_ROWS(work_stops_at_once, types)
{
	const struct json_f64map none = { 0 };
	struct troupe t;

	hire(&t, row->type, &none);
	start(&t);
	stop(&t);
}

/* In the middle of the largest product that can be configured, which takes many seconds. */
TEST(work_stops_in_the_middle_of_a_product)
{
	struct json_f64map given = { 0 };
	struct troupe t;

	json_f64map_set(&given, "footprint_kib", 65536);
	hire(&t, WORK_FAN_OUT_COMPUTE, &given);
	start(&t);
	pause_ns(RUN_NS);
	stop(&t);
	json_f64map_done(&given);
}

static char state_of(pid_t pid)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/stat", (int)pid);
	_cleanup_free_ char *line = fs_read_line(AT_FDCWD, path);
	const char *end = line ? strrchr(line, ')') : NULL;

	return end && end[1] == ' ' ? end[2] : '?';
}

/* Halts a member while it waits for a wake-up. If it is not waiting (it computes, or another member
 * has its turn), it is continued and halted again later. */
static void halt_waiting(struct troupe *t, uint32_t member)
{
	uint64_t end = deadline_in(PROGRESS_NS);

	for (;;) {
		kill(t->pid[member], SIGSTOP);
		while (state_of(t->pid[member]) != 'T')
			pause_ns(NS_PER_MS / 10);
		if (__atomic_load_n(&t->slots[member].wake.waiting, __ATOMIC_SEQ_CST))
			return;
		kill(t->pid[member], SIGCONT);
		ck_assert_msg(clock_mono_ns() < end, "%s: member %u never waits",
		              work_type_defs[t->type].name, member);
		pause_ns(NS_PER_MS / 2);
	}
}

/* The member that is woken. In most types member 0 is the waker. */
static uint32_t wakee_of(int type)
{
	return type == WORK_PRODUCER_CONSUMER ? 0 : 1;
}

/* A wakee is kept from running for 50 ms. All wake-ups due in that time count as late; there are
 * several if the waker keeps a schedule. */
TEST_ROWS(work_delayed_wakee_is_seen, types)
{
	const struct json_f64map none = { 0 };
	uint32_t member = wakee_of(row->type);
	struct troupe t;

	if (!(work_type_defs[row->type].latencies & 1 << LATENCY_WAKE))
		return;
	hire(&t, row->type, &none);
	start(&t);
	let_run(&t);
	halt_waiting(&t, member);
	await_u32(&t.slots[member].wake.pending, 1, "no wake-up was due");
	uint64_t count = t.slots[member].latency[LATENCY_WAKE].count;
	pause_ns(DELAY_NS);
	uint32_t due = __atomic_load_n(&t.slots[member].wake.pending, __ATOMIC_ACQUIRE);
	kill(t.pid[member], SIGCONT);
	while (__atomic_load_n(&t.slots[member].latency[LATENCY_WAKE].count, __ATOMIC_RELAXED) <
	       count + due)
		pause_ns(NS_PER_MS);
	stop(&t);
	ck_assert_msg(t.slots[member].latency[LATENCY_WAKE].max >= DELAY_NS,
	              "%s: longest wake-up %lu ns", row->label,
	              t.slots[member].latency[LATENCY_WAKE].max);
}
