/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#include "base/clock.h"
#include "harness/agent/agent.h"
#include "harness/agent/crew.h"
#include "harness/agent/sched.h"
#include "harness/agent/trace.h"

static int watch(int epoll_fd, int fd, struct err *err)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0 ? err_sys(err, errno, "epoll") : 0;
}

static int timer_at(uint64_t at, struct err *err)
{
	struct itimerspec t = { .it_value = { .tv_sec = (time_t)(at / NS_PER_SEC),
		                              .tv_nsec = (long)(at % NS_PER_SEC) } };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd < 0 || timerfd_settime(fd, TFD_TIMER_ABSTIME, &t, NULL) < 0)
		return err_sys(err, errno, "timer");
	return fd;
}

/* Sleeps until the time is up or the scheduler is gone; the agent does nothing else meanwhile. */
static int sit_through(struct agent *a, uint64_t until, struct err *err)
{
	_cleanup_close_ int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	_cleanup_close_ int timer_fd = timer_at(until, err);
	struct epoll_event ev;
	int ret;

	if (epoll_fd < 0 || timer_fd < 0)
		return err->code ? -(int)err->code : err_sys(err, errno, "epoll");
	if ((ret = watch(epoll_fd, timer_fd, err)) < 0)
		return ret;
	if (a->sched && (ret = watch(epoll_fd, sched_watch_fd(a->sched), err)) < 0)
		return ret;
	for (;;) {
		int n = epoll_wait(epoll_fd, &ev, 1, -1);

		if (n < 0 && errno != EINTR)
			return err_sys(err, errno, "epoll");
		if (n > 0 && (ev.data.fd == timer_fd || sched_gone(a, a->sched)))
			return 0;
	}
}

static void send_cgroups(struct agent *a, struct crew *c)
{
	for (size_t i = 0; i < a->job.cgroups.n; i++) {
		struct wire_cgroup g;

		json_init(&wire_cgroup_table, &g);
		crew_report(c, i, &g);
		agent_send(a, WIRE_CGROUP, &g);
		json_done(&wire_cgroup_table, &g);
	}
}

/* The two clocks differ by a little: what comes out below zero is nothing. */
static uint64_t others_ns(uint64_t machine, uint64_t crew)
{
	if (machine == U64_NONE || crew == U64_NONE)
		return U64_NONE;
	return machine > crew ? machine - crew : 0;
}

static int measure(struct agent *a, struct crew *c, struct wire_system *sys, struct err *err)
{
	struct machine_stat before, after;

	machine_stat_read(a->root_fd, &before);
	agent_phase(a, PHASE_RUN);
	trace_begin(a->trace);
	uint64_t begin = clock_mono_ns();
	crew_start(c);
	int ret = sit_through(a, begin + a->job.duration_ns, err);
	crew_stop(c);
	trace_end(a->trace);
	sys->run_ns = clock_mono_ns() - begin;
	machine_stat_read(a->root_fd, &after);
	crew_collect(c);
	sys->context_switches = none_sub(after.switches, before.switches);
	sys->others_cpu_ns = others_ns(none_sub(after.run_ns, before.run_ns), crew_cpu_ns(c));
	return ret;
}

int agent_run(struct agent *a, struct err *err)
{
	struct wire_system sys;
	struct crew crew;
	int ret;

	json_init(&wire_system_table, &sys);
	agent_phase(a, PHASE_QUIET);
	agent_wait_quiet(a, &sys);
	agent_phase(a, PHASE_SPAWN);
	ret = crew_hire(&crew, &a->job, a->root_fd, a->trace, err);
	if (ret == 0 && (ret = measure(a, &crew, &sys, err)) == 0) {
		agent_phase(a, PHASE_COLLECT);
		send_cgroups(a, &crew);
		agent_send(a, WIRE_SYSTEM, &sys);
	}
	crew_dismiss(&crew);
	json_done(&wire_system_table, &sys);
	return ret;
}
