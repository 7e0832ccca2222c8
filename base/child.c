/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/strv.h"

extern char **environ;

/* What the child needs, all made before the fork: between fork and exec of a threaded program only
 * async-signal-safe calls are allowed. */
struct plan {
	const struct child_opts *o;
	const char *program;
	char **envp;
	int report_fd; /* close-on-exec: errno of what failed */
	pid_t parent;
};

static NORETURN void fail_child(const struct plan *p)
{
	int errnum = errno;
	ssize_t n = write(p->report_fd, &errnum, sizeof(errnum));

	_exit(n < 0 ? 126 : 127);
}

static void place_fd(const struct plan *p, int fd, int target)
{
	if (fd == target) {
		if (fcntl(fd, F_SETFD, 0) < 0)
			fail_child(p);
	} else if (dup2(fd, target) < 0) {
		fail_child(p);
	}
}

static void set_limits(const struct plan *p)
{
	struct rlimit lim = { p->o->max_file_bytes, p->o->max_file_bytes };

	if (p->o->max_file_bytes && setrlimit(RLIMIT_FSIZE, &lim) < 0)
		fail_child(p);
}

static NORETURN void exec_child(const struct plan *p)
{
	const struct child_opts *o = p->o;
	int null_fd;
	sigset_t none;

	if (setpgid(0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		fail_child(p);
	if (getppid() != p->parent) /* it died before the line above */
		_exit(126);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (!o->in_fd) {
		null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (null_fd < 0)
			fail_child(p);
		place_fd(p, null_fd, 0);
	} else {
		place_fd(p, o->in_fd, 0);
	}
	if (o->out_fd)
		place_fd(p, o->out_fd, 1);
	if (o->err_fd)
		place_fd(p, o->err_fd, 2);
	for (size_t i = 0; i < o->n_keep_fds; i++)
		place_fd(p, o->keep_fds[i], o->keep_fds[i]);
	set_limits(p);
	if (o->dir && chdir(o->dir) < 0)
		fail_child(p);
	execve(p->program, o->argv, p->envp);
	fail_child(p);
}

static bool same_key(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return strncmp(a, b, n) == 0 && b[n] == '=';
}

/* Ours with the additions put over it; pointers are borrowed. */
static char **make_env(const char *const *add)
{
	size_t n = 0, m = 0, kept = 0;
	char **env;

	while (environ[n])
		n++;
	while (add && add[m])
		m++;
	env = xcalloc(n + m + 1, sizeof(*env));
	for (size_t i = 0; i < n; i++) {
		bool replaced = false;

		for (size_t j = 0; j < m; j++)
			replaced |= same_key(add[j], environ[i]);
		if (!replaced)
			env[kept++] = environ[i];
	}
	for (size_t j = 0; j < m; j++)
		env[kept++] = (char *)(uintptr_t)add[j];
	return env;
}

static int pidfd_of(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* 0, or the errno the child reported. The pipe closes when exec succeeds. */
static int read_report(int fd)
{
	int errnum = 0;
	ssize_t n;

	do {
		n = read(fd, &errnum, sizeof(errnum));
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(errnum) ? errnum : 0;
}

static int started(struct child *c, pid_t pid, int report_fd, const char *name, struct err *err)
{
	struct child run = { .pid = pid, .pidfd = pidfd_of(pid) };
	int errnum = run.pidfd < 0 ? errno : read_report(report_fd);

	if (errnum) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		if (run.pidfd >= 0)
			close(run.pidfd);
		if (errnum == ENOENT || errnum == EACCES || errnum == ENOTDIR)
			return err_set(err, ERR_NOT_FOUND, "%s: %s", name, strerrordesc_np(errnum));
		return err_sys(err, errnum, "starting %s", name);
	}
	*c = run;
	return 0;
}

int child_start(const struct child_opts *o, struct child *c, struct err *err)
{
	_cleanup_free_ char *program = fs_which(o->argv[0]);
	_cleanup_free_ char **envp = NULL;
	struct plan plan = { .o = o, .program = program, .parent = getpid() };
	int report[2];
	pid_t pid;
	int r;

	if (!program)
		return err_set(err, ERR_NOT_FOUND, "%s: no such program", o->argv[0]);
	if (pipe2(report, O_CLOEXEC) < 0)
		return err_sys(err, errno, "pipe");
	plan.envp = envp = make_env(o->env);
	plan.report_fd = report[1];
	pid = fork();
	if (pid == 0)
		exec_child(&plan);
	r = pid < 0 ? err_sys(err, errno, "fork") : 0;
	close(report[1]);
	if (r == 0)
		r = started(c, pid, report[0], o->argv[0], err);
	close(report[0]);
	return r;
}

static void reap(struct child *c)
{
	while (waitpid(c->pid, &c->status, 0) < 0 && errno == EINTR)
		;
	c->ended = true;
}

int child_wait(struct child *c, uint64_t deadline, struct err *err)
{
	struct pollfd p = { .fd = c->pidfd, .events = POLLIN };

	while (!c->ended) {
		int n = poll(&p, 1, deadline_poll_ms(deadline));

		if (n > 0)
			reap(c);
		else if (n == 0)
			return err_set(err, ERR_TIMEOUT, "process %d is still running",
			               (int)c->pid);
		else if (errno != EINTR)
			return err_sys(err, errno, "poll");
	}
	return 0;
}

void child_signal(struct child *c, int sig, bool group)
{
	if (c->pid <= 0 || c->ended) /* a reaped pid may be somebody else's */
		return;
	kill(group ? -c->pid : c->pid, sig);
}

void child_stop(struct child *c, uint64_t grace_ns)
{
	struct err err = ERR_INIT;

	if (c->pid <= 0 || c->ended)
		return;
	child_signal(c, SIGTERM, true);
	if (child_wait(c, deadline_in(grace_ns), &err) == 0)
		return;
	child_signal(c, SIGKILL, true);
	reap(c);
}

void child_done(struct child *c)
{
	if (c->pid > 0 && !c->ended) {
		child_signal(c, SIGKILL, true);
		reap(c);
	}
	if (c->pidfd >= 0)
		close(c->pidfd);
	*c = (struct child)CHILD_INIT;
}

char *child_describe(const struct child *c)
{
	if (!c->ended)
		return xstrdup("still running");
	if (WIFSIGNALED(c->status))
		return xasprintf("killed by signal %d (%s)", WTERMSIG(c->status),
		                 sigdescr_np(WTERMSIG(c->status)));
	return xasprintf("exit status %d", WEXITSTATUS(c->status));
}

/* Reads what is there; false at the end of the stream. What exceeds max is dropped. */
static bool drain(int fd, struct strbuf *b, size_t max)
{
	char chunk[4096];
	ssize_t n = read(fd, chunk, sizeof(chunk));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (n > 0 && b->n < max)
		strbuf_add(b, chunk, (size_t)n < max - b->n ? (size_t)n : max - b->n);
	return n > 0;
}

/* Until both streams have ended; a grandchild may hold them longer than the child lives, so the
 * child's own end is an end as well. */
static int collect(struct child *c, struct pollfd *p, struct strbuf *const bufs[2],
                   const struct child_run *r, struct err *err)
{
	while (p[0].fd >= 0 || p[1].fd >= 0) {
		int n = poll(p, 3, deadline_poll_ms(r->deadline ? r->deadline : DEADLINE_NONE));

		if (n == 0)
			return err_set(err, ERR_TIMEOUT, "timed out");
		if (n < 0 && errno != EINTR)
			return err_sys(err, errno, "poll");
		for (int i = 0; n > 0 && i < 2; i++)
			if (p[i].fd >= 0 && p[i].revents && !drain(p[i].fd, bufs[i], r->max_bytes))
				p[i].fd = -1;
		if (n > 0 && p[2].revents && !p[0].revents && !p[1].revents)
			break;
	}
	return child_wait(c, r->deadline ? r->deadline : DEADLINE_NONE, err);
}

static const char *last_line(struct strbuf *b)
{
	const char *nl;

	strbuf_rtrim(b);
	nl = strrchr(strbuf_cstr(b), '\n');
	return nl ? nl + 1 : strbuf_cstr(b);
}

static int check_status(const struct child *c, const char *name, struct strbuf *errout,
                        struct err *err)
{
	_cleanup_free_ char *how = child_describe(c);
	const char *line;

	if (WIFEXITED(c->status) && WEXITSTATUS(c->status) == 0)
		return 0;
	line = last_line(errout);
	return err_set(err, ERR_CHILD, "%s: %s%s%s", name, how, *line ? ": " : "", line);
}

int child_run(const struct child_run *r, struct err *err)
{
	_cleanup_child_ struct child c = CHILD_INIT;
	_cleanup_strbuf_ struct strbuf unused_out = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf unused_err = STRBUF_INIT;
	struct strbuf *const bufs[2] = { r->out ? r->out : &unused_out,
		                         r->errout ? r->errout : &unused_err };
	struct child_opts o = r->start;
	int pipes[2][2] = { { -1, -1 }, { -1, -1 } };
	int rc;

	if ((r->out && pipe2(pipes[0], O_CLOEXEC) < 0) ||
	    (r->errout && pipe2(pipes[1], O_CLOEXEC) < 0)) {
		rc = err_sys(err, errno, "pipe");
	} else {
		o.out_fd = r->out ? pipes[0][1] : o.out_fd;
		o.err_fd = r->errout ? pipes[1][1] : o.err_fd;
		rc = child_start(&o, &c, err);
	}
	for (int i = 0; i < 2; i++)
		if (pipes[i][1] >= 0)
			close(pipes[i][1]);
	if (rc == 0) {
		struct pollfd p[3] = { { pipes[0][0], POLLIN, 0 },
			               { pipes[1][0], POLLIN, 0 },
			               { c.pidfd, POLLIN, 0 } };

		rc = collect(&c, p, bufs, r, err);
		if (rc == 0)
			rc = check_status(&c, o.argv[0], bufs[1], err);
		else
			rc = err_wrap(err, "%s", o.argv[0]);
	}
	for (int i = 0; i < 2; i++)
		if (pipes[i][0] >= 0)
			close(pipes[i][0]);
	return rc;
}
