/* SPDX-License-Identifier: GPL-2.0-only */
/* What the scheduler decides: when a task that wakes runs, and who gets how much. */
#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "harness/bench/cores.h"
#include "harness/bench/partner.h"
#include "harness/bench/rows.h"

#define POLICY_DEADLINE 6
#define SPINNERS        4
#define WINDOW_NS       (100 * NS_PER_MS)
#define AHEAD_NS        (200 * NS_PER_US)
#define PERIOD_NS       (5 * NS_PER_MS)
#define LOAD_PCT        80
#define SPIN_NS         (20 * NS_PER_MS)
#define NAP_NS          NS_PER_MS
#define PREFERRED_NS    (200 * NS_PER_US)
#define GIVE_UP_NS      (200 * NS_PER_MS)

/* Sleeps until then and returns how late it is. */
static double late_ns(uint64_t at)
{
	const struct timespec t = { (time_t)(at / NS_PER_SEC), (long)(at % NS_PER_SEC) };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
	return (double)(clock_mono_ns() - at);
}

static uint64_t cpu_time_ns(clockid_t clock)
{
	struct timespec t = { 0 };

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * NS_PER_SEC + (uint64_t)t.tv_nsec;
}

static void spin(struct bench *b)
{
	for (;;)
		BENCH_KEEP(b);
}

struct wake {
	_Atomic uint32_t rung;
	_Atomic uint64_t answered_ns;
};

static void answer(struct bench *b)
{
	struct wake *w = b->mem;

	for (uint32_t seen = 0;; seen++) {
		while (atomic_load(&w->rung) == seen)
			syscall(SYS_futex, &w->rung, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
		atomic_store(&w->answered_ns, clock_mono_ns());
	}
}

static int setup_wake(struct bench *b, struct err *err)
{
	b->mem = xcalloc(1, sizeof(struct wake));
	return partner_thread(b, answer, err);
}

static double sample_wake(struct bench *b, uint64_t *iterations UNUSED)
{
	struct wake *w = b->mem;
	uint64_t begin;

	late_ns(clock_mono_ns() + AHEAD_NS); /* until it sleeps */
	atomic_store(&w->answered_ns, 0);
	begin = clock_mono_ns();
	atomic_fetch_add(&w->rung, 1);
	syscall(SYS_futex, &w->rung, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	while (!atomic_load(&w->answered_ns))
		sched_yield();
	return (double)(atomic_load(&w->answered_ns) - begin);
}

const struct bench_row bench_wake_latency = {
	.about = { .name = "wake_latency",
	           .unit = "ns",
	           .what = "from FUTEX_WAKE until the thread that slept runs" },
	.setup = setup_wake,
	.sample = sample_wake,
};

static int setup_preemption(struct bench *b, struct err *err)
{
	const struct sched_param p = { .sched_priority = 1 };

	if (cpus_pin_to_one(err) < 0 || partner_fork(b, spin, err) < 0)
		return -(int)err->code;
	return sched_setscheduler(0, SCHED_FIFO, &p) < 0
	               ? err_set(err, ERR_UNSUPPORTED, "needs real-time priority: %s",
	                         strerror(errno))
	               : 0;
}

static double sample_late(struct bench *b UNUSED, uint64_t *iterations UNUSED)
{
	return late_ns(clock_mono_ns() + AHEAD_NS);
}

const struct bench_row bench_preemption_latency = {
	.about = { .name = "preemption_latency",
	           .unit = "ns",
	           .what = "from a timer's expiry until the SCHED_FIFO task that waits for it "
	                   "runs, in "
	                   "place of a spinning task on its CPU",
	           .seed = "preemption latency, interrupt latency",
	           .needs = "root (SCHED_FIFO)" },
	.setup = setup_preemption,
	.sample = sample_late,
};

static int setup_timer(struct bench *b UNUSED, struct err *err)
{
	return prctl(PR_SET_TIMERSLACK, 1) < 0 ? err_sys(err, errno, "timer slack") : 0;
}

const struct bench_row bench_timer_latency = {
	.about = { .name = "timer_latency",
	           .unit = "ns",
	           .what = "how late clock_nanosleep() returns, on an idle CPU",
	           .seed = "timer_latency, timer precision",
	           .parameters = "200 us ahead, timer slack 1 ns" },
	.setup = setup_timer,
	.sample = sample_late,
};

static void op_timer(struct bench *b, uint64_t n)
{
	struct sigevent none = { .sigev_notify = SIGEV_NONE };

	for (uint64_t i = 0; i < n; i++) {
		timer_t t;

		BENCH_TRY(b, timer_create(CLOCK_MONOTONIC, &none, &t));
		timer_delete(t);
	}
}

const struct bench_row bench_timer_create = {
	.about = { .name = "timer_create", .unit = "ns", .what = "timer_create(), timer_delete()" },
	.op = op_timer,
	.one_cpu = true,
};

/* b->mem: the CPU clocks of the spinners. */
static int setup_fairness(struct bench *b, struct err *err)
{
	clockid_t *clocks = b->mem = xcalloc(SPINNERS, sizeof(*clocks));

	if (cpus_pin_to_one(err) < 0)
		return -(int)err->code;
	for (int i = 0; i < SPINNERS; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			spin(b);
		}
		if (pid < 0 || clock_getcpuclockid(pid, &clocks[i]) != 0)
			return err_sys(err, errno, "fork");
	}
	return 0;
}

static double sample_fairness(struct bench *b, uint64_t *iterations UNUSED)
{
	const clockid_t *clocks = b->mem;
	double got[SPINNERS], sum = 0, square = 0;

	for (int i = 0; i < SPINNERS; i++)
		got[i] = (double)cpu_time_ns(clocks[i]);
	late_ns(clock_mono_ns() + WINDOW_NS);
	for (int i = 0; i < SPINNERS; i++) {
		got[i] = (double)cpu_time_ns(clocks[i]) - got[i];
		sum += got[i];
		square += got[i] * got[i];
	}
	if (sum <= 0)
		bench_fail(b, 0, "the tasks did not run");
	return sum > 0 ? 100 * sqrt(fmax(SPINNERS * square / (sum * sum) - 1, 0)) : 0;
}

const struct bench_row bench_round_robin_fairness = {
	.about = { .name = "round_robin_fairness",
	           .unit = "%",
	           .what = "CPU time of like tasks that share a CPU: standard deviation, of the "
	                   "mean",
	           .seed = "round-robin fairness",
	           .parameters = "4 spinning processes, 100 ms a sample" },
	.setup = setup_fairness,
	.sample = sample_fairness,
	.samples = 10,
};

/* As sched_setattr(2) takes it; the C library's headers and the kernel's exclude each other. */
struct deadline_attr {
	uint32_t size, sched_policy;
	uint64_t sched_flags;
	int32_t sched_nice;
	uint32_t sched_priority;
	uint64_t sched_runtime, sched_deadline, sched_period;
};

static int setup_deadline(struct bench *b UNUSED, struct err *err)
{
	const struct deadline_attr a = { .size = sizeof(a),
		                         .sched_policy = POLICY_DEADLINE,
		                         .sched_runtime = PERIOD_NS * LOAD_PCT / 100,
		                         .sched_deadline = PERIOD_NS,
		                         .sched_period = PERIOD_NS };

	return syscall(SYS_sched_setattr, 0, &a, 0) < 0
	               ? err_set(err, ERR_UNSUPPORTED, "needs SCHED_DEADLINE: %s", strerror(errno))
	               : 0;
}

/* One period: works for nine tenths of its budget, then waits for the next. */
static bool misses(uint64_t begin)
{
	uint64_t work = PERIOD_NS * LOAD_PCT / 100 * 9 / 10;
	uint64_t until = cpu_time_ns(CLOCK_THREAD_CPUTIME_ID) + work;

	while (cpu_time_ns(CLOCK_THREAD_CPUTIME_ID) < until)
		;
	return clock_mono_ns() > begin + PERIOD_NS;
}

static double sample_deadline(struct bench *b, uint64_t *iterations)
{
	uint64_t periods = 1 + 2 * b->o->time_ns / PERIOD_NS, missed = 0;

	sched_yield(); /* until a period begins */
	for (uint64_t i = 0; i < periods; i++) {
		missed += misses(clock_mono_ns());
		sched_yield();
	}
	*iterations = periods;
	return 100.0 * (double)missed / (double)periods;
}

const struct bench_row bench_deadline_misses = {
	.about = { .name = "deadline_misses",
	           .unit = "%",
	           .what = "periods in which a SCHED_DEADLINE task ends its work too late",
	           .seed = "EDF deadline miss rate",
	           .parameters = "80 % load, periods of 5 ms",
	           .needs = "root (SCHED_DEADLINE)" },
	.setup = setup_deadline,
	.sample = sample_deadline,
	.samples = 1,
};

static int setup_adaptation(struct bench *b, struct err *err)
{
	return cpus_pin_to_one(err) < 0 ? -(int)err->code : partner_fork(b, spin, err);
}

static double sample_adaptation(struct bench *b UNUSED, uint64_t *iterations UNUSED)
{
	uint64_t spun = deadline_in(SPIN_NS), turned;

	while (clock_mono_ns() < spun)
		;
	turned = clock_mono_ns();
	while (clock_mono_ns() - turned < GIVE_UP_NS &&
	       late_ns(clock_mono_ns() + NAP_NS) > PREFERRED_NS)
		;
	return (double)(clock_mono_ns() - turned);
}

const struct bench_row bench_io_adaptation = {
	.about = { .name = "io_adaptation",
	           .unit = "ns",
	           .what = "from the moment that a task stops spinning and only takes naps, until "
	                   "it "
	                   "first runs within 200 us of its wake-up, beside a spinning task",
	           .seed = "MLFQ adaptation time",
	           .parameters = "20 ms of spinning, naps of 1 ms, at most 200 ms" },
	.setup = setup_adaptation,
	.sample = sample_adaptation,
	.samples = 20,
};
