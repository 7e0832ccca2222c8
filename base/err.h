/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One error: a code that decides what the program does next, and a message for a person.
 *
 * Owned by the caller, on the stack, no allocation, nothing to free:
 *
 *	struct err err = ERR_INIT;
 *	if (kernel_open(name, &k, &err) < 0)
 *		return err_wrap(&err, "kernel %s", name);
 *
 * A fallible function takes `struct err *err` last (never NULL), returns 0 or more on success and a
 * negative number, the negated code, on failure. On failure its out-parameters are untouched. Each
 * layer adds its noun once, in front: "boot: qmp: connect: No such file or directory".
 * Only main() and cmd_*.c print an error.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/util.h"

enum err_code {
	ERR_NONE,
	ERR_USAGE,       /* the person asked for something that cannot be: bad option, name, file */
	ERR_NOT_FOUND,   /* what was named is not there */
	ERR_SYSTEM,      /* a system call failed; the message ends in strerror() */
	ERR_FORMAT,      /* input from outside is malformed */
	ERR_LIMIT,       /* input from outside exceeds a bound */
	ERR_TIMEOUT,     /* a deadline passed */
	ERR_BUSY,        /* somebody else holds it */
	ERR_CANCELLED,   /* the person pressed Ctrl-C */
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

/* Sets code and message; returns -code, so that `return err_set(...)` is the idiom. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...) PRINTF(3, 4);
/* ERR_SYSTEM from an errno value (positive), with ": strerror" appended. Returns -ERR_SYSTEM. */
int err_sys(struct err *err, int errnum, const char *fmt, ...) PRINTF(3, 4);
/* What a path could not be opened for: ERR_NOT_FOUND when it is not there (ENOENT, ENOTDIR), else
 * as err_sys(). */
int err_path(struct err *err, int errnum, const char *path);
/* Puts "text: " before the message. Keeps the code. Returns -code. */
int err_wrap(struct err *err, const char *fmt, ...) PRINTF(2, 3);
/* Back to ERR_INIT. */
void err_clear(struct err *err);

#endif
