/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Values released at the end of their scope. Declare next to the first use and initialise in the
 * declaration:
 *
 *	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
 *	_cleanup_close_ int fd = openat(...);
 *
 * steal_ptr() and steal_fd() pass ownership on: they return the value and empty the variable. For a
 * module's own type, use CLEANUP(x_done) with a function that takes a pointer to the variable.
 */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLEANUP(fn)     __attribute__((cleanup(fn)))
#define _cleanup_free_  CLEANUP(cleanup_free)
#define _cleanup_close_ CLEANUP(cleanup_close)
#define _cleanup_file_  CLEANUP(cleanup_file)
#define _cleanup_dir_   CLEANUP(cleanup_dir)

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_file(FILE **f)
{
	if (*f)
		fclose(*f);
}

static inline void cleanup_dir(DIR **d)
{
	if (*d)
		closedir(*d);
}

#define steal_ptr(pp)                                                                              \
	__extension__({                                                                            \
		__typeof__(*(pp)) *steal_p_ = (pp);                                                \
		__typeof__(*steal_p_) steal_v_ = *steal_p_;                                        \
		*steal_p_ = NULL;                                                                  \
		steal_v_;                                                                          \
	})

static inline int steal_fd(int *fd)
{
	int v = *fd;

	*fd = -1;
	return v;
}

#endif
