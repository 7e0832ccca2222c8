/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/kernel/cache_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "base/fs.h"
#include "base/mem.h"

int cache_lock(const char *folder, void (*note)(const char *line), int *fd, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s.lock", folder);
	_cleanup_close_ int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	if (lock < 0)
		return err_sys(err, errno, "%s", path);
	if (flock(lock, LOCK_EX | LOCK_NB) < 0) {
		_cleanup_free_ char *line =
			xasprintf("waiting for another process that uses %s", folder);

		if (errno != EWOULDBLOCK)
			return err_sys(err, errno, "%s", path);
		if (note)
			note(line);
		if (flock(lock, LOCK_EX) < 0)
			return err_sys(err, errno, "%s", path);
	}
	*fd = steal_fd(&lock);
	return 0;
}
