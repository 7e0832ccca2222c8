/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/saved/saved.h"

#define RAM_BYTES (8u << 20)

/* Makes "state", and "ram0" with a page in the middle of holes. */
static int write_files(int dirfd, char fill)
{
	_cleanup_close_ int state = openat(dirfd, "state", O_WRONLY | O_CREAT, 0666);
	_cleanup_close_ int ram = openat(dirfd, "ram0", O_WRONLY | O_CREAT, 0666);
	char page[4096];

	memset(page, fill, sizeof(page));
	ck_assert_int_eq(write(state, page, 100), 100);
	ck_assert_int_eq(ftruncate(ram, RAM_BYTES), 0);
	ck_assert_int_eq(pwrite(ram, page, sizeof(page), 1 << 20), sizeof(page));
	return 0;
}

static int made;

static int make_it(void *arg, int dirfd, struct err *err UNUSED)
{
	const struct timespec slow = { .tv_nsec = 50 * NS_PER_MS };

	nanosleep(&slow, NULL);
	__atomic_add_fetch(&made, 1, __ATOMIC_SEQ_CST);
	return write_files(dirfd, *(const char *)arg);
}

static int make_half(void *arg, int dirfd, struct err *err)
{
	make_it(arg, dirfd, err);
	return err_set(err, ERR_SYSTEM, "write: No space left on device");
}

static struct saved_want want_of(const char *text)
{
	static char fill = 'x';

	return (struct saved_want){ .text = text,
		                    .summary = text,
		                    .portable = true,
		                    .deadline = deadline_in(20 * NS_PER_SEC),
		                    .make = make_it,
		                    .arg = &fill };
}

/* A store of its own; its folder is the caller's to free. */
static char *new_store(void)
{
	char *dir = test_tmpdir();

	setenv("XDG_CACHE_HOME", dir, 1);
	made = 0;
	return dir;
}

static void get(const char *text, struct saved_opened *out)
{
	struct saved_want w = want_of(text);
	struct err err = ERR_INIT;

	ASSERT_OK(saved_get(&w, out, &err));
	close(out->dirfd);
}

static char *path_of(const char *dir, const struct saved_opened *o, const char *name)
{
	return xasprintf("%s/ktstr/images/%s/%s", dir, o->key, name);
}

static void *get_one(void *arg UNUSED)
{
	struct saved_opened o;

	get("one", &o);
	free(o.dropped);
	return NULL;
}

TEST(saved_is_made_once_for_many_threads)
{
	_cleanup_free_ char *dir = new_store();
	pthread_t threads[8];

	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, get_one, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(made, 1);
}

/* What somebody did to a file of it, and whether it is still good. */
static const struct {
	const char *label, *name;
	int64_t size;
	int64_t flip_at;
	const char *says; /* NULL: it is still good */
} damages[] = {
	{ "untouched", "state", -1, -1, NULL },
	{ "cut short", "ram0", RAM_BYTES - 4096, -1, "ram0 has 8384512 bytes" },
	{ "a bit in a hole", "ram0", -1, 17, "ram0 has changed" },
	{ "a bit", "ram0", -1, (1 << 20) + 5, "ram0 has changed" },
	{ "a bit of the state", "state", -1, 50, "state has changed" },
	{ "metadata", "metadata.json", 0, -1, "metadata.json" },
};
TEST_ROWS(saved_that_is_damaged_is_made_again, damages)
{
	_cleanup_free_ char *dir = new_store();
	struct saved_opened o;

	get("one", &o);
	_cleanup_free_ char *path = path_of(dir, &o, row->name);
	_cleanup_close_ int fd = open(path, O_RDWR);
	if (row->size >= 0)
		ck_assert_int_eq(ftruncate(fd, row->size), 0);
	if (row->flip_at >= 0)
		ck_assert_int_eq(pwrite(fd, "y", 1, row->flip_at), 1);
	get("one", &o);
	ck_assert_int_eq(made, row->says ? 2 : 1);
	ck_assert_int_eq(o.made, row->says != NULL);
	if (row->says)
		ck_assert_ptr_nonnull(strstr(o.dropped, row->says));
	free(o.dropped);
}

static const struct {
	const char *label, *name;
} replaced[] = { { "metadata", "metadata.json" }, { "state", "state" } };
TEST_ROWS(saved_with_a_fifo_for_a_file_is_made_again, replaced)
{
	_cleanup_free_ char *dir = new_store();
	struct saved_opened o;

	get("one", &o);
	_cleanup_free_ char *path = path_of(dir, &o, row->name);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkfifo(path, 0644), 0);
	get("one", &o);
	ck_assert_int_eq(made, 2);
	ck_assert_ptr_nonnull(strstr(o.dropped, "not a regular file"));
	free(o.dropped);
}

TEST(saved_that_was_only_touched_is_kept)
{
	_cleanup_free_ char *dir = new_store();
	struct saved_opened o;

	get("one", &o);
	_cleanup_free_ char *path = path_of(dir, &o, "ram0");
	ck_assert_int_eq(utimensat(AT_FDCWD, path, NULL, 0), 0);
	get("one", &o);
	ck_assert_int_eq(made, 1);
}

TEST(saved_that_cannot_be_made_leaves_nothing)
{
	_cleanup_free_ char *dir = new_store();
	_cleanup_free_ char *root = xasprintf("%s/ktstr/images", dir);
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct saved_want w = want_of("one");
	struct saved_opened o;
	struct err err = ERR_INIT;

	w.make = make_half;
	ck_assert_int_eq(saved_get(&w, &o, &err), -ERR_SYSTEM);
	ck_assert_ptr_nonnull(strstr(err.msg, "No space left"));
	err_clear(&err);
	ASSERT_OK(saved_sweep(&err));
	ASSERT_OK(fs_list(AT_FDCWD, root, &names, &err));
	ck_assert_uint_eq(names.n, 0);
}

TEST(saved_of_a_killed_maker_is_swept)
{
	_cleanup_free_ char *dir = new_store();
	struct saved_opened o;
	struct err err = ERR_INIT;
	char key[65];

	saved_key("one", key);
	_cleanup_free_ char *temp = xasprintf("%s/ktstr/images/.tmp-%s/x", dir, key);
	_cleanup_free_ char *lock = xasprintf("%s/ktstr/images/.lock-%s", dir, key);
	ASSERT_OK(fs_mkdir_p(AT_FDCWD, temp, &err));
	close(open(lock, O_WRONLY | O_CREAT, 0666));
	ASSERT_OK(saved_sweep(&err));
	ck_assert(!fs_exists(AT_FDCWD, temp));
	ASSERT_OK(fs_mkdir_p(AT_FDCWD, temp, &err));
	get("one", &o);
	ck_assert(o.made);
	ck_assert(!fs_exists(AT_FDCWD, temp));
}

TEST(saved_least_recently_used_goes_first)
{
	static const char *const texts[] = { "one", "two", "three" };
	_cleanup_free_ char *dir = new_store();
	struct saved_opened o[3];
	struct saved_all all;
	struct err err = ERR_INIT;
	size_t removed;

	for (size_t i = 0; i < 3; i++) {
		const struct timespec used[2] = { { .tv_sec = 1000 - (time_t)i },
			                          { .tv_sec = 1000 - (time_t)i } };

		get(texts[i], &o[i]);
		_cleanup_free_ char *path = path_of(dir, &o[i], "");
		ck_assert_int_eq(utimensat(AT_FDCWD, path, used, 0), 0);
	}
	ASSERT_OK(saved_list(&all, &err));
	ck_assert_uint_eq(all.n, 3);
	ck_assert_str_eq(all.v[0].key, o[0].key);
	ck_assert_str_eq(all.v[0].summary, "one");
	ck_assert_uint_ge(all.v[0].disk_bytes, 4196);
	ck_assert_uint_lt(all.v[0].disk_bytes, RAM_BYTES);
	uint64_t two = saved_all_bytes(&all) - all.v[2].disk_bytes;
	saved_all_done(&all);
	ASSERT_OK(saved_prune(two, NULL, &removed, &err));
	ck_assert_uint_eq(removed, 1);
	ASSERT_OK(saved_prune(0, o[1].key, &removed, &err));
	ck_assert_uint_eq(removed, 1);
	ASSERT_OK(saved_list(&all, &err));
	ck_assert_uint_eq(all.n, 1);
	ck_assert_str_eq(all.v[0].key, o[1].key);
	saved_all_done(&all);
}

/* An exported image of the text, in a store of its own. */
static char *export_one(const char *text, struct saved_opened *o)
{
	char *dir = new_store(), *file = xasprintf("%s/one.machine", dir);
	struct err err = ERR_INIT;

	get(text, o);
	ASSERT_OK(saved_export(o->key, file, &err));
	free(dir);
	return file;
}

TEST(saved_is_carried_to_another_store)
{
	struct saved_opened o;
	_cleanup_free_ char *file = export_one("one", &o), *dir = new_store();
	_cleanup_free_ char *ram = path_of(dir, &o, "ram0");
	struct err err = ERR_INIT;
	struct saved im;
	struct stat st;

	ASSERT_OK(saved_import(file, &im, &err));
	ck_assert_str_eq(im.key, o.key);
	ck_assert_str_eq(im.summary, "one");
	saved_done(&im);
	ck_assert_int_eq(stat(ram, &st), 0);
	ck_assert_int_eq(st.st_size, RAM_BYTES);
	ck_assert_int_lt(st.st_blocks * 512, RAM_BYTES / 2);
	get("one", &o);
	ck_assert(!o.made && !o.dropped);
	ASSERT_OK(saved_import(file, &im, &err)); /* once more: in place of the first */
	saved_done(&im);
	ASSERT_OK(saved_check(o.key, &err));
}

TEST(saved_that_was_damaged_on_the_way_is_not_taken)
{
	struct saved_opened o;
	_cleanup_free_ char *file = export_one("one", &o), *dir = new_store();
	_cleanup_free_ char *images = xasprintf("%s/ktstr/images", dir);
	_cleanup_strbuf_ struct strbuf whole = STRBUF_INIT;
	struct err err = ERR_INIT;

	ASSERT_OK(fs_read(AT_FDCWD, file, 1 << 20, &whole, &err));
	for (size_t cut = 0; cut < whole.n; cut += whole.n / 7) {
		_cleanup_strv_ struct strv left = STRV_INIT;
		struct err why = ERR_INIT;
		struct saved im;

		ASSERT_OK(fs_write_atomic(AT_FDCWD, file, whole.s, cut, 0644, &err));
		ck_assert_int_lt(saved_import(file, &im, &why), 0);
		if (!fs_exists(AT_FDCWD, images))
			continue;
		ASSERT_OK(fs_list(AT_FDCWD, images, &left, &err));
		strv_each (&left, i)
			ck_assert_msg(starts_with(left.v[i], ".lock-"), "left: %s", left.v[i]);
	}
	whole.s[whole.n / 2] ^= 1;
	ASSERT_OK(fs_write_atomic(AT_FDCWD, file, whole.s, whole.n, 0644, &err));
	struct saved im;
	ck_assert_int_lt(saved_import(file, &im, &err), 0);
}

TEST(saved_of_this_host_only_is_not_exported)
{
	_cleanup_free_ char *dir = new_store(), *file = xasprintf("%s/one.machine", dir);
	struct saved_want w = want_of("one");
	struct saved_opened o;
	struct err err = ERR_INIT;

	w.portable = false;
	ASSERT_OK(saved_get(&w, &o, &err));
	close(o.dirfd);
	ck_assert_int_eq(saved_export(o.key, file, &err), -ERR_USAGE);
	ck_assert(!fs_exists(AT_FDCWD, file));
}
