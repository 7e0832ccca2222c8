/* SPDX-License-Identifier: GPL-2.0-only */
/* A lock on a folder of the cache, held by one process at a time. */
#ifndef KERNEL_CACHE_LOCK_H
#define KERNEL_CACHE_LOCK_H

#include "base/err.h"

/* Takes the lock FOLDER.lock. If another process holds it, calls `note` (may be NULL) and waits.
 * The lock is free again when every process that inherited *fd has closed it. */
int cache_lock(const char *folder, void (*note)(const char *line), int *fd, struct err *err)
	MUST_CHECK;

#endif
