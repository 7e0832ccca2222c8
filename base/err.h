/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One error: a code, which decides what the program does next, and a message for a person.
 *
 * The caller owns it, on the stack. Nothing is allocated and nothing has to be freed:
 *
 *	struct err err = ERR_INIT;
 *	if (kernel_open(name, &k, &err) < 0)
 *		return err_wrap(&err, "kernel %s", name);
 *
 * A function that can fail takes `struct err *err` last (never NULL). It returns 0 or more on
 * success and the negated code on failure; its out-parameters are then untouched. Each layer puts
 * its noun in front once: "boot: qmp: connect: No such file or directory". Only main() and cmd_*.c
 * print errors.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/util.h"

enum err_code {
	ERR_NONE,
	ERR_USAGE,       /* the user's mistake: a bad option, name or file */
	ERR_NOT_FOUND,   /* the named thing does not exist */
	ERR_SYSTEM,      /* a system call failed; the message ends with strerror() */
	ERR_FORMAT,      /* input from outside is malformed */
	ERR_LIMIT,       /* input from outside exceeds a limit */
	ERR_TIMEOUT,     /* a deadline passed */
	ERR_BUSY,        /* another process holds it */
	ERR_CANCELLED,   /* the user pressed Ctrl-C */
	ERR_UNSUPPORTED, /* this machine, kernel or build cannot do it */
	ERR_CHILD,       /* a child process failed */
};

struct err {
	enum err_code code;
	int sys_errno; /* errno of an ERR_SYSTEM, else 0 */
	char msg[1024];
};

#define ERR_INIT                                                                                   \
	{                                                                                          \
		.code = ERR_NONE                                                                   \
	}

/* Sets code and message. Returns -code, so that one can write `return err_set(...)`. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...) PRINTF(3, 4);
/* ERR_SYSTEM from a positive errno value; ": strerror" is appended. Returns -ERR_SYSTEM. */
int err_sys(struct err *err, int errnum, const char *fmt, ...) PRINTF(3, 4);
/* A path that could not be opened: ERR_NOT_FOUND for ENOENT and ENOTDIR, else as err_sys(). */
int err_path(struct err *err, int errnum, const char *path);
/* Puts "text: " before the message. Keeps the code. Returns -code. */
int err_wrap(struct err *err, const char *fmt, ...) PRINTF(2, 3);
/* Back to ERR_INIT. */
void err_clear(struct err *err);

#endif
