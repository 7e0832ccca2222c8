/* SPDX-License-Identifier: GPL-2.0-only */
#include "sidecar/hold.h"

#include <errno.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "sidecar/lock.h"

#define LOCKS      ".locks"
#define TIMEOUT_NS (30 * NS_PER_SEC)

static int open_locks(int root_fd, struct err *err)
{
	int fd;

	if (fs_mkdir_p(root_fd, LOCKS, err) < 0)
		return -(int)err->code;
	fd = openat(root_fd, LOCKS, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? err_sys(err, errno, LOCKS) : fd;
}

/* Whoever claims the directory needs the lock first, so it stays unclaimed while the lock is held. */
static int refuse_claimed(int locks_fd, const char *key, struct err *err)
{
	_cleanup_free_ char *name = xasprintf("%s.run", key);
	_cleanup_close_ int fd = lock_open(locks_fd, name, err);

	if (fd < 0)
		return fd;
	return lock_take(fd, LOCK_EX, 0, "the run directory", err);
}

int hold_take(int root_fd, const char *key, struct err *err)
{
	_cleanup_free_ char *name = xasprintf("%s.lock", key);
	_cleanup_close_ int locks = open_locks(root_fd, err), fd = -1;

	if (locks < 0)
		return err_wrap(err, "%s", key);
	fd = lock_open(locks, name, err);
	if (fd < 0)
		return err_wrap(err, "%s", key);
	if (lock_take(fd, LOCK_EX, deadline_in(TIMEOUT_NS), "the run directory", err) < 0 ||
	    refuse_claimed(locks, key, err) < 0)
		return err_wrap(err, "%s", key);
	return steal_fd(&fd);
}
