/* SPDX-License-Identifier: GPL-2.0-only */
/* Compares with ld.so itself: the closure must find what LD_TRACE_LOADED_OBJECTS prints for a
 * program. */
#include "base/child.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/payload/ldcache.h"
#include "harness/payload/payload.h"
#include "tests/unit/test.h"

static int closure(const char *path, struct strv *files, struct err *err)
{
	_cleanup_close_ int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return payload_closure(root, path, NULL, files, err);
}

static void run_in(const char *dir, const char *command)
{
	const char *const argv[] = { "/bin/sh", "-ec", command, NULL };
	const struct child_run r = { .start = { .argv = (char *const *)argv, .dir = dir },
		                     .deadline = deadline_in(60 * NS_PER_SEC) };
	struct err err = ERR_INIT;

	ASSERT_OK(child_run(&r, &err));
}

/* The paths that ld.so prints, "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)". */
static void ask_ld_so(const char *program, struct strv *out)
{
	const char *const argv[] = { program, NULL };
	const char *const env[] = { "LD_TRACE_LOADED_OBJECTS=1", NULL };
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	const struct child_run r = { .start = { .argv = (char *const *)argv, .env = env },
		                     .out = &text,
		                     .max_bytes = 1 << 20,
		                     .deadline = deadline_in(10 * NS_PER_SEC) };
	_cleanup_strv_ struct strv words = STRV_INIT;
	struct err err = ERR_INIT;

	ASSERT_OK(child_run(&r, &err));
	strv_split(&words, strbuf_cstr(&text), " \t\n");
	strv_each (&words, i)
		if (words.v[i][0] == '/')
			strv_add(out, words.v[i]);
}

static void same_file(const struct strv *files, const char *path)
{
	struct stat want, is;

	ck_assert_int_eq(stat(path, &want), 0);
	strv_each (files, i)
		if (stat(files->v[i], &is) == 0 && is.st_ino == want.st_ino &&
		    is.st_dev == want.st_dev)
			return;
	ck_abort_msg("%s was not found", path);
}

static const struct {
	const char *label, *path;
} programs[] = {
	{ "sh", "/bin/sh" },
	{ "git", "/usr/bin/git" },
	{ "this one", "/proc/self/exe" },
};

TEST_ROWS(closure_is_what_ld_so_loads, programs)
{
	_cleanup_strv_ struct strv want = STRV_INIT, files = STRV_INIT;
	_cleanup_free_ char *path = realpath(row->path, NULL);
	struct err err = ERR_INIT;

	ck_assert_ptr_nonnull(path);
	ask_ld_so(path, &want);
	ck_assert_uint_gt(want.n, 1);
	ASSERT_OK(closure(path, &files, &err));
	ck_assert_str_eq(files.v[0], path);
	strv_each (&want, i)
		same_file(&files, want.v[i]);
	/* besides: the program, libgcc_s (ld.so loads it later), the cache if needed */
	ck_assert_uint_le(files.n, want.n + 3);
}

/* app → liba (by RUNPATH) → libb (only by liba's RUNPATH); app → libc1 (by RPATH) → libc2 (by the
 * program's RPATH; libc1 has none). */
TEST(closure_follows_rpath_and_runpath)
{
	_cleanup_free_ char *dir = test_tmpdir();
	_cleanup_free_ char *app = fs_join(dir, "bin/app"), *old = fs_join(dir, "bin/old");
	_cleanup_strv_ struct strv want = STRV_INIT, files = STRV_INIT, more = STRV_INIT;
	struct err err = ERR_INIT;

	run_in(dir, "mkdir bin one two\n"
	            "echo 'int b(void); int b(void) { return 1; }' >b.c\n"
	            "echo 'int b(void); int a(void); int a(void) { return b(); }' >a.c\n"
	            "echo 'int a(void); int main(void) { return a(); }' >m.c\n"
	            "cc -shared -fPIC -o two/libb.so b.c\n"
	            "cc -shared -fPIC -o one/liba.so a.c -Ltwo -lb "
	            "-Wl,--enable-new-dtags,-rpath,'$ORIGIN/../two'\n"
	            "cc -o bin/app m.c -Lone -la -Wl,--enable-new-dtags,-rpath,'${ORIGIN}/../one' "
	            "-Wl,-rpath-link,two\n"
	            "cc -shared -fPIC -o one/libold.so a.c -Ltwo -lb\n"
	            "cc -o bin/old m.c -Lone -lold -Wl,--disable-new-dtags "
	            "-Wl,-rpath,'$ORIGIN/../one:$ORIGIN/../two'\n");
	ask_ld_so(app, &want);
	ASSERT_OK(closure(app, &files, &err));
	ask_ld_so(old, &want);
	ASSERT_OK(closure(old, &more, &err));
	strv_each (&more, i)
		strv_add(&files, more.v[i]);
	strv_each (&want, i)
		same_file(&files, want.v[i]);
	run_in(dir, "rm two/libb.so");
	strv_done(&files);
	files = (struct strv){ 0 };
	ASSERT_ERR(closure(app, &files, &err), ERR_NOT_FOUND,
	           "liba.so needs libb.so, which was not found");
}

TEST(closure_takes_a_library_path)
{
	_cleanup_close_ int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_free_ char *dir = test_tmpdir(), *app = fs_join(dir, "app");
	_cleanup_free_ char *libs = xasprintf("/nowhere:%s", dir), *lib = fs_join(dir, "liba.so");
	_cleanup_strv_ struct strv files = STRV_INIT;
	struct err err = ERR_INIT;

	run_in(dir, "echo 'int a(void); int a(void) { return 1; }' >a.c\n"
	            "echo 'int a(void); int main(void) { return a(); }' >m.c\n"
	            "cc -shared -fPIC -o liba.so a.c; cc -o app m.c -L. -la\n");
	ASSERT_ERR(payload_closure(root, app, NULL, &files, &err), ERR_NOT_FOUND, "liba.so");
	ASSERT_OK(payload_closure(root, app, libs, &files, &err));
	ck_assert(strv_has(&files, lib));
}

TEST(closure_of_a_script_has_its_interpreters)
{
	_cleanup_free_ char *dir = test_tmpdir(), *path = fs_join(dir, "script");
	_cleanup_strv_ struct strv files = STRV_INIT;
	struct err err = ERR_INIT;

	run_in(dir, "printf '#!/usr/bin/env -S A=1 sh -e\\necho\\n' >script");
	ASSERT_OK(closure(path, &files, &err));
	ck_assert(strv_has(&files, path));
	ck_assert(strv_has(&files, "/usr/bin/env"));
	ck_assert(strv_has(&files, "/bin/sh") || strv_has(&files, "/usr/bin/sh"));
	strv_done(&files);
	files = (struct strv){ 0 };
	run_in(dir, "printf '#!/usr/bin/env no-such-shell\\n' >script");
	ASSERT_ERR(closure(path, &files, &err), ERR_NOT_FOUND, "no-such-shell");
	run_in(dir, "printf \"#!$PWD/script\\n\" >script");
	ASSERT_ERR(closure(path, &files, &err), ERR_FORMAT, "too many scripts");
}

TEST(closure_of_data_is_itself)
{
	_cleanup_free_ char *dir = test_tmpdir(), *path = fs_join(dir, "data");
	_cleanup_strv_ struct strv files = STRV_INIT;
	struct err err = ERR_INIT;

	run_in(dir, "echo '{}' >data");
	ASSERT_OK(closure(path, &files, &err));
	ck_assert_uint_eq(files.n, 1);
	ASSERT_ERR(closure("/no/such/program", &files, &err), ERR_NOT_FOUND, "/no/such/program");
	ASSERT_ERR(closure("relative", &files, &err), ERR_USAGE, "absolute");
}

/* An ELF file cut to any length or with any wrong byte: no crash. */
TEST(closure_survives_broken_files)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_free_ char *dir = test_tmpdir(), *path = fs_join(dir, "app");
	struct err err = ERR_INIT;

	run_in(dir, "echo 'int main(void) { return 0; }' >m.c; cc -o app m.c");
	ASSERT_OK(fs_read(AT_FDCWD, path, 1 << 20, &text, &err));
	for (size_t i = 0; i < text.n; i += 1 + i / 24) {
		_cleanup_strv_ struct strv files = STRV_INIT;
		struct err ignored = ERR_INIT;
		char was = text.s[i];

		ASSERT_OK(fs_write_atomic(AT_FDCWD, path, text.s, i, 0755, &err));
		if (closure(path, &files, &ignored) < 0)
			ck_assert_str_ne(ignored.msg, "");
		text.s[i] = (char)~was;
		ASSERT_OK(fs_write_atomic(AT_FDCWD, path, text.s, text.n, 0755, &err));
		if (closure(path, &files, &ignored) < 0)
			ck_assert_str_ne(ignored.msg, "");
		text.s[i] = was;
	}
}

TEST(ld_cache_survives_broken_files)
{
	_cleanup_strbuf_ struct strbuf cache = STRBUF_INIT;
	_cleanup_strv_ struct strv paths = STRV_INIT;
	struct err err = ERR_INIT;

	ASSERT_OK(fs_read(AT_FDCWD, "/etc/ld.so.cache", 64 << 20, &cache, &err));
	ld_cache_find(&cache, "libc.so.6", &paths);
	ck_assert_uint_ge(paths.n, 1);
	for (size_t n = 0; n < cache.n; n += 1 + n / 8) {
		struct strbuf copy = STRBUF_INIT;

		strbuf_add(&copy, cache.s, n);
		ld_cache_find(&copy, "libc.so.6", &paths);
		strbuf_done(&copy);
	}
	for (size_t i = 0; i < 64; i++) {
		cache.s[i] = (char)~cache.s[i];
		ld_cache_find(&cache, "libc.so.6", &paths);
		cache.s[i] = (char)~cache.s[i];
	}
}
