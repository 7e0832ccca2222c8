/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>

#include "base/clock.h"
#include "base/fs.h"
#include "harness/agent/exec.h"
#include "harness/agent/machine.h"
#include "harness/agent/scheduler.h"
#include "harness/wire/port.h"

#define HANG_UP_NS NS_PER_SEC /* for a terminal to give its last output */

struct shell {
	struct agent *a;
	const struct job_shell *job;
	struct port port;
	int bell;            /* the serial port */
	int in, out, errors; /* our ends; in and out of a terminal are one, errors is -1 then */
	pid_t pid;           /* 0: reaped */
	int pidfd, status;
	uint64_t ended_ns;
	char held[4096]; /* taken from the port, and not yet taken by the program */
	size_t held_at, held_n;
	struct winsize window;
	bool scheduler_gone;
};

static int open_bell(struct shell *s, struct err *err)
{
	struct termios t;

	s->bell = open(PORT_TTY, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (s->bell < 0 || tcgetattr(s->bell, &t) < 0)
		return err_sys(err, errno, PORT_TTY);
	cfmakeraw(&t);
	t.c_cflag |= CLOCAL | CREAD;
	return tcsetattr(s->bell, TCSANOW, &t) < 0 ? err_sys(err, errno, PORT_TTY) : 0;
}

static void tell_host(const struct shell *s)
{
	if (port_ring(&s->port, PORT_GUEST))
		(void)!write(s->bell, "", 1);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static bool open_pipe(int *ours, int *theirs, int which)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return false;
	*ours = fds[which];
	*theirs = fds[1 - which];
	return true;
}

/* theirs: stdin, stdout, stderr. */
static int open_ends(struct shell *s, int theirs[3], struct err *err)
{
	int fds[2] = { -1, -1 };

	if (s->job->terminal) {
		int r = exec_terminal(fds);

		s->in = s->out = fds[0];
		theirs[0] = theirs[1] = theirs[2] = fds[1];
		if (r < 0)
			return err_sys(err, errno, "terminal");
	} else if (!open_pipe(&s->in, &theirs[0], 1) || !open_pipe(&s->out, &theirs[1], 0) ||
	           !open_pipe(&s->errors, &theirs[2], 0)) {
		return err_sys(err, errno, "pipe");
	}
	fcntl(s->in, F_SETFL, O_NONBLOCK);
	fcntl(s->out, F_SETFL, O_NONBLOCK);
	if (s->errors >= 0)
		fcntl(s->errors, F_SETFL, O_NONBLOCK);
	return 0;
}

static int start(struct shell *s, struct err *err)
{
	const struct exec_opts o = { .argv = &s->job->argv,
		                     .env = &s->job->env,
		                     .dir = s->job->dir,
		                     .terminal = s->job->terminal };
	int theirs[3] = { -1, -1, -1 }, r;

	r = fs_mkdir_p(s->a->root_fd, s->job->dir, err) < 0 || open_ends(s, theirs, err) < 0
	            ? -(int)err->code
	            : 0;
	s->pid = r < 0 ? -1 : fork();
	if (s->pid == 0) {
		struct exec_opts mine = o;

		mine.in_fd = theirs[0];
		mine.out_fd = theirs[1];
		mine.err_fd = theirs[2];
		exec_as(&mine);
	}
	if (r == 0 && s->pid < 0)
		r = err_sys(err, errno, "fork");
	for (int i = 0; i < (s->job->terminal ? 1 : 3); i++)
		close_fd(&theirs[i]);
	if (r == 0 && (s->pidfd = (int)syscall(SYS_pidfd_open, s->pid, 0)) < 0)
		r = err_sys(err, errno, "pidfd");
	return r;
}

static void end_input(struct shell *s)
{
	s->held_n = 0;
	if (!s->job->terminal)
		close_fd(&s->in);
}

/* Writes what is held. False if the program does not take more now. */
static bool feed_held(struct shell *s)
{
	while (s->held_n && s->in >= 0) {
		ssize_t n = write(s->in, s->held + s->held_at, s->held_n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return false;
		if (n < 0) { /* it has closed its input, or ended */
			end_input(s);
			return true;
		}
		s->held_at += (size_t)n;
		s->held_n -= (size_t)n;
	}
	s->held_n = 0;
	return true;
}

/* From the port to the program. True if there is room in the port now that was not there before. */
static bool feed(struct shell *s)
{
	bool any = false;

	while (feed_held(s) &&
	       (s->held_n = port_read(&s->port, PORT_IN, s->held, sizeof(s->held)))) {
		s->held_at = 0;
		any = true;
	}
	if (!s->held_n && port_ended(&s->port, PORT_IN))
		end_input(s);
	return any;
}

/* From the program to the port. */
static bool fetch(struct shell *s, int *fd, enum port_pipe pipe)
{
	char buf[16384];
	bool any = false;
	size_t room;

	while (*fd >= 0 && (room = port_room(&s->port, pipe))) {
		ssize_t n = read(*fd, buf, room < sizeof(buf) ? room : sizeof(buf));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		any = true;
		if (n > 0) {
			port_write(&s->port, pipe, buf, (size_t)n);
			continue;
		}
		if (s->job->terminal) /* EIO: all have closed it */
			s->in = -1;
		close_fd(fd);
	}
	return any;
}

static void fit_window(struct shell *s)
{
	struct winsize w = { 0 };

	port_window(&s->port, &w.ws_row, &w.ws_col);
	if (!s->job->terminal || s->out < 0 ||
	    (w.ws_row == s->window.ws_row && w.ws_col == s->window.ws_col))
		return;
	s->window = w;
	ioctl(s->out, TIOCSWINSZ, &w);
}

static void look_at_scheduler(struct shell *s)
{
	if (s->a->scheduler && !s->scheduler_gone)
		s->scheduler_gone = scheduler_gone(s->a, s->a->scheduler);
}

/* Sleeps until something happens. */
static void sit(struct shell *s)
{
	bool watch = s->a->scheduler && !s->scheduler_gone;
	struct pollfd p[] = {
		{ .fd = s->bell, .events = POLLIN },
		{ .fd = s->pid ? s->pidfd : -1, .events = POLLIN },
		{ .fd = port_room(&s->port, PORT_OUT) ? s->out : -1, .events = POLLIN },
		{ .fd = port_room(&s->port, PORT_ERR) ? s->errors : -1, .events = POLLIN },
		{ .fd = s->held_n ? s->in : -1, .events = POLLOUT },
		{ .fd = watch ? scheduler_watch_fd(s->a->scheduler) : -1, .events = POLLIN },
	};
	bool hangs = s->ended_ns && s->job->terminal;
	uint64_t until = hangs ? s->ended_ns + HANG_UP_NS : DEADLINE_NONE;
	char rings[64];

	if (poll(p, ARRAY_SIZE(p), deadline_poll_ms(until)) < 0)
		return;
	if (p[0].revents)
		(void)!read(s->bell, rings, sizeof(rings));
	if (p[1].revents && waitpid(s->pid, &s->status, WNOHANG) == s->pid) {
		s->pid = 0;
		s->ended_ns = clock_mono_ns();
	}
	if (p[5].revents)
		look_at_scheduler(s);
}

/* Whether it has ended and all that it wrote is in the port. A terminal passes on output late, and
 * hangs up behind it. */
static bool is_over(const struct shell *s)
{
	if (s->pid)
		return false;
	if (s->job->terminal)
		return s->out < 0 || clock_mono_ns() >= s->ended_ns + HANG_UP_NS;
	return port_room(&s->port, PORT_OUT) && port_room(&s->port, PORT_ERR);
}

static void serve(struct shell *s)
{
	for (bool over = false; !over; sit(s)) {
		bool any;

		port_heard(&s->port, PORT_GUEST);
		fit_window(s);
		over = !s->pid;
		any = feed(s);
		any |= fetch(s, &s->out, PORT_OUT);
		any |= fetch(s, &s->errors, PORT_ERR);
		over = over && is_over(s);
		if (any || over)
			tell_host(s);
		if (over)
			break;
	}
	port_end(&s->port, PORT_OUT);
	port_end(&s->port, PORT_ERR);
}

int shell_run(struct agent *a, struct err *err)
{
	struct shell s = { .a = a,
		           .job = a->job.shell,
		           .port = { .memory = a->ring.base + RING_BYTES },
		           .bell = -1,
		           .in = -1,
		           .out = -1,
		           .errors = -1,
		           .pidfd = -1 };
	struct wire_shell told = { 0 };

	signal(SIGPIPE, SIG_IGN);
	machine_furnish(a);
	port_init(&s.port);
	if (open_bell(&s, err) < 0 || start(&s, err) < 0)
		return err_wrap(err, "shell");
	agent_phase(a, PHASE_RUN);
	tell_host(&s);
	serve(&s);
	look_at_scheduler(&s);
	told.exit = WIFSIGNALED(s.status) ? 128 + WTERMSIG(s.status) : WEXITSTATUS(s.status);
	agent_send(a, WIRE_SHELL, &told);
	return 0;
}
