/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs a kernel's make and shows its progress. */
#ifndef KERNEL_KMAKE_H
#define KERNEL_KMAKE_H

#include "base/err.h"
#include "base/strv.h"

struct kmake {
	const char *tree, *folder; /* the source, and the folder for the objects */
	const char *const *args;   /* targets and settings, NULL-terminated */
	const char *log;           /* its whole output is added to this file */
	unsigned int jobs;
	int lock_fd; /* inherited by all of make's children, since they may outlive this process */
	const char *what;               /* for progress: "linux 6.12.117" */
	void (*note)(const char *line); /* without a terminal: progress, now and then; or NULL */
};
/* If make fails: ERR_CHILD with the first error in its output. */
int kmake_run(const struct kmake *m, struct err *err) MUST_CHECK;

/* The first line of make's output that says what went wrong; NULL: there is none. Pure. Caller
 * frees. */
char *kmake_cause(const char *output);

#endif
