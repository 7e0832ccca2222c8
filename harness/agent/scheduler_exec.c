/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/scheduler_exec.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/agent/cgroup.h"
#include "harness/agent/exec.h"
#include "harness/agent/machine.h"
#include "harness/agent/output.h"

#define CGROUP     CGROUP_ROOT "/scheduler"
#define STREAM_MAX (256u << 10) /* bytes sent as they come; of the rest only the end is kept */
#define REST_MAX   (64u << 10)
#define LINE_MAX_  400
#define PROCS_MAX  (64u << 10)
#define KILL_NS    (3 * NS_PER_SEC) /* to end, once killed */

struct sched_program {
	struct agent *a;
	const struct job_sched *job;
	uint32_t index; /* into job.schedulers */
	int epoll_fd;   /* kmsg, output, end of the first process, end of all */
	int kmsg_fd;    /* borrowed */
	int out_fd;     /* -1: closed by all that wrote to it */
	int pidfd;      /* -1: reaped */
	int events_fd;  /* cgroup.events */
	pid_t pid;      /* of the first process; 0: reaped */
	int status;
	bool forked; /* the first process ended before others */
	const char *ended_by;
	uint64_t streamed;
	struct output rest;
	struct strbuf before; /* what it wrote before the machine was saved */
	struct strbuf line;   /* that is being written */
	char *last_line, *complaint;
};

static int watch(const struct sched_program *p, int fd, uint32_t events, struct err *err)
{
	struct epoll_event ev = { .events = events, .data.fd = fd };

	return epoll_ctl(p->epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0 ? err_sys(err, errno, "epoll")
	                                                          : 0;
}

static void stop_watching(const struct sched_program *p, int *fd)
{
	if (*fd < 0)
		return;
	epoll_ctl(p->epoll_fd, EPOLL_CTL_DEL, *fd, NULL);
	close(*fd);
	*fd = -1;
}

/* A terminal device: the C library buffers lines and not blocks. */
static int open_terminal(int fds[2])
{
	struct termios t;

	if (exec_terminal(fds) < 0)
		return -1;
	if (tcgetattr(fds[1], &t) == 0) {
		cfmakeraw(&t); /* no \r before \n */
		tcsetattr(fds[1], TCSANOW, &t);
	}
	return 0;
}

static int open_output(struct sched_program *p, int *write_fd, struct err *err)
{
	int fds[2] = { -1, -1 };

	if (open_terminal(fds) < 0) {
		agent_log(p->a, "no terminal: %m: the scheduler's output may come late");
		if (fds[0] >= 0)
			close(fds[0]);
		if (pipe2(fds, O_CLOEXEC) < 0)
			return err_sys(err, errno, "pipe");
	}
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	p->out_fd = fds[0];
	*write_fd = fds[1];
	return watch(p, p->out_fd, EPOLLIN, err);
}

static int open_cgroup(struct sched_program *p, int *dir_fd, struct err *err)
{
	if (fs_mkdir_p(p->a->root_fd, CGROUP, err) < 0)
		return -(int)err->code;
	*dir_fd = openat(p->a->root_fd, CGROUP, O_DIRECTORY | O_CLOEXEC);
	p->events_fd = openat(p->a->root_fd, CGROUP "/cgroup.events", O_RDONLY | O_CLOEXEC);
	if (*dir_fd < 0 || p->events_fd < 0)
		return err_sys(err, errno, CGROUP);
	return watch(p, p->events_fd, EPOLLPRI, err);
}

static int fork_program(struct sched_program *p, int dir_fd, int write_fd, struct err *err)
{
	_cleanup_strv_ struct strv env = STRV_INIT;

	strv_addl(&env, "TERM=dumb", "NO_COLOR=1", NULL);
	p->pid = cgroup_fork(dir_fd);
	if (p->pid == 0)
		exec_program(&p->job->argv, &env, write_fd);
	if (p->pid < 0) {
		p->pid = 0;
		return err_sys(err, errno, "fork");
	}
	p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (p->pidfd < 0)
		return err_sys(err, errno, "pidfd");
	return watch(p, p->pidfd, EPOLLIN, err);
}

static int start(struct sched_program *p, struct err *err)
{
	_cleanup_close_ int dir_fd = -1;
	_cleanup_close_ int write_fd = -1;

	p->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (p->epoll_fd < 0)
		return err_sys(err, errno, "epoll");
	if (watch(p, p->kmsg_fd, EPOLLIN, err) < 0 || open_cgroup(p, &dir_fd, err) < 0 ||
	    open_output(p, &write_fd, err) < 0)
		return -(int)err->code;
	return fork_program(p, dir_fd, write_fd, err);
}

int sched_program_start(struct agent *a, uint32_t index, int kmsg_fd, struct sched_program **out,
                        struct err *err)
{
	struct sched_program *p = xcalloc(1, sizeof(*p));

	*p = (struct sched_program){ .a = a,
		                     .job = (const struct job_sched *)a->job.schedulers.v + index,
		                     .index = index,
		                     .kmsg_fd = kmsg_fd,
		                     .epoll_fd = -1,
		                     .out_fd = -1,
		                     .pidfd = -1,
		                     .events_fd = -1 };
	output_init(&p->rest, REST_MAX);
	machine_furnish(a);
	if (start(p, err) < 0) {
		sched_program_stop(p, 0);
		sched_program_free(p);
		return -(int)err->code;
	}
	*out = p;
	return 0;
}

void sched_program_take_job(struct sched_program *p, const struct job_sched *job)
{
	p->job = job;
	if (p->before.n)
		agent_send(p->a, WIRE_SCHED_OUTPUT,
		           &(struct wire_sched_output){ .sched = p->index, .text = p->before.s });
	strbuf_reset(&p->before);
}

int sched_program_fd(const struct sched_program *p)
{
	return p->epoll_fd;
}

void sched_program_wait(const struct sched_program *p, uint64_t deadline)
{
	uint64_t now = clock_mono_ns();
	struct epoll_event ev;

	if (now < deadline)
		epoll_wait(p->epoll_fd, &ev, 1, (int)((deadline - now) / NS_PER_MS) + 1);
}

/* Remembers the last line that says something, and the first that is a complaint. */
static void note_lines(struct sched_program *p, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] != '\n' && text[i] != '\r') {
			if (p->line.n < LINE_MAX_)
				strbuf_addc(&p->line, text[i]);
			continue;
		}
		if (p->line.n && strspn(p->line.s, " \t") < p->line.n) {
			free(p->last_line);
			p->last_line = xstrdup(p->line.s);
			if (!p->complaint && program_complains(p->line.s))
				p->complaint = xstrdup(p->line.s);
		}
		strbuf_reset(&p->line);
	}
}

static void take(struct sched_program *p, const char *data, size_t n)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	note_lines(p, data, n);
	if (p->streamed >= STREAM_MAX) {
		output_add(&p->rest, data, n);
		return;
	}
	p->streamed += n;
	strbuf_add_printable(&text, data, n, true);
	if (p->a->job.save_level != U32_NONE)
		strbuf_add(&p->before, text.s, text.n);
	agent_send(p->a, WIRE_SCHED_OUTPUT,
	           &(struct wire_sched_output){ .sched = p->index, .text = text.s });
}

void sched_program_pump(struct sched_program *p)
{
	char buf[16384];
	ssize_t n;

	while (p->out_fd >= 0 && (n = read(p->out_fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			break; /* EIO: no process has the terminal open any more */
		take(p, buf, (size_t)n);
	}
	stop_watching(p, &p->out_fd);
}

/* Reading the file also ends the event that the kernel signalled. */
static bool is_populated(const struct sched_program *p)
{
	char text[256];
	ssize_t n = p->events_fd < 0 ? -1 : pread(p->events_fd, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return false;
	text[n] = '\0';
	return strstr(text, "populated 1") != NULL;
}

static void reap(struct sched_program *p)
{
	if (!p->pid || waitpid(p->pid, &p->status, WNOHANG) != p->pid)
		return;
	p->pid = 0;
	stop_watching(p, &p->pidfd);
}

void sched_program_read(struct sched_program *p, struct program_facts *facts)
{
	bool populated;

	sched_program_pump(p);
	reap(p);
	populated = is_populated(p);
	facts->ended = !p->pid;
	facts->status = p->status;
	facts->others = facts->ended && populated;
	p->forked |= facts->others && !p->ended_by;
}

const char *sched_program_last_line(const struct sched_program *p)
{
	return p->line.n ? p->line.s : p->last_line;
}

const char *sched_program_why_ended(const struct sched_program *p)
{
	return p->complaint ? p->complaint : sched_program_last_line(p);
}

uint64_t sched_program_cpu_ns(const struct sched_program *p)
{
	struct cgroup_stat used;

	cgroup_stat_read(p->a->root_fd, CGROUP, &used);
	return used.usage_ns;
}

static void signal_all(const struct sched_program *p, int sig)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_strv_ struct strv pids = STRV_INIT;
	struct err ignored = ERR_INIT; /* no cgroup, no processes */

	if (fs_read(p->a->root_fd, CGROUP "/cgroup.procs", PROCS_MAX, &text, &ignored) < 0)
		return;
	strv_split(&pids, strbuf_cstr(&text), "\n");
	strv_each (&pids, i)
		kill((pid_t)strtol(pids.v[i], NULL, 10), sig);
}

static bool wait_end(struct sched_program *p, uint64_t ns)
{
	uint64_t deadline = deadline_in(ns);
	struct program_facts f = { 0 };

	for (;;) {
		sched_program_read(p, &f);
		if (f.ended && !f.others)
			return true;
		if (clock_mono_ns() >= deadline)
			return false;
		sched_program_wait(p, deadline);
	}
}

void sched_program_kill(struct sched_program *p)
{
	p->ended_by = "SIGKILL";
	signal_all(p, SIGKILL);
	wait_end(p, KILL_NS);
}

void sched_program_stop(struct sched_program *p, uint64_t grace_ns)
{
	static const struct {
		const char *name;
		int sig;
		uint64_t ns;
	} steps[] = {
		{ "SIGINT", SIGINT, 5 * NS_PER_SEC },
		{ "SIGTERM", SIGTERM, 3 * NS_PER_SEC },
		{ "SIGKILL", SIGKILL, KILL_NS },
	};
	bool ended;

	/* Nobody reads it from here on, and it would end each wait at once. */
	epoll_ctl(p->epoll_fd, EPOLL_CTL_DEL, p->kmsg_fd, NULL);
	ended = wait_end(p, grace_ns);
	for (size_t i = 0; !ended && i < ARRAY_SIZE(steps); i++) {
		p->ended_by = steps[i].name;
		signal_all(p, steps[i].sig);
		ended = wait_end(p, steps[i].ns);
	}
	if (!ended)
		agent_log(p->a, "scheduler %s: its program cannot be killed", p->job->name);
}

static void send_end(struct sched_program *p)
{
	_cleanup_free_ char *rest = p->rest.total ? output_text(&p->rest) : NULL;
	struct wire_sched_program w;

	if (rest)
		agent_send(p->a, WIRE_SCHED_OUTPUT,
		           &(struct wire_sched_output){ .sched = p->index, .text = rest });
	json_init(&wire_sched_program_table, &w);
	w.sched = p->index;
	if (!p->pid)
		w.exit =
			WIFSIGNALED(p->status) ? 128 + WTERMSIG(p->status) : WEXITSTATUS(p->status);
	w.ended_by = (char *)p->ended_by;
	w.forked = p->forked;
	w.cpu_ns = sched_program_cpu_ns(p);
	agent_send(p->a, WIRE_SCHED_PROGRAM, &w);
}

void sched_program_free(struct sched_program *p)
{
	if (!p)
		return;
	send_end(p);
	stop_watching(p, &p->out_fd);
	stop_watching(p, &p->pidfd);
	stop_watching(p, &p->events_fd);
	if (p->epoll_fd >= 0)
		close(p->epoll_fd);
	unlinkat(p->a->root_fd, CGROUP, AT_REMOVEDIR);
	output_done(&p->rest);
	strbuf_done(&p->line);
	strbuf_done(&p->before);
	free(p->last_line);
	free(p->complaint);
	free(p);
}
