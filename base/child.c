/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/strv.h"

extern char **environ;

/* What the child needs. All of it is made before the fork: in a threaded program only
 * async-signal-safe calls are allowed between fork and exec. */
struct child_plan {
	const struct child_opts *o;
	const char *program;
	char **envp;
	int report_fd; /* close-on-exec, above 2: receives the errno of what failed */
	int null_fd;
	pid_t parent;
};

static NORETURN void fail_child(const struct child_plan *p)
{
	int errnum = errno;
	ssize_t n = write(p->report_fd, &errnum, sizeof(errnum));

	_exit(n < 0 ? 126 : 127);
}

/* We may ignore or handle signals; a started program expects the defaults. Signals have been
 * blocked since before the fork, so none of our handlers runs in the child. */
static void reset_signals(void)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &dfl, NULL); /* fails for KILL and STOP, which keep their default */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* First copies all three out of the way: the source of one may be the target of another. */
static void place_std_fds(const struct child_plan *p)
{
	const struct child_opts *o = p->o;
	int from[3] = { o->in_fd > 0 ? o->in_fd : p->null_fd, o->out_fd > 0 ? o->out_fd : -1,
		        o->err_fd > 0 ? o->err_fd : -1 };

	for (int i = 0; i < 3; i++)
		if (from[i] >= 0 && (from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 3)) < 0)
			fail_child(p);
	for (int i = 0; i < 3; i++)
		if (from[i] >= 0 && dup2(from[i], i) < 0)
			fail_child(p);
}

/* Makes every other descriptor close-on-exec, even if a library forgot O_CLOEXEC. EINVAL and
 * ENOSYS: a kernel before 5.11; there our own descriptors still have the flag. */
static void keep_fds(const struct child_plan *p)
{
	if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0 && errno != EINVAL && errno != ENOSYS)
		fail_child(p);
	for (size_t i = 0; i < p->o->n_keep_fds; i++)
		if (fcntl(p->o->keep_fds[i], F_SETFD, 0) < 0)
			fail_child(p);
}

static void set_limits(const struct child_plan *p)
{
	struct rlimit lim = { p->o->max_file_bytes, p->o->max_file_bytes };

	if (p->o->max_file_bytes && setrlimit(RLIMIT_FSIZE, &lim) < 0)
		fail_child(p);
}

static void tell_pid(const struct child_plan *p)
{
	pid_t self = getpid();

	if (p->o->pid_fd > 0 && write(p->o->pid_fd, &self, sizeof(self)) < 0)
		fail_child(p);
}

static NORETURN void exec_child(const struct child_plan *p)
{
	if (setpgid(0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		fail_child(p);
	if (getppid() != p->parent) /* the parent died before the prctl() above */
		_exit(126);
	reset_signals();
	tell_pid(p);
	place_std_fds(p);
	keep_fds(p);
	set_limits(p);
	if (p->o->dir && chdir(p->o->dir) < 0)
		fail_child(p);
	execve(p->program, p->o->argv, p->envp);
	fail_child(p);
}

static bool same_key(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return strncmp(a, b, n) == 0 && b[n] == '=';
}

/* Our environment; the additions replace equal keys. The pointers are borrowed. */
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

/* 0, or the errno the child reported. A successful exec closes the pipe. */
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
	struct child run = { .pid = pid, .pidfd = pidfd_open(pid, 0) };
	int errnum = run.pidfd < 0 ? errno : read_report(report_fd);

	if (errnum) {
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		if (run.pidfd >= 0)
			close(run.pidfd);
		if (errnum == EACCES)
			return err_set(err, ERR_NOT_FOUND, "%s: %s", name, strerrordesc_np(errnum));
		return err_path(err, errnum, name);
	}
	*c = run;
	return 0;
}

/* Like pipe2(), but never uses descriptors 0 to 2, which the child replaces. */
static int report_pipe(int fds[2])
{
	int low[2], errnum;

	if (pipe2(low, O_CLOEXEC) < 0)
		return -1;
	fds[0] = fcntl(low[0], F_DUPFD_CLOEXEC, 3);
	fds[1] = fcntl(low[1], F_DUPFD_CLOEXEC, 3);
	errnum = errno;
	close(low[0]);
	close(low[1]);
	if (fds[0] >= 0 && fds[1] >= 0)
		return 0;
	cleanup_close(&fds[0]);
	cleanup_close(&fds[1]);
	errno = errnum;
	return -1;
}

static pid_t fork_blocked(const struct child_plan *plan)
{
	sigset_t all, old;
	int errnum;
	pid_t pid;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pid = fork();
	if (pid == 0)
		exec_child(plan);
	errnum = errno;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	errno = errnum;
	return pid;
}

int child_start(const struct child_opts *o, struct child *c, struct err *err)
{
	_cleanup_free_ char *program = fs_which(o->argv[0]);
	_cleanup_close_ int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	_cleanup_free_ char **envp = make_env(o->env);
	struct child_plan plan = { o, program, envp, -1, null_fd, getpid() };
	int report[2];
	pid_t pid;
	int r;

	/* a path with a slash may be relative to o->dir, so only exec can tell whether it exists */
	if (strchr(o->argv[0], '/'))
		plan.program = o->argv[0];
	if (!plan.program)
		return err_set(err, ERR_NOT_FOUND, "%s: no such program", o->argv[0]);
	if (null_fd < 0)
		return err_sys(err, errno, "/dev/null");
	if (report_pipe(report) < 0)
		return err_sys(err, errno, "pipe");
	plan.report_fd = report[1];
	pid = fork_blocked(&plan);
	r = pid < 0 ? err_sys(err, errno, "fork") : 0;
	close(report[1]);
	if (r == 0)
		r = started(c, pid, report[0], o->argv[0], err);
	close(report[0]);
	return r;
}

/* Kills what is left of the group, then reaps. While the child is a zombie, its pid and its group's
 * cannot be reused, so this is the last safe moment to kill the group. */
static void reap(struct child *c)
{
	siginfo_t info;
	int r;

	do {
		r = waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOWAIT);
	} while (r < 0 && errno == EINTR);
	if (r == 0)
		kill(-c->pid, SIGKILL);
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
	if (c->pid <= 0 || c->ended) /* a reaped pid may belong to another process */
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
	if (WIFSIGNALED(c->status)) {
		const char *what = sigdescr_np(WTERMSIG(c->status));

		return xasprintf("killed by signal %d (%s)", WTERMSIG(c->status),
		                 what ? what : "real-time");
	}
	return xasprintf("exit status %d", WEXITSTATUS(c->status));
}
