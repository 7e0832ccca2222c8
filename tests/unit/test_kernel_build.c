/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/kernel/build.h"
#include "harness/kernel/kmake.h"
#include "harness/kernel/source_tree.h"
#include "harness/kernel/unpack.h"

static const char kconfig[] = "config A\n\tbool\nconfig B\n\tbool\n\tdepends on A && !C\n"
			      "config N\n\tint\n";

static const struct {
	const char *label, *fragment, *config, *says, *unknown;
} checks[] = {
	{ "all set", "CONFIG_A=y\nCONFIG_N=256\n", "CONFIG_A=y\nCONFIG_N=256\n", NULL, "" },
	{ "not set", "CONFIG_A=y\nCONFIG_B=y\n", "CONFIG_A=y\n# CONFIG_B is not set\n",
	  "CONFIG_B is not set (it depends on A && !C)", "" },
	{ "no dependency", "CONFIG_A=y\n", "", "CONFIG_A is not set", "" },
	{ "another value", "CONFIG_N=256\n", "CONFIG_N=64\n", "CONFIG_N is 64", "" },
	{ "two", "CONFIG_A=y\nCONFIG_B=y\n", "", "CONFIG_A is not set; CONFIG_B is not set", "" },
	{ "not known", "CONFIG_A=y\nCONFIG_NEW=y\n", "CONFIG_A=y\n", NULL, "CONFIG_NEW" },
};
TEST_ROWS(build_checks_that_the_fragment_is_set, checks)
{
	_cleanup_strv_ struct strv unknown = STRV_INIT;
	_cleanup_free_ char *list = NULL;
	struct err err = ERR_INIT;

	if (row->says)
		ASSERT_ERR(build_check_config(row->fragment, row->config, kconfig, &unknown, &err),
		           ERR_USAGE, row->says);
	else
		ASSERT_OK(build_check_config(row->fragment, row->config, kconfig, &unknown, &err));
	list = strv_join(&unknown, " ");
	ck_assert_str_eq(list, row->unknown);
}

static const struct {
	const char *label, *version, *want;
} mirrors[] = {
	{ "https://m/kernel", "6.14", "https://m/kernel/v6.x/linux-6.14.tar.xz" },
	{ "http://m//", "7.0.13", "http://m/v7.x/linux-7.0.13.tar.xz" },
};
TEST_ROWS(source_has_its_place_on_the_mirror, mirrors)
{
	char *got = source_mirror_url(row->label, row->version);

	ck_assert_str_eq(got, row->want);
	free(got);
}

static const struct {
	const char *label, *output, *want;
} outputs[] = {
	{ "compiler", "  CC      a.o\na.c:3:1: error: no semicolon\nmake[1]: *** [a.o] Error 1\n",
	  "a.c:3:1: error: no semicolon" },
	{ "linker", "  LD      vmlinux\nld: a.o: undefined reference to `x'\nmake: *** Error 1",
	  "ld: a.o: undefined reference to `x'" },
	{ "make alone", "make: *** No rule to make target 'x'.  Stop.",
	  "make: *** No rule to make target 'x'.  Stop." },
	{ "nothing", "  CC      a.o\n", NULL },
};
TEST_ROWS(kmake_finds_the_cause, outputs)
{
	_cleanup_free_ char *got = kmake_cause(row->output);

	if (row->want)
		ck_assert_str_eq(got ? got : "(none)", row->want);
	else
		ck_assert_ptr_null(got);
}

struct member {
	const char *name, *text, *link;
};

static void make_tarball(const char *path, const struct member *m, size_t n)
{
	struct archive *a = archive_write_new();

	archive_write_add_filter_xz(a);
	archive_write_set_format_pax_restricted(a);
	ck_assert_int_eq(archive_write_open_filename(a, path), ARCHIVE_OK);
	for (size_t i = 0; i < n; i++) {
		struct archive_entry *e = archive_entry_new();

		archive_entry_set_pathname(e, m[i].name);
		archive_entry_set_perm(e, 0755);
		archive_entry_set_filetype(e, m[i].link   ? AE_IFLNK
		                              : m[i].text ? AE_IFREG
		                                          : AE_IFDIR);
		if (m[i].link)
			archive_entry_set_symlink(e, m[i].link);
		if (m[i].text)
			archive_entry_set_size(e, (la_int64_t)strlen(m[i].text));
		ck_assert_int_eq(archive_write_header(a, e), ARCHIVE_OK);
		if (m[i].text)
			archive_write_data(a, m[i].text, strlen(m[i].text));
		archive_entry_free(e);
	}
	archive_write_close(a);
	archive_write_free(a);
}

TEST(unpack_leaves_the_first_folder_out)
{
	static const struct member members[] = {
		{ .name = "linux-6.14/" },
		{ .name = "linux-6.14/Makefile", .text = "all:\n" },
		{ .name = "linux-6.14/kernel/sched/ext.c", .text = "int x;\n" },
		{ .name = "linux-6.14/link", .link = "kernel" },
	};
	_cleanup_free_ char *dir = test_tmpdir();
	_cleanup_free_ char *tarball = fs_join(dir, "t.tar.xz");
	_cleanup_free_ char *to = fs_join(dir, "out");
	_cleanup_free_ char *file = fs_join(to, "kernel/sched/ext.c");
	_cleanup_free_ char *link = fs_join(to, "link/sched/ext.c");
	struct err err = ERR_INIT;

	make_tarball(tarball, members, ARRAY_SIZE(members));
	ASSERT_OK(unpack_tarball(tarball, to, &err));
	ck_assert(fs_exists(AT_FDCWD, file));
	ck_assert(fs_exists(AT_FDCWD, link));
}

static const struct {
	const char *label;
	struct member members[2];
} outside[] = {
	{ "upwards", { { .name = "l/../../evil", .text = "x" } } },
	{ "through a link",
	  { { .name = "l/up", .link = "../.." }, { .name = "l/up/evil", .text = "x" } } },
};
TEST_ROWS(unpack_writes_nothing_outside, outside)
{
	_cleanup_free_ char *dir = test_tmpdir();
	_cleanup_free_ char *tarball = fs_join(dir, "t.tar.xz");
	_cleanup_free_ char *to = fs_join(dir, "a/out");
	_cleanup_free_ char *parent = fs_join(dir, "a");
	_cleanup_free_ char *evil = fs_join(dir, "evil");
	_cleanup_free_ char *evil2 = fs_join(dir, "a/evil");
	struct err err = ERR_INIT;

	ASSERT_OK(fs_mkdir_p(AT_FDCWD, parent, &err));
	make_tarball(tarball, row->members, row->members[1].name ? 2 : 1);
	ASSERT_ERR(unpack_tarball(tarball, to, &err), ERR_FORMAT, "t.tar.xz");
	ck_assert(!fs_exists(AT_FDCWD, to));
	ck_assert(!fs_exists(AT_FDCWD, evil));
	ck_assert(!fs_exists(AT_FDCWD, evil2));
}
