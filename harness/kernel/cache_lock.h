/* SPDX-License-Identifier: GPL-2.0-only */
/* One process at a time for a folder of the cache. */
#ifndef KERNEL_CACHE_LOCK_H
#define KERNEL_CACHE_LOCK_H

#include "base/err.h"

/* Takes FOLDER.lock and waits for whoever has it, which `note` (or NULL) is told first. Closing *fd
 * in every process that inherited it gives it back. */
int cache_lock(const char *folder, void (*note)(const char *line), int *fd, struct err *err)
	MUST_CHECK;

#endif
