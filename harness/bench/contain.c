/* SPDX-License-Identifier: GPL-2.0-only */
/* Each row runs in a child. Its result comes back as JSON in memory that both share. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "harness/bench/driver.h"

#define RESULT_BYTES (256u << 10)
#define GRACE_NS     (180 * NS_PER_SEC) /* setting up, and storms; under emulation they take long */

struct shared_result {
	uint32_t n;
	char text[RESULT_BYTES - sizeof(uint32_t)];
};

static void drive(const struct bench_row *row, const struct bench_opts *o, struct wire_bench *w)
{
	struct bench b = { .o = o, .fd = { -1, -1, -1, -1 }, .err = ERR_INIT };
	struct err err = ERR_INIT;
	int r = bench_drive(row, &b, &w->timing, &err);

	if (r == -ERR_UNSUPPORTED)
		w->skipped = xstrdup(err.msg);
	else if (r < 0)
		w->error = xstrdup(err.msg);
}

static void begin_record(const struct bench_row *row, struct wire_bench *w)
{
	json_init(&wire_bench_table, w);
	w->name = xstrdup(row->about.name);
	w->repeat = 0;
	w->beside = false;
}

static NORETURN void child(const struct bench_row *row, const struct bench_opts *o,
                           struct shared_result *out)
{
	struct wire_bench w;
	_cleanup_free_ char *text = NULL;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	begin_record(row, &w);
	drive(row, o, &w);
	text = json_text(json_encode(&wire_bench_table, &w), false);
	if (strlen(text) < sizeof(out->text)) {
		memcpy(out->text, text, strlen(text));
		out->n = (uint32_t)strlen(text);
	}
	_exit(0);
}

static uint64_t longest_ns(const struct bench_opts *o)
{
	return GRACE_NS + 4 * BENCH_OVERTIME * o->time_ns;
}

/* NULL: it ended by itself; else why not. The caller frees. */
static char *wait_for(pid_t pid, uint64_t limit_ns)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd p = { .fd = pidfd, .events = POLLIN };
	uint64_t deadline = deadline_in(limit_ns);
	int status = 0, n;

	do
		n = poll(&p, 1, deadline_poll_ms(deadline));
	while (n < 0 && errno == EINTR);
	kill(-pid, SIGKILL); /* also what it started */
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	close(pidfd);
	if (n == 0)
		return xasprintf("not done after %llu s",
		                 (unsigned long long)(limit_ns / NS_PER_SEC));
	return WIFSIGNALED(status) ? xasprintf("killed by signal %d", WTERMSIG(status)) : NULL;
}

static void take_result(const struct bench_row *row, const struct shared_result *s, char *why,
                        struct wire_bench *out)
{
	struct err err = ERR_INIT;

	json_init(&wire_bench_table, out);
	if (!why && s->n && json_decode(&wire_bench_table, s->text, s->n, out, &err) == 0)
		return;
	begin_record(row, out);
	out->error = why ? why : xstrdup(s->n ? err.msg : "ended without a result");
}

void bench_run(const struct bench_row *row, const struct bench_opts *o, struct wire_bench *out)
{
	struct shared_result *s =
		mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	if (s == MAP_FAILED)
		abort();
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		child(row, o, s);
	take_result(row, s,
	            pid < 0 ? xasprintf("fork: %s", strerror(errno)) : wait_for(pid, longest_ns(o)),
	            out);
	munmap(s, sizeof(*s));
}
