/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Child processes that cannot outlive us. A child is started from an argv (never a shell) in its
 * own process group. The kernel kills it (SIGKILL) when the thread that started it dies
 * (PR_SET_PDEATHSIG). It is waited for through a pidfd with an absolute deadline, and always
 * reaped.
 *
 *	_cleanup_child_ struct child c = CHILD_INIT;
 *	child_start(&(struct child_opts){ .argv = argv }, &c, &err);
 *	child_wait(&c, deadline_in(5 * NS_PER_SEC), &err);
 *
 * child_done() kills the whole group of a running child and reaps it. When a child ends by itself,
 * the rest of its group is killed just before the child is reaped. A child starts with default
 * signal dispositions and inherits only the descriptors that are named.
 */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <sys/types.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/strbuf.h"

struct child {
	pid_t pid;  /* 0: no child */
	int pidfd;  /* readable once the child has ended; -1: none */
	int status; /* as waitpid() gives it; valid once `ended` */
	bool ended;
};

#define CHILD_INIT                                                                                 \
	{                                                                                          \
		.pidfd = -1                                                                        \
	}
#define _cleanup_child_ CLEANUP(child_done)

struct child_opts {
	char *const *argv; /* searched on $PATH; with a slash: a path from dir */
	/* "K=V" entries added to the environment, NULL-terminated; or NULL */
	const char *const *env;
	const char *dir;           /* working directory, or NULL */
	int in_fd, out_fd, err_fd; /* 0: in is /dev/null, out and err are inherited */
	const int *keep_fds;       /* descriptors the child inherits under the same number */
	size_t n_keep_fds;
	uint64_t max_file_bytes; /* RLIMIT_FSIZE; 0: our own limit */
	/* The child writes its pid_t here before it becomes the program; 0: nowhere. Whoever reads it knows
	 * the group even if we die right after the fork. */
	int pid_fd;
};

/* ERR_NOT_FOUND when the program does not exist or is not executable. A close-on-exec pipe reports
 * exec's errno, so a failed exec is an error here and not an exit status later. */
int child_start(const struct child_opts *o, struct child *c, struct err *err) MUST_CHECK;
/* 0 when the child has ended (status is set); -ERR_TIMEOUT when the deadline passed: the child
 * keeps running. */
int child_wait(struct child *c, uint64_t deadline, struct err *err) MUST_CHECK;
/* Signals the process, or its whole group. No error if it has ended. */
void child_signal(struct child *c, int sig, bool group);
/* Sends TERM to the group, then KILL after grace_ns. The child is reaped on return. */
void child_stop(struct child *c, uint64_t grace_ns);
void child_done(struct child *c);
/* "exit status 3", "killed by signal 9 (Killed)"; the caller frees. */
char *child_describe(const struct child *c);

/* Runs a child to its end and appends its stdout and stderr to the buffers (NULL: inherited).
 * stdout beyond max_bytes is ERR_LIMIT; stderr beyond it is dropped. A status other than 0 is
 * ERR_CHILD, with the last line of stderr in the message. deadline 0: none. After any failure the
 * child is dead. */
struct child_run {
	struct child_opts start;
	struct strbuf *out, *errout;
	size_t max_bytes;
	uint64_t deadline;
};
int child_run(const struct child_run *r, struct err *err) MUST_CHECK;

#endif
