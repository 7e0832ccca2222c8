/* SPDX-License-Identifier: GPL-2.0-only */
/* Targets receive the signal with sigwaitinfo(), so no handler runs before the wake-up is timed. */
#include <signal.h>
#include <unistd.h>

#include "harness/agent/work/work_parts.h"

enum {
	PARAM_TARGETS,
	PARAM_PERIOD_US,
	PARAM_COMPUTE
};

static void block(sigset_t *storm)
{
	sigemptyset(storm);
	sigaddset(storm, SIGUSR2);
	sigprocmask(SIG_BLOCK, storm, NULL);
}

/* Each member stores its pid in its word. */
static void setup(struct worker *w)
{
	sigset_t storm;

	block(&storm);
	__atomic_store_n(group_word(w->group, w->member), (uint32_t)getpid(), __ATOMIC_RELEASE);
}

static void send_all(struct worker *w)
{
	struct pace p;

	pace_start(&p, worker_param(w, PARAM_PERIOD_US) * NS_PER_US);
	for (; pace_wait(w, &p); w->slot->iterations++)
		for (uint32_t i = 1; i < w->group->size; i++) {
			wake_post(&w->group->slots[i]);
			kill((pid_t)*group_word(w->group, i), SIGUSR2);
		}
}

static void run(struct worker *w)
{
	sigset_t storm;

	block(&storm);
	if (w->member == 0)
		return send_all(w);
	while (!worker_stopped(w)) {
		wake_ready(w);
		while (!worker_stopped(w) && sigwaitinfo(&storm, NULL) < 0)
			;
		wake_ran(w);
		if (worker_stopped(w))
			break;
		worker_compute(w, worker_param(w, PARAM_COMPUTE));
		w->slot->iterations++;
	}
}

const struct work_impl work_signal_storm = {
	.area_bytes = sizeof(struct work_words),
	.setup = setup,
	.run = run,
};
