/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/run.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "harness/agent/chance.h"
#include "harness/agent/crew_report.h"
#include "harness/agent/progstat.h"
#include "harness/agent/scheduler.h"
#include "harness/agent/stage.h"
#include "harness/agent/trace.h"

static int watch(int epoll_fd, int fd, struct err *err)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0 && errno != EEXIST
	               ? err_sys(err, errno, "epoll")
	               : 0;
}

static int set_timer(int fd, uint64_t at, struct err *err)
{
	struct itimerspec t = { .it_value = { .tv_sec = (time_t)(at / NS_PER_SEC),
		                              .tv_nsec = (long)(at % NS_PER_SEC) } };

	return timerfd_settime(fd, TFD_TIMER_ABSTIME, &t, NULL) < 0 ? err_sys(err, errno, "timer")
	                                                            : 0;
}

/* Sleeps. Returns 0 at the time `until`, 1 as soon as the scheduler has exited. */
static int sit_until(struct stage *s, int epoll_fd, int timer_fd, uint64_t until, struct err *err)
{
	struct epoll_event ev;
	uint64_t ticks;

	if (set_timer(timer_fd, until, err) < 0)
		return -(int)err->code;
	for (;;) {
		int n = epoll_wait(epoll_fd, &ev, 1, -1);

		if (n < 0 && errno != EINTR)
			return err_sys(err, errno, "epoll");
		if (n > 0 && ev.data.fd == timer_fd)
			return read(timer_fd, &ticks, sizeof(ticks)) < 0 && errno != EAGAIN
			               ? err_sys(err, errno, "timer")
			               : 0;
		if (n > 0 && ev.data.fd == payload_runs_fd(&s->payloads)) {
			payload_runs_pump(&s->payloads);
			continue;
		}
		if (n > 0 && s->a->scheduler && scheduler_gone(s->a, s->a->scheduler))
			return 1;
	}
}

/* Carries out each op from `op` on when it is due, and returns when the run's time is over. Overdue
 * ops are carried out at once, in order. In between the agent only sleeps. If the scheduler exits,
 * returns 0 early. */
static int do_timed_ops(struct stage *s, uint32_t op, struct err *err)
{
	_cleanup_close_ int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	_cleanup_close_ int timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	const struct job *job = &s->a->job;
	int ret;

	if (epoll_fd < 0 || timer_fd < 0)
		return err_sys(err, errno, "epoll");
	if ((ret = watch(epoll_fd, timer_fd, err)) < 0 ||
	    (ret = watch(epoll_fd, payload_runs_fd(&s->payloads), err)) < 0)
		return ret;
	for (;;) {
		/* An op may have attached another scheduler. Closing ended the watch on the old one. */
		if (s->a->scheduler &&
		    (ret = watch(epoll_fd, scheduler_watch_fd(s->a->scheduler), err)) < 0)
			return ret;
		uint64_t due = stage_due(job, op);
		bool last = due == U64_NONE || due > job->duration_ns;

		ret = sit_until(s, epoll_fd, timer_fd,
		                s->begin_ns + (last ? job->duration_ns : due), err);
		if (ret != 0 || last)
			return ret < 0 ? ret : 0;
		stage_do(s, op++);
		if (s->payloads.scheduler_gone)
			return 0;
	}
}

static uint32_t first_timed_op(const struct job *job)
{
	uint32_t i = 0;

	while (i < job->ops.n && stage_due(job, i) == U64_NONE)
		i++;
	return i;
}

static void send_cgroups(struct agent *a, struct crew *c)
{
	for (uint32_t i = 0; i < c->cgroups->n; i++) {
		struct wire_cgroup g;

		json_init(&wire_cgroup_table, &g);
		if (crew_report(c, i, &g))
			agent_send(a, WIRE_CGROUP, &g);
		json_done(&wire_cgroup_table, &g);
	}
}

/* CPU time of all other tasks. The sources differ a little: a negative result counts as 0. */
static uint64_t others_ns(uint64_t machine, uint64_t crew, uint64_t payloads)
{
	if (machine == U64_NONE || crew == U64_NONE || payloads == U64_NONE)
		return U64_NONE;
	return machine > crew + payloads ? machine - crew - payloads : 0;
}

/* A flag of /proc/sys/kernel/tainted that the kernel sets with its first warning. */
#define TAINT_WARN (1u << 9)

static int8_t has_warned(const struct agent *a)
{
	uint64_t flags;

	return fs_read_u64(a->root_fd, "proc/sys/kernel/tainted", &flags)
	               ? (flags & TAINT_WARN) != 0
	               : TRI_NONE;
}

static int measure(struct agent *a, struct stage *s, struct wire_system *sys, struct err *err)
{
	struct sched_events events_before, events_after;
	struct machine_stat before, after;
	int8_t warned = has_warned(a);

	chance_wait(&a->job);
	crew_ready(&s->crew);
	cgroups_begin(&s->cgroups);
	sched_events_read(a->root_fd, &events_before);
	machine_stat_read(a->root_fd, &before);
	agent_phase(a, PHASE_RUN);
	progstat_begin(a->progstat);
	trace_begin(a->trace);
	s->begin_ns = clock_mono_ns();
	crew_start(&s->crew);
	int ret = do_timed_ops(s, first_timed_op(&a->job), err);
	trace_load_ends(a->trace);
	stage_end(s);
	crew_stop(&s->crew);
	payload_runs_stop(&s->payloads);
	trace_end(a->trace);
	sys->run_ns = clock_mono_ns() - s->begin_ns;
	machine_stat_read(a->root_fd, &after);
	sched_events_read(a->root_fd, &events_after);
	progstat_end(a->progstat, sys);
	sched_events_sub(&events_after, &events_before, &sys->sched_events);
	sched_events_done(&events_before);
	sched_events_done(&events_after);
	crew_collect(&s->crew);
	sys->runq = trace_runqs(a->trace);
	sys->warned = warned == 0 ? has_warned(a) : TRI_NONE; /* it sets the flag only once */
	trace_share(a->trace, sys);
	sys->context_switches = none_sub(after.switches, before.switches);
	sys->pages_migrated = none_sub(after.pages_migrated, before.pages_migrated);
	sys->others_cpu_ns = others_ns(none_sub(after.run_ns, before.run_ns), crew_cpu_ns(&s->crew),
	                               payload_runs_cpu_ns(&s->payloads));
	return ret;
}

int run_load(struct agent *a, struct wire_system *sys, struct err *err)
{
	struct stage stage;
	int ret;

	agent_phase(a, PHASE_SPAWN);
	chance_memory(&a->job);
	chance_pids(&a->job);
	ret = stage_set_up(&stage, a, err);
	if (ret == 0 && (ret = measure(a, &stage, sys, err)) == 0) {
		agent_phase(a, PHASE_COLLECT);
		send_cgroups(a, &stage.crew);
		payload_runs_send(&stage.payloads);
		agent_send(a, WIRE_SYSTEM, sys);
	}
	stage_done(&stage);
	return ret;
}
