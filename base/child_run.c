/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs a child to its end and collects its output. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/mem.h"

#define READS_AT_END 1024

enum {
	OUT,
	ERR,
	END,
	N_FDS
};

/* A child whose output is being collected. */
struct capture {
	struct child child;
	struct strbuf *buf[2];
	int rd[2], wr[2];
	struct pollfd fds[N_FDS];
	size_t got[2], max;
	bool too_long; /* stdout exceeded max; stderr beyond it is dropped */
};

/* Reads what is available; false at the end of the stream or when nothing is there. */
static bool drain(struct capture *c, int i)
{
	size_t room = c->max - c->got[i];
	char chunk[16384];
	ssize_t n = read(c->fds[i].fd, chunk, sizeof(chunk));

	if (n < 0 && errno == EINTR)
		return true;
	if (n < 0 && errno == EAGAIN)
		return false;
	if (n <= 0) {
		c->fds[i].fd = -1;
		return false;
	}
	if ((size_t)n > room) {
		c->too_long |= i == OUT;
		n = (ssize_t)room;
	}
	strbuf_add(c->buf[i], chunk, (size_t)n);
	c->got[i] += (size_t)n;
	return true;
}

/* Collects until the child has ended. A process it started may hold the streams longer and write to
 * them. */
static int collect(struct capture *c, uint64_t deadline, struct err *err)
{
	while (!c->fds[END].revents) {
		int n = poll(c->fds, N_FDS, deadline_poll_ms(deadline));

		if (n == 0)
			return err_set(err, ERR_TIMEOUT, "timed out");
		if (n < 0 && errno != EINTR)
			return err_sys(err, errno, "poll");
		for (int i = 0; n > 0 && i < END; i++)
			if (c->fds[i].revents)
				drain(c, i);
		if (c->too_long)
			return err_set(err, ERR_LIMIT, "wrote more than %zu bytes", c->max);
	}
	if (child_wait(&c->child, DEADLINE_NONE, err) < 0)
		return -(int)err->code;
	for (int i = 0; i < END; i++)
		for (int k = 0; k < READS_AT_END && c->fds[i].fd >= 0 && drain(c, i); k++)
			;
	if (c->too_long)
		return err_set(err, ERR_LIMIT, "wrote more than %zu bytes", c->max);
	return 0;
}

static char *last_line(const struct strbuf *b)
{
	struct strbuf shown = STRBUF_INIT;
	size_t end = b->n, start;

	while (end && strchr(" \r\n\t", b->s[end - 1]))
		end--;
	for (start = end; start && b->s[start - 1] != '\n'; start--)
		;
	if (end > start)
		strbuf_add_printable(&shown, b->s + start, end - start, false);
	return strbuf_steal(&shown);
}

static int check_status(const struct capture *c, struct err *err)
{
	_cleanup_free_ char *how = child_describe(&c->child), *line = last_line(c->buf[ERR]);

	if (WIFEXITED(c->child.status) && WEXITSTATUS(c->child.status) == 0)
		return 0;
	return err_set(err, ERR_CHILD, "%s%s%s", how, *line ? ": " : "", line);
}

static int open_pipes(struct capture *c, const struct child_run *r, struct err *err)
{
	const bool wanted[2] = { [OUT] = r->out, [ERR] = r->errout };

	for (int i = 0; i < 2; i++) {
		int p[2];

		if (!wanted[i])
			continue;
		if (pipe2(p, O_CLOEXEC) < 0)
			return err_sys(err, errno, "pipe");
		c->fds[i].fd = c->rd[i] = p[0];
		c->wr[i] = p[1];
		fcntl(p[0], F_SETFL, O_NONBLOCK);
	}
	return 0;
}

static void close_fds(int fds[2])
{
	for (int i = 0; i < 2; i++) {
		cleanup_close(&fds[i]);
		fds[i] = -1;
	}
}

static int start(struct capture *c, const struct child_run *r, struct err *err)
{
	struct child_opts o = r->start;
	int rc;

	if (open_pipes(c, r, err) < 0)
		return -(int)err->code;
	if (r->out)
		o.out_fd = c->wr[OUT];
	if (r->errout)
		o.err_fd = c->wr[ERR];
	rc = child_start(&o, &c->child, err);
	close_fds(c->wr);
	c->fds[END].fd = c->child.pidfd;
	return rc;
}

static void capture_done(struct capture *c)
{
	child_done(&c->child);
	close_fds(c->rd);
	close_fds(c->wr);
}

int child_run(const struct child_run *r, struct err *err)
{
	_cleanup_strbuf_ struct strbuf no_out = STRBUF_INIT, no_err = STRBUF_INIT;
	CLEANUP(capture_done)
	struct capture c = {
		.child = CHILD_INIT,
		.buf = { r->out ? r->out : &no_out, r->errout ? r->errout : &no_err },
		.rd = { -1, -1 },
		.wr = { -1, -1 },
		.fds = { { -1, POLLIN, 0 }, { -1, POLLIN, 0 }, { -1, POLLIN, 0 } },
		.max = r->max_bytes,
	};

	if (start(&c, r, err) < 0)
		return -(int)err->code;
	if (collect(&c, r->deadline ? r->deadline : DEADLINE_NONE, err) < 0 ||
	    check_status(&c, err) < 0)
		return err_wrap(err, "%s", r->start.argv[0]);
	return 0;
}
