/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/saved/saved.h"

#include <errno.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/saved/meta.h"
#include "harness/saved/place.h"
#include "sidecar/lock.h"

void saved_key(const char *text, char key[65])
{
	mem_sha256(text, strlen(text), key);
}

/* 1: opened. 0: there is none. Negative: what is there is no image any more. */
static int open_whole(const struct saved_place *p, int *dirfd, struct err *err)
{
	_cleanup_close_ int fd = openat(p->root_fd, p->key, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct saved im;
	int r;

	if (fd < 0)
		return errno == ENOENT ? 0 : err_sys(err, errno, "%s", p->key);
	json_init(&saved_table, &im);
	r = meta_read(fd, &im, err);
	if (r == 0 && !streq(im.key, p->key))
		r = err_set(err, ERR_FORMAT, "its metadata is that of %s", im.key);
	if (r == 0)
		r = meta_check(fd, &im, false, err);
	saved_done(&im);
	if (r < 0)
		return r;
	futimens(fd, NULL); /* the time of the last use */
	*dirfd = steal_fd(&fd);
	return 1;
}

/* Fills the temporary folder. */
static int fill(const struct saved_place *p, const struct saved_want *w, struct err *err)
{
	_cleanup_close_ int fd = -1;
	uint64_t begin = clock_mono_ns();
	struct saved im;
	int r;

	if (fs_remove_tree(p->root_fd, p->temp, err) < 0 ||
	    fs_mkdir_p(p->root_fd, p->temp, err) < 0)
		return -(int)err->code;
	fd = openat(p->root_fd, p->temp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "%s", p->temp);
	if (w->make(w->arg, fd, err) < 0)
		return -(int)err->code;
	json_init(&saved_table, &im);
	im.key = xstrdup(p->key);
	im.summary = xstrdup(w->summary);
	im.portable = w->portable;
	im.made = clock_format_utc(time(NULL));
	im.made_s = (double)(clock_mono_ns() - begin) / NS_PER_SEC;
	r = meta_write(fd, &im, err);
	saved_done(&im);
	return r;
}

static int make(const struct saved_place *p, const struct saved_want *w, struct err *err)
{
	struct err ignored = ERR_INIT;

	if (fill(p, w, err) == 0 && renameat(p->root_fd, p->temp, p->root_fd, p->key) < 0)
		err_sys(err, errno, "renaming %s", p->temp);
	if (err->code) {
		(void)!fs_remove_tree(p->root_fd, p->temp, &ignored);
		return -(int)err->code;
	}
	return fsync(p->root_fd) < 0 ? err_sys(err, errno, "the folder of images") : 0;
}

/* With the lock held: somebody else may have made it meanwhile. */
static int open_or_make(const struct saved_place *p, const struct saved_want *w,
                        struct saved_opened *out, struct err *err)
{
	int r = open_whole(p, &out->dirfd, err);

	if (r > 0)
		return 0;
	if (r < 0) {
		out->dropped = xstrdup(err->msg);
		err_clear(err);
		if (fs_remove_tree(p->root_fd, p->key, err) < 0)
			return err_wrap(err, "image %.12s", p->key);
	}
	if (make(p, w, err) < 0)
		return -(int)err->code;
	out->made = true;
	r = open_whole(p, &out->dirfd, err);
	return r > 0 ? 0 : r < 0 ? r : err_set(err, ERR_NOT_FOUND, "image %.12s", p->key);
}

static int prune_to_size(const char *key, struct err *err)
{
	uint64_t max;
	size_t removed;

	return saved_max_bytes(&max, err) < 0 ? -(int)err->code
	                                      : saved_prune(max, key, &removed, err);
}

int saved_get(const struct saved_want *w, struct saved_opened *out, struct err *err)
{
	struct saved_opened o = { .dirfd = -1 };
	CLEANUP(place_done) struct saved_place p = PLACE_NONE;
	_cleanup_close_ int lock = -1;
	struct err broken = ERR_INIT;

	saved_key(w->text, o.key);
	if (place_open(o.key, &p, err) < 0)
		return -(int)err->code;
	if (open_whole(&p, &o.dirfd, &broken) <= 0) {
		if ((lock = place_lock(&p, w->deadline, err)) < 0)
			return -(int)err->code;
		if (open_or_make(&p, w, &o, err) < 0 || (o.made && prune_to_size(o.key, err) < 0)) {
			cleanup_close(&o.dirfd);
			free(o.dropped);
			return -(int)err->code;
		}
	}
	*out = o;
	return 0;
}
