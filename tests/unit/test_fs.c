/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

/* A directory for each test, entered by descriptor. */
struct fs_place {
	char *path;
	int fd;
};

static struct fs_place place_new(void)
{
	struct fs_place p = { .path = test_tmpdir() };

	p.fd = open(p.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(p.fd, 0);
	return p;
}

static void place_done(struct fs_place *p)
{
	close(p->fd);
	free(p->path);
}
#define _cleanup_place_ CLEANUP(place_done)

static void put(int dirfd, const char *name, const char *text)
{
	struct err err = ERR_INIT;

	ASSERT_OK(fs_write_atomic(dirfd, name, text, strlen(text), 0644, &err));
}

static void check_content(int dirfd, const char *name, const char *want)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;

	ASSERT_OK(fs_read(dirfd, name, 1 << 20, &b, &err));
	ck_assert_str_eq(strbuf_cstr(&b), want);
}

static void check_names(int dirfd, const char *dir, const char *want)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	_cleanup_free_ char *got = NULL;
	struct err err = ERR_INIT;

	ASSERT_OK(fs_list(dirfd, dir, &names, &err));
	got = strv_join(&names, " ");
	ck_assert_str_eq(got, want);
}

TEST(read_appends_and_is_bounded)
{
	_cleanup_place_ struct fs_place p = place_new();
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;

	put(p.fd, "f", "12345");
	strbuf_adds(&b, "before ");
	ASSERT_ERR(fs_read(p.fd, "f", 4, &b, &err), ERR_LIMIT, "f: longer than 4 bytes");
	ck_assert_str_eq(b.s, "before ");
	ck_assert_uint_eq(b.n, 7);
	ASSERT_OK(fs_read(p.fd, "f", 5, &b, &err));
	ck_assert_str_eq(b.s, "before 12345");
}

TEST(read_of_what_is_not_there)
{
	_cleanup_place_ struct fs_place p = place_new();
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;

	put(p.fd, "f", "");
	ASSERT_ERR(fs_read(p.fd, "none", 9, &b, &err), ERR_NOT_FOUND, "none: No such file");
	ASSERT_ERR(fs_read(p.fd, "f/x", 9, &b, &err), ERR_NOT_FOUND, "Not a directory");
	ASSERT_ERR(fs_read(p.fd, ".", 9, &b, &err), ERR_SYSTEM, "Is a directory");
	ck_assert_uint_eq(b.n, 0);
}

TEST(read_of_files_without_a_size)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;

	ASSERT_OK(fs_read(AT_FDCWD, "/proc/self/status", 1 << 20, &b, &err));
	ck_assert_ptr_nonnull(strstr(b.s, "Threads:"));
}

static const struct {
	const char *label, *in, *want;
} lines[] = {
	{ "one line", "abc\n", "abc" },
	{ "no end", "abc", "abc" },
	{ "white space around", " \t abc \n", "abc" },
	{ "first of many", "abc\ndef\n", "abc" },
	{ "empty", "", "" },
	{ "blank", "   \n", "" },
	{ "blank first", "\nabc", "" },
};
TEST_ROWS(line, lines)
{
	_cleanup_place_ struct fs_place p = place_new();
	_cleanup_free_ char *got = NULL;

	put(p.fd, "f", row->in);
	got = fs_read_line(p.fd, "f");
	ck_assert_pstr_eq(got, row->want);
}

TEST(line_of_nothing_or_too_much)
{
	_cleanup_place_ struct fs_place p = place_new();
	_cleanup_free_ char *big = xcalloc(1, (64 << 10) + 2), *got = NULL;

	ck_assert_ptr_null(fs_read_line(p.fd, "none"));
	memset(big, 'x', (64 << 10) + 1);
	put(p.fd, "big", big);
	ck_assert_ptr_null(fs_read_line(p.fd, "big"));
	put(p.fd, "fits", big + 1);
	got = fs_read_line(p.fd, "fits");
	ck_assert_ptr_nonnull(got);
}

TEST(number_in_a_file)
{
	_cleanup_place_ struct fs_place p = place_new();
	uint64_t v = 9;

	put(p.fd, "f", " 42\n");
	ck_assert(fs_read_u64(p.fd, "f", &v));
	ck_assert_uint_eq(v, 42);
	put(p.fd, "f", "42 x\n");
	ck_assert(!fs_read_u64(p.fd, "f", &v));
	ck_assert(!fs_read_u64(p.fd, "none", &v));
	ck_assert_uint_eq(v, 42);
}

TEST(write_wants_an_existing_file)
{
	_cleanup_place_ struct fs_place p = place_new();
	struct err err = ERR_INIT;

	ASSERT_ERR(fs_write(p.fd, "f", "x", &err), ERR_NOT_FOUND, "f: ");
	put(p.fd, "f", "a long text");
	ASSERT_OK(fs_write(p.fd, "f", "short", &err));
	check_content(p.fd, "f", "short");
	ASSERT_ERR(fs_write(AT_FDCWD, "/dev/full", "x", &err), ERR_SYSTEM, "No space left");
}

TEST(atomic_write_replaces_and_leaves_nothing_else)
{
	_cleanup_place_ struct fs_place p = place_new();
	struct err err = ERR_INIT;
	struct stat st;

	put(p.fd, "f", "old");
	ASSERT_OK(fs_write_atomic(p.fd, "f", "a\0b", 3, 0600, &err));
	ck_assert_int_eq(fstatat(p.fd, "f", &st, 0), 0);
	ck_assert_int_eq(st.st_size, 3);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	ASSERT_OK(fs_write_atomic(p.fd, "f", NULL, 0, 0600, &err));
	check_content(p.fd, "f", "");
	check_names(p.fd, ".", "f");
}

TEST(atomic_write_works_with_any_path)
{
	_cleanup_place_ struct fs_place p = place_new();
	_cleanup_free_ char *abs = fs_join(p.path, "d/g");
	struct err err = ERR_INIT;

	ASSERT_OK(fs_mkdir_p(p.fd, "d", &err));
	put(p.fd, "d/f", "1");
	put(AT_FDCWD, abs, "2");
	check_content(p.fd, "d/f", "1");
	check_content(p.fd, "d/g", "2");
	check_names(p.fd, "d", "f g");
}

TEST(atomic_write_that_fails_leaves_nothing)
{
	_cleanup_place_ struct fs_place p = place_new();
	struct err err = ERR_INIT;

	ASSERT_OK(fs_mkdir_p(p.fd, "d/inside", &err));
	ASSERT_ERR(fs_write_atomic(p.fd, "none/f", "x", 1, 0644, &err), ERR_SYSTEM, "none/f");
	ASSERT_ERR(fs_write_atomic(p.fd, "d", "x", 1, 0644, &err), ERR_SYSTEM, "d: ");
	check_names(p.fd, ".", "d");
}

/* A file system of 64 KiB in this test's own mount namespace. */
static bool small_disk(const char *dir)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", dir, "tmpfs", 0, "size=64k,mode=0700") == 0;
}

TEST(full_disk_keeps_the_old_file)
{
	_cleanup_free_ char *dir = test_tmpdir(), *big = xcalloc(1, 100000);
	_cleanup_close_ int fd = -1;
	struct err err = ERR_INIT;

	if (!small_disk(dir))
		TEST_SKIP("no ENOSPC without the right to mount: %s", strerrordesc_np(errno));
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	put(fd, "f", "old");
	ASSERT_ERR(fs_write_atomic(fd, "f", big, 100000, 0644, &err), ERR_SYSTEM, "No space left");
	ck_assert_int_eq(err.sys_errno, ENOSPC);
	ASSERT_ERR(fs_stage(fd, ".tmp-x", big, 100000, 0644, &err), ERR_SYSTEM, "No space left");
	check_content(fd, "f", "old");
	check_names(fd, ".", "f");
}

TEST(full_disk_stops_a_copy)
{
	_cleanup_place_ struct fs_place p = place_new();
	_cleanup_free_ char *from = fs_join(p.path, "from"), *disk = fs_join(p.path, "disk");
	_cleanup_free_ char *to = fs_join(disk, "to"), *big = xcalloc(1, 100000);
	struct err err = ERR_INIT;

	ASSERT_OK(fs_write_atomic(AT_FDCWD, from, big, 100000, 0644, &err));
	ASSERT_OK(fs_mkdir_p(AT_FDCWD, disk, &err));
	if (!small_disk(disk))
		TEST_SKIP("no ENOSPC without the right to mount: %s", strerrordesc_np(errno));
	put(AT_FDCWD, to, "old");
	ASSERT_ERR(fs_copy(from, to, 0644, &err), ERR_SYSTEM, "No space left");
	check_content(AT_FDCWD, to, "old");
	check_names(AT_FDCWD, disk, "to");
}

TEST(stage_and_commit)
{
	_cleanup_place_ struct fs_place p = place_new();
	struct err err = ERR_INIT;

	put(p.fd, ".tmp-x", "what a killed writer left, longer");
	ASSERT_OK(fs_stage(p.fd, ".tmp-x", "new", 3, 0644, &err));
	ck_assert(!fs_exists(p.fd, "f"));
	ASSERT_OK(fs_commit(p.fd, ".tmp-x", "f", &err));
	check_content(p.fd, "f", "new");
	ASSERT_OK(fs_mkdir_p(p.fd, "d", &err));
	ASSERT_OK(fs_stage(p.fd, ".tmp-x", "new", 3, 0644, &err));
	ASSERT_ERR(fs_commit(p.fd, ".tmp-x", "d", &err), ERR_SYSTEM, "d: ");
	check_names(p.fd, ".", "d f");
}

TEST(stage_does_not_follow_a_link)
{
	_cleanup_place_ struct fs_place p = place_new();
	struct err err = ERR_INIT;

	put(p.fd, "precious", "x");
	ck_assert_int_eq(symlinkat("precious", p.fd, ".tmp-x"), 0);
	ASSERT_ERR(fs_stage(p.fd, ".tmp-x", "new", 3, 0644, &err), ERR_SYSTEM, NULL);
	check_content(p.fd, "precious", "x");
}

static const struct {
	const char *label;
} dirs[] = {
	{ "a" }, { "a/b/c" }, { "a/" }, { "a//b///c//" }, { "./a/../b" }, { "." }, { "a/./b" }
};
TEST_ROWS(mkdir_p_makes, dirs)
{
	_cleanup_place_ struct fs_place p = place_new();
	struct err err = ERR_INIT;

	ASSERT_OK(fs_mkdir_p(p.fd, row->label, &err));
	ck_assert(fs_is_dir(p.fd, row->label));
	ASSERT_OK(fs_mkdir_p(p.fd, row->label, &err));
}

TEST(mkdir_p_of_a_whole_path)
{
	_cleanup_place_ struct fs_place p = place_new();
	_cleanup_free_ char *path = fs_join(p.path, "x/y");
	struct err err = ERR_INIT;

	ASSERT_OK(fs_mkdir_p(AT_FDCWD, path, &err));
	ck_assert(fs_is_dir(p.fd, "x/y"));
	ASSERT_OK(fs_mkdir_p(AT_FDCWD, "/", &err));
}

TEST(mkdir_p_over_a_file)
{
	_cleanup_place_ struct fs_place p = place_new();
	struct err err = ERR_INIT;

	put(p.fd, "f", "");
	ASSERT_ERR(fs_mkdir_p(p.fd, "f", &err), ERR_SYSTEM, "Not a directory");
	ASSERT_ERR(fs_mkdir_p(p.fd, "f/x", &err), ERR_SYSTEM, "f");
	ASSERT_ERR(fs_mkdir_p(p.fd, "", &err), ERR_SYSTEM, NULL);
	ck_assert_int_eq(symlinkat(".", p.fd, "link"), 0);
	ASSERT_OK(fs_mkdir_p(p.fd, "link/new", &err));
	ck_assert(fs_is_dir(p.fd, "new"));
}

TEST(remove_tree_takes_everything_and_follows_nothing)
{
	_cleanup_place_ struct fs_place p = place_new();
	struct err err = ERR_INIT;

	ASSERT_OK(fs_mkdir_p(p.fd, "keep", &err));
	put(p.fd, "keep/f", "x");
	ASSERT_OK(fs_mkdir_p(p.fd, "t/a/b", &err));
	put(p.fd, "t/a/f", "x");
	put(p.fd, "t/.hidden", "x");
	ck_assert_int_eq(symlinkat("../keep", p.fd, "t/link"), 0);
	ck_assert_int_eq(symlinkat("nowhere", p.fd, "t/dangling"), 0);
	ASSERT_OK(fs_remove_tree(p.fd, "t/", &err));
	check_names(p.fd, ".", "keep");
	check_content(p.fd, "keep/f", "x");
	ASSERT_OK(fs_remove_tree(p.fd, "t", &err));
	ASSERT_OK(fs_remove_tree(p.fd, "keep/f", &err));
	check_names(p.fd, "keep", "");
}

TEST(remove_tree_of_a_link_to_a_directory)
{
	_cleanup_place_ struct fs_place p = place_new();
	struct err err = ERR_INIT;

	ASSERT_OK(fs_mkdir_p(p.fd, "keep/inside", &err));
	ck_assert_int_eq(symlinkat("keep", p.fd, "link"), 0);
	ASSERT_OK(fs_remove_tree(p.fd, "link/", &err));
	check_names(p.fd, ".", "keep");
	check_names(p.fd, "keep", "inside");
}

TEST(remove_tree_of_many)
{
	_cleanup_place_ struct fs_place p = place_new();
	struct err err = ERR_INIT;

	for (int i = 0; i < 500; i++) {
		_cleanup_free_ char *name = xasprintf("t/%d/x", i);

		ASSERT_OK(fs_mkdir_p(p.fd, name, &err));
	}
	ASSERT_OK(fs_remove_tree(p.fd, "t", &err));
	check_names(p.fd, ".", "");
}

TEST(remove_tree_says_what_it_cannot)
{
	struct err err = ERR_INIT;

	ASSERT_ERR(fs_remove_tree(AT_FDCWD, "/proc/self", &err), ERR_SYSTEM, "/proc/self");
}

TEST(list_is_sorted)
{
	_cleanup_place_ struct fs_place p = place_new();
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err err = ERR_INIT;

	put(p.fd, "b", "");
	put(p.fd, "a", "");
	put(p.fd, "B", "");
	put(p.fd, ".h", "");
	check_names(p.fd, ".", ".h B a b");
	ASSERT_ERR(fs_list(p.fd, "none", &names, &err), ERR_NOT_FOUND, "none");
	ASSERT_ERR(fs_list(p.fd, "a", &names, &err), ERR_NOT_FOUND, "Not a directory");
	ck_assert_uint_eq(names.n, 0);
}

TEST(copy_is_whole_and_exact)
{
	_cleanup_place_ struct fs_place p = place_new();
	_cleanup_free_ char *from = fs_join(p.path, "from"), *to = fs_join(p.path, "to");
	size_t n = 3 << 20;
	_cleanup_free_ char *data = xmalloc(n);
	_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;
	struct err err = ERR_INIT;
	struct stat st;

	for (size_t i = 0; i < n; i++)
		data[i] = (char)(i * 2654435761u >> 13);
	ASSERT_OK(fs_write_atomic(AT_FDCWD, from, data, n, 0600, &err));
	put(AT_FDCWD, to, "old");
	ASSERT_OK(fs_copy(from, to, 0755, &err));
	ASSERT_OK(fs_read(AT_FDCWD, to, n, &got, &err));
	ck_assert(got.n == n && memcmp(got.s, data, n) == 0);
	ck_assert_int_eq(stat(to, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0755);
	ASSERT_OK(fs_copy(from, from, 0600, &err)); /* not emptied by itself */
	ck_assert_int_eq(stat(from, &st), 0);
	ck_assert_int_eq(st.st_size, (off_t)n);
	check_names(p.fd, ".", "from to");
}

TEST(copy_of_a_file_without_a_size)
{
	_cleanup_place_ struct fs_place p = place_new();
	_cleanup_free_ char *to = fs_join(p.path, "to");
	_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;
	struct err err = ERR_INIT;

	ASSERT_OK(fs_copy("/proc/version", to, 0644, &err));
	ASSERT_OK(fs_read(AT_FDCWD, to, 4096, &got, &err));
	ck_assert(starts_with(got.s, "Linux version"));
	ASSERT_ERR(fs_copy("/nonexistent", to, 0644, &err), ERR_NOT_FOUND, "/nonexistent");
	ASSERT_ERR(fs_copy("/proc/version", "/nonexistent/x", 0644, &err), ERR_NOT_FOUND,
	           "/nonexistent/x");
}

static const struct {
	const char *label, *dir, *name, *want;
} joins[] = {
	{ "plain", "a", "b", "a/b" },
	{ "slash there", "a/", "b", "a/b" },
	{ "root", "/", "b", "/b" },
};
TEST_ROWS(join, joins)
{
	_cleanup_free_ char *got = fs_join(row->dir, row->name);

	ck_assert_str_eq(got, row->want);
}

TEST(basename_is_the_last_part)
{
	ck_assert_str_eq(fs_basename("a/b"), "b");
	ck_assert_str_eq(fs_basename("b"), "b");
	ck_assert_str_eq(fs_basename("/"), "");
}

static const struct {
	const char *label, *xdg, *home, *want;
} caches[] = {
	{ "XDG", "/x", "/h", "/x/ktstr" },
	{ "home", NULL, "/h", "/h/.cache/ktstr" },
	{ "relative XDG is ignored", "x", "/h", "/h/.cache/ktstr" },
	{ "empty XDG is ignored", "", "/h", "/h/.cache/ktstr" },
	{ "neither", NULL, NULL, NULL },
	{ "relative home", NULL, "h", NULL },
};
TEST_ROWS(cache_dir, caches)
{
	_cleanup_free_ char *got = NULL;
	struct err err = ERR_INIT;

	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOME");
	if (row->xdg)
		setenv("XDG_CACHE_HOME", row->xdg, 1);
	if (row->home)
		setenv("HOME", row->home, 1);
	if (row->want)
		ASSERT_OK(fs_cache_dir(&got, &err));
	else
		ASSERT_ERR(fs_cache_dir(&got, &err), ERR_USAGE, "XDG_CACHE_HOME");
	ck_assert_pstr_eq(got, row->want);
}

static const struct {
	const char *name;
	int flags;
	enum err_code want;
	const char *says;
} others_files[] = {
	{ "file", 0, ERR_NONE, NULL },
	{ "file", O_NOFOLLOW, ERR_NONE, NULL },
	{ "link", 0, ERR_NONE, NULL },
	{ "link", O_NOFOLLOW, ERR_FORMAT, "link: a symbolic link" },
	{ "pipe", 0, ERR_FORMAT, "pipe: not a regular file" },
	{ "dir", O_NOFOLLOW, ERR_FORMAT, "dir: not a regular file" },
	{ "socket", 0, ERR_SYSTEM, "socket" },
	{ "none", O_NOFOLLOW, ERR_NOT_FOUND, "none" },
};

/* A FIFO nobody writes to would keep a reader waiting for good. */
TEST(only_regular_files_are_opened)
{
	_cleanup_place_ struct fs_place p = place_new();

	put(p.fd, "file", "text");
	ck_assert_int_eq(symlinkat("file", p.fd, "link"), 0);
	ck_assert_int_eq(mkfifoat(p.fd, "pipe", 0644), 0);
	ck_assert_int_eq(mkdirat(p.fd, "dir", 0755), 0);
	ck_assert_int_eq(mknodat(p.fd, "socket", S_IFSOCK | 0644, 0), 0);
	for (size_t i = 0; i < ARRAY_SIZE(others_files); i++) {
		_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
		struct err err = ERR_INIT;
		struct stat st;
		_cleanup_close_ int fd = fs_open_regular(p.fd, others_files[i].name,
		                                         others_files[i].flags, &st, &err);

		ck_assert_int_eq(err.code, others_files[i].want);
		ck_assert_int_eq(fd >= 0, others_files[i].want == ERR_NONE);
		if (others_files[i].says)
			ck_assert_ptr_nonnull(strstr(err.msg, others_files[i].says));
		else
			ck_assert_int_eq(st.st_size, 4);
		if (others_files[i].flags)
			continue;
		err = (struct err)ERR_INIT;
		(void)!fs_read_regular(p.fd, others_files[i].name, 100, &text, &err);
		ck_assert_int_eq(err.code, others_files[i].want);
		ck_assert_str_eq(strbuf_cstr(&text), fd >= 0 ? "text" : "");
	}
}

TEST(which_searches_the_path)
{
	_cleanup_place_ struct fs_place p = place_new();
	_cleanup_free_ char *path = xasprintf("/nonexistent:%s:/bin", p.path), *got = NULL;
	_cleanup_free_ char *tool = fs_join(p.path, "tool"), *plain = fs_join(p.path, "plain");

	setenv("PATH", path, 1);
	put(p.fd, "plain", "");
	put(p.fd, "tool", "");
	ck_assert_int_eq(fchmodat(p.fd, "tool", 0755, 0), 0);
	ck_assert_int_eq(mkdirat(p.fd, "directory", 0755), 0);
	got = fs_which("tool");
	ck_assert_pstr_eq(got, tool);
	ck_assert_ptr_null(fs_which("plain"));
	ck_assert_ptr_null(fs_which("directory"));
	ck_assert_ptr_null(fs_which("none"));
	ck_assert_ptr_null(fs_which(plain));
	free(got);
	got = fs_which(tool);
	ck_assert_pstr_eq(got, tool);
}

/* From FIPS 180-2 and its appendix; the last one is sha256sum's output for a million 'a'. */
static const struct {
	const char *label, *in, *want;
} digests[] = {
	{ "empty", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "abc", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
};
TEST_ROWS(sha256, digests)
{
	_cleanup_place_ struct fs_place p = place_new();
	struct err err = ERR_INIT;
	char out[65] = "";

	mem_sha256(row->in, strlen(row->in), out);
	ck_assert_str_eq(out, row->want);
	put(p.fd, "f", row->in);
	memset(out, 0, sizeof(out));
	ASSERT_OK(fs_sha256(p.fd, "f", out, &err));
	ck_assert_str_eq(out, row->want);
}

TEST(sha256_of_a_large_file)
{
	static const char want[] =
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
	_cleanup_place_ struct fs_place p = place_new();
	_cleanup_free_ char *data = xmalloc(1000000);
	struct err err = ERR_INIT;
	char out[65] = "untouched";

	memset(data, 'a', 1000000);
	ASSERT_OK(fs_write_atomic(p.fd, "f", data, 1000000, 0644, &err));
	ASSERT_ERR(fs_sha256(p.fd, "none", out, &err), ERR_NOT_FOUND, "none");
	ASSERT_ERR(fs_sha256(p.fd, ".", out, &err), ERR_SYSTEM, NULL);
	ck_assert_str_eq(out, "untouched");
	ASSERT_OK(fs_sha256(p.fd, "f", out, &err));
	ck_assert_str_eq(out, want);
}
