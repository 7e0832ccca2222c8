/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <unistd.h>

#include "base/fs.h"
#include "harness/agent/archive.h"
#include "vmm/memfile.h"
#include "vmm/vmm.h"

static const struct vm_file files[] = {
	{ .path = "lib/a.bpf.o", .data = "12345", .n = 5, .mode = 0644 },
	{ .path = "job", .data = "", .n = 0, .mode = 0755 },
};

/* Two archives, one behind the other, then zeros: as the input of a guest is. */
static void make_input(struct strbuf *out)
{
	struct err err = ERR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		int fd;

		ASSERT_OK(vm_initramfs(&files[i], 1, &fd, &err));
		memfile_read_bounded(fd, 1 << 20, out);
		close(fd);
	}
	for (int i = 0; i < 4096; i++)
		strbuf_add(out, "", 1);
}

TEST(archive_gives_the_entries_of_all_archives)
{
	static const char *const want[] = { "lib", "lib/a.bpf.o", "job" };
	_cleanup_strbuf_ struct strbuf in = STRBUF_INIT;
	struct archive_reader r;
	struct archive_file f;
	struct err err = ERR_INIT;

	make_input(&in);
	r = (struct archive_reader){ .data = (const uint8_t *)in.s, .n = in.n };
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		ck_assert_int_eq(archive_next(&r, &f, &err), 1);
		ck_assert_str_eq(f.path, want[i]);
		if (i == 1) {
			ck_assert_uint_eq(f.n, 5);
			ck_assert_mem_eq(f.data, "12345", 5);
			ck_assert_uint_eq(f.mode, S_IFREG | 0644);
		}
	}
	ck_assert_int_eq(archive_next(&r, &f, &err), 0);
}

TEST(archive_is_written_below_the_root)
{
	_cleanup_strbuf_ struct strbuf in = STRBUF_INIT;
	_cleanup_free_ char *line = NULL;
	_cleanup_free_ char *dir = test_tmpdir();
	struct archive_reader r;
	struct archive_file f;
	struct err err = ERR_INIT;

	int root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	make_input(&in);
	r = (struct archive_reader){ .data = (const uint8_t *)in.s, .n = in.n };
	while (archive_next(&r, &f, &err) > 0)
		ASSERT_OK(archive_unpack(root, &f, &err));
	line = fs_read_line(root, "lib/a.bpf.o");
	ck_assert_str_eq(line, "12345");
	ck_assert(fs_exists(root, "job"));
	close(root);
}

TEST(archive_leaves_a_file_in_use_alone)
{
	_cleanup_free_ char *dir = test_tmpdir();
	_cleanup_close_ int root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), used = -1;
	static char path[] = "a";
	struct archive_file f = { .path = path, .mode = S_IFREG | 0644 };
	struct err err = ERR_INIT;
	char got[8] = "";

	f.data = (const uint8_t *)"old";
	f.n = 3;
	ASSERT_OK(archive_unpack(root, &f, &err));
	used = openat(root, path, O_RDONLY | O_CLOEXEC);
	f.data = (const uint8_t *)"new one";
	f.n = 7;
	ASSERT_OK(archive_unpack(root, &f, &err));
	ck_assert_int_eq(read(used, got, sizeof(got)), 3);
	ck_assert_mem_eq(got, "old", 3);
}

TEST(archive_that_is_broken_is_refused)
{
	_cleanup_strbuf_ struct strbuf in = STRBUF_INIT;
	struct archive_file f;
	struct err err = ERR_INIT;

	make_input(&in);
	for (size_t n = 7; n < 120; n += 8) { /* cut short within the first entry */
		struct archive_reader r = { .data = (const uint8_t *)in.s, .n = n };
		int got = archive_next(&r, &f, &err);

		ck_assert_msg(got < 0 || n >= 116, "%zu bytes were accepted", n);
	}
	in.s[16] = 'x';
	struct archive_reader r = { .data = (const uint8_t *)in.s, .n = in.n };
	ck_assert_int_eq(archive_next(&r, &f, &err), -ERR_FORMAT);
}
