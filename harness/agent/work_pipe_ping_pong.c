/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pairs of workers pass one byte to and fro through two pipes. The waker leaves the time and the
 * number of the wake-up in the wakee's slot just before its write(); the wakee, once it runs, takes
 * the difference if the number is the one it waits for. So wake latency is from the write() to the
 * wakee back in user mode. The first member serves; an iteration is one byte received.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "harness/agent/work.h"

static int prepare(struct work_group *g, struct err *err)
{
	for (int i = 0; i < 2; i++)
		if (pipe2(g->pipe[i], O_CLOEXEC) < 0)
			return err_sys(err, errno, "pipe");
	return 0;
}

static bool serve(struct worker *w, uint32_t seq)
{
	struct worker_slot *peer = &w->group->slots[!w->member];

	peer->wake.stamp_ns = clock_mono_ns();
	__atomic_store_n(&peer->wake.seq, seq, __ATOMIC_RELEASE);
	return write(w->group->pipe[!w->member][1], "x", 1) == 1;
}

static bool receive(struct worker *w, uint32_t seq)
{
	struct worker_slot *s = w->slot;
	char byte;

	while (read(w->group->pipe[w->member][0], &byte, 1) != 1)
		if (worker_stopped(w))
			return false;
	uint64_t now = clock_mono_ns();
	if (__atomic_load_n(&s->wake.seq, __ATOMIC_ACQUIRE) == seq)
		hist_add(&s->latency[LATENCY_WAKE], now - s->wake.stamp_ns);
	s->iterations++;
	return true;
}

static void run(struct worker *w)
{
	uint32_t seq = 0;

	if (w->member == 0 && !serve(w, ++seq))
		return;
	while (!worker_stopped(w)) {
		if (w->member == 1)
			seq++;
		if (!receive(w, seq) || !serve(w, w->member == 0 ? ++seq : seq))
			return;
	}
}

const struct work_impl work_pipe_ping_pong = {
	.prepare = prepare,
	.run = run,
};
