/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flock(2) with a deadline, and who holds a lock. The lock is released by closing the descriptor
 * (or by death), so there is nothing stale to clean up. Two descriptors exclude each other within
 * one process too, so this serialises threads as well.
 */
#ifndef SIDECAR_LOCK_H
#define SIDECAR_LOCK_H

#include <sys/types.h>

#include "base/err.h"
#include "base/strbuf.h"
#include "base/strv.h"

/* Opens (creating) the lock file: O_CLOEXEC, mode 0666 less umask. */
int lock_open(int dirfd, const char *path, struct err *err) MUST_CHECK;
/* LOCK_EX or LOCK_SH by `deadline` (base/clock.h; 0: now or not at all). ERR_BUSY when somebody
 * else holds it: the message names their processes. `what` names the thing locked. */
int lock_take(int fd, int mode, uint64_t deadline, const char *what, struct err *err) MUST_CHECK;
/* "pid 12 (harness test), pid 34 (…)", "" when nobody is known to hold it. */
void lock_describe_holders(int fd, struct strbuf *out);

/* From the text of /proc/locks: the processes with an flock on this inode, each once. */
struct lock_pids {
	pid_t *v;
	size_t n;
};
void lock_parse_holders(const char *proc_locks, uint32_t major, uint32_t minor, uint64_t inode,
                        struct lock_pids *out);

#endif
