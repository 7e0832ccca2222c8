/* SPDX-License-Identifier: GPL-2.0-only */
/* A child process that is killed at a system call of the tester's choice. */
#ifndef TESTS_FAULT_KILLER_H
#define TESTS_FAULT_KILLER_H

#include "base/util.h"

enum killed {
	KILLED,    /* at the wanted stop */
	WAS_DONE,  /* it had fewer stops than that and ended well */
	NO_PTRACE, /* this machine does not let us trace */
};

/* Forks; the child runs prepare(arg) and then, traced, body(arg). It is killed with SIGKILL after
 * the n-th system call of body that may have changed something (n = 0: before the first). A child
 * that ends with another status than 0 fails the test. */
enum killed kill_at(unsigned int n, void (*prepare)(void *arg), void (*body)(void *arg), void *arg);

#endif
