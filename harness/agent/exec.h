/* SPDX-License-Identifier: GPL-2.0-only */
/* Becomes another program: what a forked child of the agent calls. */
#ifndef AGENT_EXEC_H
#define AGENT_EXEC_H

#include "base/strv.h"
#include "base/util.h"

#define EXEC_NOT_STARTED 127 /* exit status, as a shell uses it */

/* Executes argv[0], a path, in a session of its own: in "/", with stdin from /dev/null, stdout and
 * stderr to out_fd, and PATH, HOME and LC_ALL where `env` does not set them. If that fails, the output
 * says so and the exit status is EXEC_NOT_STARTED. */
NORETURN void exec_program(const struct strv *argv, const struct strv *env, int out_fd);

#endif
