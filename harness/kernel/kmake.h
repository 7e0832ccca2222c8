/* SPDX-License-Identifier: GPL-2.0-only */
/* One run of a kernel's make, watched. */
#ifndef KERNEL_KMAKE_H
#define KERNEL_KMAKE_H

#include "base/err.h"
#include "base/strv.h"

struct kmake {
	const char *tree, *folder; /* source, and where what is made goes */
	const char *const *args;   /* targets and settings, NULL-terminated */
	const char *log;           /* its whole output is added to this file */
	unsigned int jobs;
	int lock_fd;      /* inherited by all of make's children; what they do outlives us */
	const char *what; /* for progress: "linux 6.12.117" */
	void (*note)(
		const char *line); /* a line now and then where there is no terminal; or NULL */
};
/* ERR_CHILD with the first error in its output. */
int kmake_run(const struct kmake *m, struct err *err) MUST_CHECK;

/* The first line of make's output that tells what went wrong; NULL: none does. Pure; caller frees.
 */
char *kmake_cause(const char *output);

#endif
