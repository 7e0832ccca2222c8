/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/shell_relay.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/strbuf.h"

#define PIECE 4096 /* PIPE_BUF: a pipe that poll() says can be written has room for it */

static const int ending_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

int shell_relay_init(struct shell_relay *r, struct err *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	for (size_t i = 0; i < ARRAY_SIZE(ending_signals); i++)
		sigaddset(&set, ending_signals[i]);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	r->signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
	return r->signal_fd < 0 ? err_sys(err, errno, "signalfd") : 0;
}

void shell_relay_say(const struct shell_relay *r, const char *text)
{
	_cleanup_strbuf_ struct strbuf line = STRBUF_INIT;
	bool raw = atomic_load(&r->raw);

	strbuf_adds(&line, raw ? "\r\nharness: " : "harness: ");
	strbuf_add_printable(&line, text, strlen(text), true);
	strbuf_adds(&line, raw ? "\r\n" : "\n");
	(void)!write(2, line.s, line.n);
}

static void leave_raw(struct shell_relay *r)
{
	if (atomic_exchange(&r->raw, false))
		tcsetattr(0, TCSADRAIN, &r->saved);
}

static void enter_raw(struct shell_relay *r)
{
	struct termios t;

	if (!r->terminal || tcgetattr(0, &r->saved) < 0)
		return;
	t = r->saved;
	cfmakeraw(&t);
	if (tcsetattr(0, TCSADRAIN, &t) == 0)
		atomic_store(&r->raw, true);
}

static void tell_guest(const struct shell_relay *r)
{
	if (port_ring(&r->port, PORT_HOST))
		(void)!send(r->bell, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void tell_window(const struct shell_relay *r)
{
	struct winsize w;

	if (!r->up || !r->terminal || ioctl(0, TIOCGWINSZ, &w) < 0)
		return;
	port_set_window(&r->port, w.ws_row, w.ws_col);
	tell_guest(r);
}

static void end_by(struct shell_relay *r, int sig)
{
	r->ended_by = sig;
	r->in_ended = true;
	eventfd_write(r->cancel_fd, 1);
}

/* The second signal has its default action. */
static void take_signal(struct shell_relay *r)
{
	struct signalfd_siginfo si;
	sigset_t set;

	if (read(r->signal_fd, &si, sizeof(si)) != sizeof(si))
		return;
	if (si.ssi_signo == SIGWINCH) {
		tell_window(r);
		return;
	}
	leave_raw(r);
	end_by(r, (int)si.ssi_signo);
	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(ending_signals); i++)
		sigaddset(&set, ending_signals[i]);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static void take_bell(struct shell_relay *r)
{
	char rings[256];
	ssize_t n = read(r->bell, rings, sizeof(rings));

	if (n <= 0) { /* QEMU has ended */
		r->bell = -1;
		return;
	}
	if (r->up)
		return;
	r->up = true;
	enter_raw(r);
	tell_window(r);
}

static void take_input(struct shell_relay *r)
{
	char buf[PIECE], *quit;
	size_t room = port_room(&r->port, PORT_IN);
	ssize_t n = read(0, buf, room < sizeof(buf) ? room : sizeof(buf));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		r->in_ended = true;
		port_end(&r->port, PORT_IN);
		if (r->terminal)
			end_by(r, SIGHUP);
		tell_guest(r);
		return;
	}
	quit = r->terminal ? memchr(buf, SHELL_QUIT_KEY, (size_t)n) : NULL;
	port_write(&r->port, PORT_IN, buf, quit ? (size_t)(quit - buf) : (size_t)n);
	tell_guest(r);
	if (quit)
		end_by(r, SIGINT);
}

static int write_all(int fd, const char *buf, size_t n, struct err *err)
{
	while (n) {
		ssize_t done = write(fd, buf, n);

		if (done < 0 && errno == EAGAIN) {
			struct pollfd p = { .fd = fd, .events = POLLOUT };

			poll(&p, 1, -1);
			continue;
		}
		if (done < 0 && errno != EINTR)
			return err_sys(err, errno, fd == 1 ? "standard output" : "standard error");
		if (done > 0) {
			buf += done;
			n -= (size_t)done;
		}
	}
	return 0;
}

/* The guest only waits for room in a full pipe. If it fills one between our look and our read, the next
 * read sees that. */
static int give_output(const struct shell_relay *r, enum port_pipe pipe, struct err *err)
{
	bool full = port_waiting(&r->port, pipe) >= port_room(&r->port, pipe);
	char buf[PIECE];
	size_t n = port_read(&r->port, pipe, buf, sizeof(buf));

	if (full)
		tell_guest(r);
	return write_all(pipe == PORT_OUT ? 1 : 2, buf, n, err);
}

static bool waits(const struct shell_relay *r, enum port_pipe pipe)
{
	return r->up && port_waiting(&r->port, pipe);
}

/* Sleeps until something happens and does what there is to do. 1: the VM has ended. */
static int turn(struct shell_relay *r, struct err *err)
{
	bool wants_input = r->up && !r->in_ended && port_room(&r->port, PORT_IN);
	struct pollfd p[] = {
		{ .fd = r->ended_fd, .events = POLLIN },
		{ .fd = r->signal_fd, .events = POLLIN },
		{ .fd = r->bell, .events = POLLIN },
		{ .fd = wants_input ? 0 : -1, .events = POLLIN },
		{ .fd = waits(r, PORT_OUT) ? 1 : -1, .events = POLLOUT },
		{ .fd = waits(r, PORT_ERR) ? 2 : -1, .events = POLLOUT },
	};

	if (poll(p, ARRAY_SIZE(p), -1) < 0)
		return errno == EINTR ? 0 : err_sys(err, errno, "poll");
	if (p[1].revents)
		take_signal(r);
	if (p[2].revents)
		take_bell(r);
	if (p[3].revents)
		take_input(r);
	if ((p[4].revents && give_output(r, PORT_OUT, err) < 0) ||
	    (p[5].revents && give_output(r, PORT_ERR, err) < 0))
		return -(int)err->code;
	return p[0].revents != 0;
}

static int give_rest(const struct shell_relay *r, struct err *err)
{
	while (waits(r, PORT_OUT))
		if (give_output(r, PORT_OUT, err) < 0)
			return -(int)err->code;
	while (waits(r, PORT_ERR))
		if (give_output(r, PORT_ERR, err) < 0)
			return -(int)err->code;
	return 0;
}

int shell_relay_run(struct shell_relay *r, struct err *err)
{
	int ret;

	do {
		if (r->up)
			port_heard(&r->port, PORT_HOST);
		ret = turn(r, err);
	} while (ret == 0);
	if (ret > 0)
		ret = give_rest(r, err);
	leave_raw(r);
	if (ret < 0)
		eventfd_write(r->cancel_fd, 1);
	return ret;
}

void shell_relay_done(struct shell_relay *r)
{
	if (r->signal_fd >= 0)
		close(r->signal_fd);
}
