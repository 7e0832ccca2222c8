/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Child processes that cannot outlive us: argv (never a shell), own process group, killed by the
 * kernel when the thread that started them dies (PR_SET_PDEATHSIG, SIGKILL), waited for through a
 * pidfd with an absolute deadline, always reaped.
 *
 *	_cleanup_child_ struct child c = CHILD_INIT;
 *	child_start(&(struct child_opts){ .argv = argv }, &c, &err);
 *	child_wait(&c, deadline_in(5 * NS_PER_SEC), &err);
 *
 * child_done() of a running child kills its whole group and reaps it. Whoever is left of the group
 * when the child has ended is killed as well, just before it is reaped. It starts with default
 * signal dispositions and inherits no descriptor but those named.
 */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <sys/types.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/strbuf.h"

struct child {
	pid_t pid;  /* 0: none */
	int pidfd;  /* readable when it has ended; -1: none */
	int status; /* as of waitpid(), valid once ended */
	bool ended;
};

#define CHILD_INIT                                                                                 \
	{                                                                                          \
		.pidfd = -1                                                                        \
	}
#define _cleanup_child_ CLEANUP(child_done)

struct child_opts {
	char *const *argv; /* argv[0] is searched on $PATH; with a slash it is from dir */
	const char *const
		*env;    /* "K=V" entries added to the environment, NULL-terminated; or NULL */
	const char *dir; /* working directory, or NULL */
	int in_fd, out_fd, err_fd; /* 0 = /dev/null for in, inherit for out and err; else that fd */
	const int *keep_fds;       /* descriptors the child shall inherit under the same number */
	size_t n_keep_fds;
	uint64_t max_file_bytes; /* RLIMIT_FSIZE, 0 = as we have it */
};

/* ERR_NOT_FOUND when the program does not exist or is not executable (exec's errno is reported
 * through a close-on-exec pipe, so a failing exec is an error here, not an exit status later). */
int child_start(const struct child_opts *o, struct child *c, struct err *err) MUST_CHECK;
/* 0 when it ended (status set), -ERR_TIMEOUT when the deadline passed (it keeps running). */
int child_wait(struct child *c, uint64_t deadline, struct err *err) MUST_CHECK;
/* Signals the process (group: the whole group). No error when it is gone. */
void child_signal(struct child *c, int sig, bool group);
/* TERM, then KILL to the group after grace_ns, reaped on return. */
void child_stop(struct child *c, uint64_t grace_ns);
void child_done(struct child *c);
/* "exit status 3", "killed by signal 9 (Killed)"; the caller frees. */
char *child_describe(const struct child *c);

/* Runs to the end and appends stdout and stderr to the buffers (NULL: inherited). More than
 * max_bytes of stdout is ERR_LIMIT, of stderr the excess is dropped. A status other than 0 is
 * ERR_CHILD with the last line of stderr in the message. A deadline of 0 is none. On any failure it
 * is dead. */
struct child_run {
	struct child_opts start;
	struct strbuf *out, *errout;
	size_t max_bytes;
	uint64_t deadline;
};
int child_run(const struct child_run *r, struct err *err) MUST_CHECK;

#endif
