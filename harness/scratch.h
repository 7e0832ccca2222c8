/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scratch folder that is removed however this process ends. A guard process holds one end of a pipe;
 * when the other end closes, it kills what still runs in the folder, removes the folder and ends.
 *
 *	scratch_new("build", NULL, &s, &err);		before any thread starts
 *	child_start(&(struct child_opts){ …, .pid_fd = s.fd }, &c, &err);	runs in the folder
 *	child_wait(&c, …); scratch_idle(&s);
 *	scratch_done(&s);			returns when the folder is gone
 */
#ifndef HARNESS_SCRATCH_H
#define HARNESS_SCRATCH_H

#include <sys/types.h>

#include "base/cleanup.h"
#include "base/err.h"

struct scratch {
	char *path;  /* of the folder, absolute */
	int fd;      /* to the guard */
	pid_t guard; /* 0: none */
};
#define SCRATCH_NONE                                                                               \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/* Makes a folder in `dir`, NULL: $TMPDIR, else /tmp. Its name tells `what`. */
int scratch_new(const char *what, const char *dir, struct scratch *out, struct err *err) MUST_CHECK;
/* No child runs in the folder any more. */
void scratch_idle(const struct scratch *s);
void scratch_done(struct scratch *s);

#endif
