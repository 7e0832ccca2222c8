/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "harness/agent/work/work_parts.h"

enum {
	PARAM_CONSUMERS,
	PARAM_PERIOD_US,
	PARAM_EVENTS,
	PARAM_COMPUTE
};

/* By member; [0] is not used. */
struct area {
	int event_fd[WORK_GROUP_MAX];
};

static int prepare(struct work_group *g, struct err *err)
{
	struct area *a = g->area;

	for (uint32_t i = 1; i < g->size; i++) {
		a->event_fd[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		if (a->event_fd[i] < 0)
			return err_sys(err, errno, "eventfd");
	}
	return 0;
}

static void release(struct work_group *g)
{
	for (uint32_t i = 1; i < g->size; i++)
		close(((struct area *)g->area)->event_fd[i]);
}

static void setup(struct worker *w)
{
	struct area *a = w->group->area;
	struct epoll_event ev = { .events = EPOLLIN };

	if (w->member == 0)
		return;
	w->fd = epoll_create1(EPOLL_CLOEXEC);
	if (w->fd < 0 || epoll_ctl(w->fd, EPOLL_CTL_ADD, a->event_fd[w->member], &ev) < 0)
		abort();
}

static void produce(struct worker *w, const struct area *a)
{
	struct pace p;

	pace_start(&p, worker_param(w, PARAM_PERIOD_US) * NS_PER_US);
	for (; pace_wait(w, &p); w->slot->iterations++)
		for (uint64_t e = 0; e < worker_param(w, PARAM_EVENTS); e++)
			for (uint32_t i = 1; i < w->group->size; i++) {
				wake_post(&w->group->slots[i]);
				eventfd_write(a->event_fd[i], 1);
			}
}

static bool consume(struct worker *w, int event_fd)
{
	struct epoll_event ev;
	eventfd_t n;

	wake_ready(w);
	while (!worker_stopped(w) && epoll_wait(w->fd, &ev, 1, -1) != 1)
		;
	wake_ran(w);
	eventfd_read(event_fd, &n);
	return !worker_stopped(w);
}

static void run(struct worker *w)
{
	const struct area *a = w->group->area;

	if (w->member == 0)
		return produce(w, a);
	for (; consume(w, a->event_fd[w->member]); w->slot->iterations++)
		worker_compute(w, worker_param(w, PARAM_COMPUTE));
}

const struct work_impl work_epoll_storm = {
	.area_bytes = sizeof(struct area),
	.prepare = prepare,
	.release = release,
	.setup = setup,
	.run = run,
};
