/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/saved/place.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/saved/saved.h"
#include "sidecar/lock.h"

int saved_store_dir(char **out, struct err *err)
{
	_cleanup_free_ char *cache = NULL;

	if (fs_cache_dir(&cache, err) < 0)
		return -(int)err->code;
	*out = fs_join(cache, "images");
	return 0;
}

bool place_is_key(const char *name)
{
	return strlen(name) == 64 && strspn(name, "0123456789abcdef") == 64;
}

int place_open(const char *key, struct saved_place *out, struct err *err)
{
	_cleanup_free_ char *root = NULL;
	int fd;

	if (!place_is_key(key))
		return err_set(err, ERR_USAGE, "\"%s\" is not the key of an image", key);
	if (saved_store_dir(&root, err) < 0 || fs_mkdir_p(AT_FDCWD, root, err) < 0)
		return -(int)err->code;
	fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_path(err, errno, root);
	*out = (struct saved_place){ .root_fd = fd,
		                     .key = key,
		                     .temp = xasprintf(PLACE_TEMP "%s", key),
		                     .lock = xasprintf(PLACE_LOCK "%s", key) };
	return 0;
}

void place_done(struct saved_place *p)
{
	if (p->root_fd >= 0)
		close(p->root_fd);
	free(p->temp);
	free(p->lock);
}

/* The file may have been removed between opening and locking; then it locks nothing. */
static bool is_the_lock(const struct saved_place *p, int fd)
{
	struct stat ours, named;

	return fstat(fd, &ours) == 0 && fstatat(p->root_fd, p->lock, &named, 0) == 0 &&
	       ours.st_ino == named.st_ino;
}

int place_lock(const struct saved_place *p, uint64_t deadline, struct err *err)
{
	_cleanup_free_ char *what = xasprintf("image %.12s", p->key);

	for (;;) {
		_cleanup_close_ int fd = lock_open(p->root_fd, p->lock, err);

		if (fd < 0 || lock_take(fd, LOCK_EX, deadline, what, err) < 0)
			return -(int)err->code;
		if (is_the_lock(p, fd))
			return steal_fd(&fd);
	}
}
