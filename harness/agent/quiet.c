/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/quiet.h"

#include <errno.h>

#include "base/clock.h"
#include "base/mem.h"
#include "harness/agent/procstat.h"
#include "harness/agent/scheduler.h"

static void sleep_ns(uint64_t ns)
{
	struct timespec t = { .tv_sec = (time_t)(ns / NS_PER_SEC),
		              .tv_nsec = (long)(ns % NS_PER_SEC) };

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &t, &t) == EINTR)
		;
}

/* CPU time of all tasks except the agent and the scheduler's program, if it has one. A run queue counts a task's time when it leaves the CPU.
 * So this must be called right after a sleep and must read the agent's own time first. Otherwise
 * the agent's current turn is in one figure and not in the other. */
static uint64_t others_ns(struct agent *a)
{
	struct machine_stat m;
	uint64_t self = task_cpu_ns(a->root_fd, getpid());
	uint64_t program = a->scheduler ? scheduler_cpu_ns(a->scheduler) : 0;

	machine_stat_read(a->root_fd, &m);
	return none_sub(none_sub(m.run_ns, self), program);
}

void quiet_wait(struct agent *a, struct wire_system *sys)
{
	uint64_t quiet_ns = a->job.quiet_ns, begin = clock_mono_ns();
	uint64_t deadline = deadline_in(a->job.quiet_timeout_ns);
	uint64_t limit = quiet_ns * a->job.topology.cpus / 128, ran = 0;
	struct task_times first = { 0 }, last = { 0 };

	sys->quiet = 1;
	for (unsigned int round = 0; quiet_ns; round++) {
		sleep_ns(1);
		uint64_t before = others_ns(a);
		sleep_ns(quiet_ns);
		if (a->scheduler)
			scheduler_pump(a->scheduler);
		ran = none_sub(others_ns(a), before);
		if (ran != U64_NONE && ran <= limit)
			break;
		if (round == 0)
			task_times_read(a->root_fd, &first);
		if (clock_mono_ns() >= deadline) {
			sys->quiet = 0;
			break;
		}
	}
	sys->quiet_wait_ns = clock_mono_ns() - begin;
	if (first.n) {
		task_times_read(a->root_fd, &last);
		task_times_busy(&first, &last, getpid(), limit, &sys->busy);
	}
	task_times_done(&first);
	task_times_done(&last);
}
