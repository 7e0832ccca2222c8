/* SPDX-License-Identifier: GPL-2.0-only */
/* A child process that is killed at a system call that the test chooses. */
#ifndef TESTS_FAULT_KILLER_H
#define TESTS_FAULT_KILLER_H

#include "base/util.h"

enum killed {
	KILLED,    /* killed at the wanted stop */
	WAS_DONE,  /* it ended with status 0 before the wanted stop */
	NO_PTRACE, /* ptrace is not allowed on this machine */
};

/* Forks. The child runs prepare(arg) and then, traced, body(arg). It is killed with SIGKILL after
 * the n-th system call of body that may have changed something (n = 0: before the first). If the
 * child ends with a status other than 0, the test fails. */
enum killed kill_at(unsigned int n, void (*prepare)(void *arg), void (*body)(void *arg), void *arg);

#endif
