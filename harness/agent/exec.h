/* SPDX-License-Identifier: GPL-2.0-only */
/* Becomes another program: what a forked child of the agent calls. */
#ifndef AGENT_EXEC_H
#define AGENT_EXEC_H

#include "base/strv.h"
#include "base/util.h"

#define EXEC_NOT_STARTED 127 /* exit status, as a shell uses it */

struct exec_opts {
	const struct strv *argv, *env;
	int in_fd, out_fd, err_fd; /* in_fd -1: /dev/null */
	const char *dir;
	bool terminal; /* in_fd is one: it becomes that of the session */
};

/* A terminal device: fds[0] is the side that reads what programs write, fds[1] theirs. -1: errno says
 * why, and what is open is in fds, else -1. */
int exec_terminal(int fds[2]);

/* Executes argv[0], a path, in a session of its own, with PATH, HOME and LC_ALL where `env` does not
 * set them. If that fails, its stderr says so and the exit status is EXEC_NOT_STARTED. */
NORETURN void exec_as(const struct exec_opts *o);

/* The same in "/", with stdin from /dev/null, stdout and stderr to out_fd. */
NORETURN void exec_program(const struct strv *argv, const struct strv *env, int out_fd);

#endif
