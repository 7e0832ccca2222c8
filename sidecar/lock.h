/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flock(2) with a deadline, and who holds a lock. Closing the descriptor releases the lock, and so
 * does the end of the process: no stale lock is left. Two descriptors exclude each other within one
 * process too, so this serialises threads as well.
 */
#ifndef SIDECAR_LOCK_H
#define SIDECAR_LOCK_H

#include <sys/types.h>

#include "base/err.h"
#include "base/strbuf.h"
#include "base/strv.h"

/* Opens the lock file; creates it with mode 0666 less the umask. Returns the descriptor
 * (close-on-exec). */
int lock_open(int dirfd, const char *path, struct err *err) MUST_CHECK;
/* Takes LOCK_EX or LOCK_SH by `deadline` (base/clock.h; 0: does not wait). ERR_BUSY when others
 * still hold the lock; the message names their processes. `what` names the thing to lock. */
int lock_take(int fd, int mode, uint64_t deadline, const char *what, struct err *err) MUST_CHECK;
/* Appends "pid 12 (harness test), pid 34 (…)"; nothing when no holder is known. */
void lock_describe_holders(int fd, struct strbuf *out);

/* The processes that have an flock on this inode, each once, from the text of /proc/locks. */
struct lock_pids {
	pid_t *v;
	size_t n;
};
void lock_parse_holders(const char *proc_locks, uint32_t major, uint32_t minor, uint64_t inode,
                        struct lock_pids *out);

#endif
