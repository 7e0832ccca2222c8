/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *const default_env[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"HOME=/",
	"LC_ALL=C",
};

static bool has_variable(const struct strv *env, const char *variable)
{
	size_t n = strcspn(variable, "=") + 1;

	strv_each (env, i)
		if (strncmp(env->v[i], variable, n) == 0)
			return true;
	return false;
}

int exec_terminal(int fds[2])
{
	int unlock = 0;

	fds[1] = -1;
	fds[0] = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fds[0] < 0 || ioctl(fds[0], TIOCSPTLCK, &unlock) < 0)
		return -1;
	fds[1] = ioctl(fds[0], TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return fds[1] < 0 ? -1 : 0;
}

void exec_as(const struct exec_opts *o)
{
	_cleanup_strv_ struct strv args = STRV_INIT, all = STRV_INIT;
	int in_fd = o->in_fd < 0 ? open("/dev/null", O_RDONLY) : o->in_fd;

	setsid();
	if (o->terminal)
		ioctl(in_fd, TIOCSCTTY, 0);
	signal(SIGPIPE, SIG_DFL);
	if (in_fd >= 0)
		dup2(in_fd, 0);
	dup2(o->out_fd, 1);
	dup2(o->err_fd, 2);
	strv_copy(&args, o->argv);
	strv_copy(&all, o->env);
	for (size_t i = 0; i < ARRAY_SIZE(default_env); i++)
		if (!has_variable(o->env, default_env[i]))
			strv_add(&all, default_env[i]);
	if (chdir(o->dir) == 0)
		execve(args.v[0], strv_argv(&args), strv_argv(&all));
	dprintf(2, "%s: %s\n", args.v[0], strerror(errno));
	_exit(EXEC_NOT_STARTED);
}

void exec_program(const struct strv *argv, const struct strv *env, int out_fd)
{
	exec_as(&(struct exec_opts){ .argv = argv,
	                             .env = env,
	                             .in_fd = -1,
	                             .out_fd = out_fd,
	                             .err_fd = out_fd,
	                             .dir = "/" });
}
