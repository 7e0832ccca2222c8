/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work/work.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define LOOK_UNITS    500   /* between two readings of the clock */
#define PIECE_UNITS   50000 /* between two checks of control->stop */
#define STOP_AGAIN_US 10000 /* the stop signal is repeated so often */
#define JITTER        32    /* one part of so many */

#define X(e, name, doc) extern const struct work_impl work_##name;
WORK_TYPES(X)
#undef X

const struct work_impl *const work_impls[WORK_TYPE_COUNT] = {
#define X(e, name, doc) [e] = &work_##name,
	WORK_TYPES(X)
#undef X
};

static void on_alarm(int sig UNUSED)
{
}

/* If the signal arrives after the worker has checked control->stop and before it blocks, it
 * interrupts nothing. So the first signal starts a timer that repeats it until a blocking call
 * ends. Before the stop no timer runs that could disturb the measurement. */
static void on_stop(int sig UNUSED)
{
	const struct itimerval t = { { 0, STOP_AGAIN_US }, { 0, STOP_AGAIN_US } };
	int saved = errno;

	setitimer(ITIMER_REAL, &t, NULL);
	errno = saved;
}

static void catch_signals(void)
{
	/* No SA_RESTART: blocking calls return. */
	const struct sigaction stop = { .sa_handler = on_stop }, again = { .sa_handler = on_alarm };

	sigaction(SIGALRM, &again, NULL);
	sigaction(SIGUSR1, &stop, NULL);
}

void work_setup(int type, struct worker *w)
{
	catch_signals();
	prctl(PR_SET_TIMERSLACK, 1UL); /* the default slack would add 50 us of sleep overshoot */
	w->fd = -1;
	if (work_impls[type]->setup)
		work_impls[type]->setup(w);
}

void work_run(int type, struct worker *w)
{
	const struct itimerval none = { { 0, 0 }, { 0, 0 } };

	w->slot->max_gap_ns = work_type_defs[type].never_blocks ? 0 : U64_NONE;
	work_impls[type]->run(w);
	if (work_type_defs[type].never_blocks)
		worker_look(w); /* a worker starved until the end has a gap, too */
	signal(SIGUSR1, SIG_IGN);
	setitimer(ITIMER_REAL, &none, NULL);
}

uint64_t worker_jitter(struct worker *w, uint64_t n)
{
	uint64_t most = n / JITTER;

	return n - most + random_next(&w->jitter) % (2 * most + 1);
}

static void multiply(struct worker *w, uint64_t units)
{
	volatile uint64_t sink = w->rng;
	uint64_t x = sink;

	do {
		uint64_t n = units < PIECE_UNITS ? units : PIECE_UNITS;

		for (uint64_t i = 0; i < n; i++)
			x = x * 6364136223846793005ULL + 1442695040888963407ULL;
		units -= n;
	} while (units && !worker_stopped(w));
	sink = x;
}

void worker_compute(struct worker *w, uint64_t units)
{
	multiply(w, worker_jitter(w, units));
}

void worker_give_up(struct worker *w, const char *what)
{
	char *to = w->slot->gave_up;

	if (*to || worker_stopped(w))
		return;
	if (errno)
		snprintf(to, sizeof(w->slot->gave_up), "%s: %s", what, strerror(errno));
	else
		snprintf(to, sizeof(w->slot->gave_up), "%s", what);
}

void worker_compute_for(struct worker *w, uint64_t ns)
{
	uint64_t end = deadline_in(worker_jitter(w, ns));

	while (!worker_stopped(w) && clock_mono_ns() < end)
		multiply(w, LOOK_UNITS);
}

/* False: interrupted. */
static bool sleep_until(uint64_t ns)
{
	struct timespec t = { .tv_sec = (time_t)(ns / NS_PER_SEC),
		              .tv_nsec = (long)(ns % NS_PER_SEC) };

	return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == 0;
}

bool worker_sleep(struct worker *w, uint64_t ns)
{
	uint64_t end = deadline_in(worker_jitter(w, ns)), now;

	while (!sleep_until(end))
		if (worker_stopped(w))
			break;
	now = clock_mono_ns();
	if (now >= end)
		hist_add(&w->slot->latency[LATENCY_SLEEP_OVERSHOOT], now - end);
	return !worker_stopped(w);
}

void worker_futex_wait(const uint32_t *word, uint32_t seen)
{
	syscall(SYS_futex, word, FUTEX_WAIT, seen, NULL, NULL, 0);
}

void worker_futex_wake(const uint32_t *word, int n)
{
	syscall(SYS_futex, word, FUTEX_WAKE, n, NULL, NULL, 0);
}

void worker_look(struct worker *w)
{
	uint64_t now = clock_mono_ns();
	struct worker_slot *s = w->slot;

	if (w->looked_ns && now - w->looked_ns > s->max_gap_ns) {
		s->max_gap_ns = now - w->looked_ns;
		s->max_gap_cpu = (uint32_t)sched_getcpu();
	}
	w->looked_ns = now;
}

void pace_start(struct pace *p, uint64_t period_ns)
{
	*p = (struct pace){ .next_ns = clock_mono_ns(), .period_ns = period_ns };
}

/* Each round that came due during the sleep is one sample, late by its own amount. So one long
 * sleep counts as many late rounds, as in an open loop. */
static void note_overslept(struct worker *w, const struct pace *p)
{
	uint64_t now = clock_mono_ns();

	for (uint64_t due = p->next_ns + p->later_ns; due <= now && !worker_stopped(w);
	     due += p->period_ns)
		hist_add(&w->slot->latency[LATENCY_SLEEP_OVERSHOOT], now - due);
}

bool pace_wait(struct worker *w, struct pace *p)
{
	uint64_t now = clock_mono_ns();
	bool is_due;

	p->next_ns += p->period_ns;
	if (now > p->next_ns)
		p->next_ns += (now - p->next_ns) / p->period_ns * p->period_ns;
	p->later_ns = random_next(&w->jitter) % (p->period_ns / JITTER + 1);
	is_due = now >= p->next_ns + p->later_ns; /* due already: no sleep, so no overshoot */
	while (!worker_stopped(w))
		if (sleep_until(p->next_ns + p->later_ns)) {
			if (!is_due)
				note_overslept(w, p);
			return true;
		}
	return false;
}
