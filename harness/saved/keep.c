/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists the images and keeps the store below its size. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/variable.h"
#include "harness/saved/meta.h"
#include "harness/saved/place.h"

#define MAX_BYTES (4ull << 30)

int saved_max_bytes(uint64_t *out, struct err *err)
{
	const char *text = variable_get(VAR_KTSTR_IMAGES_MAX);

	*out = MAX_BYTES;
	return text ? parse_size(text, variable_name(VAR_KTSTR_IMAGES_MAX), out, err) : 0;
}

static uint64_t disk_bytes(int dirfd)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err ignored = ERR_INIT;
	uint64_t sum = 0;
	struct stat st;

	if (fs_list(dirfd, ".", &names, &ignored) < 0)
		return 0;
	strv_each (&names, i)
		if (fstatat(dirfd, names.v[i], &st, AT_SYMLINK_NOFOLLOW) == 0)
			sum += (uint64_t)st.st_blocks * 512;
	return sum;
}

/* An image without readable metadata is listed, so that it is pruned, too. */
static void take(struct saved_all *all, int root_fd, const char *key)
{
	_cleanup_close_ int fd = openat(root_fd, key, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct err ignored = ERR_INIT;
	struct saved im;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return;
	json_init(&saved_table, &im);
	if (meta_read(fd, &im, &ignored) < 0) {
		json_done(&saved_table, &im);
		im.summary = xstrdup("(no metadata)");
	}
	free(im.key);
	im.key = xstrdup(key);
	im.disk_bytes = disk_bytes(fd);
	im.used = (uint64_t)st.st_mtim.tv_sec;
	*xgrow(all->v, all->n) = im;
}

static int last_used_first(const void *a, const void *b)
{
	const struct saved *x = a, *y = b;

	if (x->used != y->used)
		return x->used < y->used ? 1 : -1;
	return strcmp(x->key, y->key);
}

/* The names in the store; none when there is no store. */
static int open_store(int *fd, struct strv *names, struct err *err)
{
	_cleanup_free_ char *root = NULL;

	if (saved_store_dir(&root, err) < 0)
		return -(int)err->code;
	*fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return errno == ENOENT ? 0 : err_path(err, errno, root);
	return fs_list(*fd, ".", names, err);
}

int saved_list(struct saved_all *out, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	_cleanup_close_ int root_fd = -1;
	struct saved_all all = { 0 };

	if (open_store(&root_fd, &names, err) < 0)
		return -(int)err->code;
	strv_each (&names, i)
		if (place_is_key(names.v[i]))
			take(&all, root_fd, names.v[i]);
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), last_used_first);
	*out = all;
	return 0;
}

void saved_all_done(struct saved_all *im)
{
	for (size_t i = 0; i < im->n; i++)
		saved_done(&im->v[i]);
	free(im->v);
	*im = (struct saved_all){ 0 };
}

uint64_t saved_all_bytes(const struct saved_all *im)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < im->n; i++)
		sum += im->v[i].disk_bytes;
	return sum;
}

int saved_remove(const char *key, struct err *err)
{
	CLEANUP(place_done) struct saved_place p = PLACE_NONE;
	_cleanup_close_ int lock = -1;

	if (place_open(key, &p, err) < 0 ||
	    (lock = place_lock(&p, deadline_in(NS_PER_SEC), err)) < 0)
		return -(int)err->code;
	return fs_remove_tree(p.root_fd, key, err);
}

int saved_check(const char *key, struct err *err)
{
	_cleanup_close_ int fd = -1;
	struct saved im;

	fd = meta_open_whole(key, &im, err);
	if (fd < 0)
		return -(int)err->code;
	saved_done(&im);
	return 0;
}

int saved_prune(uint64_t max_bytes, const char *but, size_t *removed, struct err *err)
{
	struct saved_all all;
	uint64_t left;
	int r = 0;

	*removed = 0;
	if (saved_list(&all, err) < 0)
		return -(int)err->code;
	left = saved_all_bytes(&all);
	for (size_t i = all.n; i-- && left > max_bytes && r == 0;) {
		if (but && streq(all.v[i].key, but))
			continue;
		r = saved_remove(all.v[i].key, err);
		if (r == -(int)ERR_BUSY) { /* it is being made anew */
			err_clear(err);
			r = 0;
			continue;
		}
		left -= all.v[i].disk_bytes;
		*removed += r == 0;
	}
	saved_all_done(&all);
	return r;
}

/* A temporary folder whose maker has ended: nobody holds the lock. The lock's file goes, too. */
static void sweep_one(const char *key)
{
	CLEANUP(place_done) struct saved_place p = PLACE_NONE;
	_cleanup_close_ int lock = -1;
	struct err ignored = ERR_INIT;

	if (place_open(key, &p, &ignored) < 0 || (lock = place_lock(&p, 0, &ignored)) < 0)
		return;
	if (fs_remove_tree(p.root_fd, p.temp, &ignored) == 0)
		unlinkat(p.root_fd, p.lock, 0);
}

int saved_sweep(struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	_cleanup_close_ int root_fd = -1;

	if (open_store(&root_fd, &names, err) < 0)
		return -(int)err->code;
	strv_each (&names, i)
		if (starts_with(names.v[i], PLACE_LOCK) &&
		    place_is_key(names.v[i] + strlen(PLACE_LOCK)))
			sweep_one(names.v[i] + strlen(PLACE_LOCK));
	return 0;
}
