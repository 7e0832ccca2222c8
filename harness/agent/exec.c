/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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

void exec_program(const struct strv *argv, const struct strv *env, int out_fd)
{
	_cleanup_strv_ struct strv args = STRV_INIT, all = STRV_INIT;
	int in_fd = open("/dev/null", O_RDONLY);

	setsid();
	if (in_fd >= 0)
		dup2(in_fd, 0);
	dup2(out_fd, 1);
	dup2(out_fd, 2);
	strv_copy(&args, argv);
	strv_copy(&all, env);
	for (size_t i = 0; i < ARRAY_SIZE(default_env); i++)
		if (!has_variable(env, default_env[i]))
			strv_add(&all, default_env[i]);
	if (chdir("/") == 0)
		execve(args.v[0], strv_argv(&args), strv_argv(&all));
	dprintf(2, "%s: %s\n", args.v[0], strerror(errno));
	_exit(EXEC_NOT_STARTED);
}
