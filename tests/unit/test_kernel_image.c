/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/image_sample.h"
#include "tests/unit/test.h"

#include <archive.h>
#include <archive_entry.h>
#include <elf.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/kernel/image.h"

static const struct {
	const char *label, *says;
} garbage[] = {
	{ "", "empty" },
	{ "hello, I am a text file\n", "text" },
	{ "\x01\x02\x03\x04", "neither a bzImage nor a vmlinux" },
};
TEST_ROWS(image_says_what_it_is_instead, garbage)
{
	struct err err = ERR_INIT;
	enum image_kind kind;

	ASSERT_ERR(image_kind(row->label, strlen(row->label), &kind, &err), ERR_FORMAT, row->says);
}

static void put32(char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (char)(v >> (8 * i));
}

/* Compresses a payload with one of libarchive's filters, as the kernel's build would. */
static void compress_with(int (*filter)(struct archive *), const struct strbuf *in,
                          struct strbuf *out)
{
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();
	char *buf = xmalloc(1 << 20);
	size_t used = 0;

	archive_write_set_format_raw(a);
	ck_assert_int_eq(filter(a), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_open_memory(a, buf, 1 << 20, &used), ARCHIVE_OK);
	archive_entry_set_pathname(e, "x");
	archive_entry_set_filetype(e, AE_IFREG);
	ck_assert_int_eq(archive_write_header(a, e), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_data(a, in->s, in->n), (int)in->n);
	archive_write_close(a);
	archive_write_free(a);
	archive_entry_free(e);
	strbuf_add(out, buf, used);
	free(buf);
}

static void make_bzimage(const struct strbuf *payload, bool with_size, struct strbuf *out)
{
	char head[2 * 512] = { 0 };
	uint32_t n = (uint32_t)payload->n + (with_size ? 4 : 0);

	head[0x1f1] = 1;
	memcpy(head + 0x202, "HdrS", 4);
	head[0x206] = 0x0f;
	head[0x207] = 0x02;
	put32(head + 0x248, 16);
	put32(head + 0x24c, n);
	strbuf_add(out, head, sizeof(head));
	strbuf_add(out, "0123456789abcdef", 16);
	strbuf_add(out, payload->s, payload->n);
	if (with_size)
		strbuf_add(out, "\xff\xff\0\0", 4);
}

static const struct {
	const char *label;
	int (*filter)(struct archive *);
	bool size;
} formats[] = {
	{ "gzip", archive_write_add_filter_gzip, false },
	{ "xz", archive_write_add_filter_xz, true },
	{ "lzma", archive_write_add_filter_lzma, true },
	{ "bzip2", archive_write_add_filter_bzip2, true },
	{ "zstd", archive_write_add_filter_zstd, true },
	{ "lz4", archive_write_add_filter_lz4, true },
};
TEST_ROWS(image_takes_the_elf_out, formats)
{
	_cleanup_strbuf_ struct strbuf elf = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf packed = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf image = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;
	struct image_facts facts;
	struct err err = ERR_INIT;

	sample_vmlinux(&elf);
	compress_with(row->filter, &elf, &packed);
	make_bzimage(&packed, row->size, &image);
	ASSERT_OK(image_extract(image.s, image.n, &got, &err));
	ck_assert_uint_eq(got.n, elf.n);
	ck_assert_mem_eq(got.s, elf.s, elf.n);
	ASSERT_OK(image_facts(got.s, got.n, &facts, &err));
	ck_assert_str_eq(facts.release, "6.99.1-test");
	ck_assert_int_eq(facts.btf, 0);
	ck_assert_int_eq(facts.pvh, 0);
	free(facts.release);
}

TEST(image_cut_short_is_refused_at_every_length)
{
	_cleanup_strbuf_ struct strbuf elf = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf packed = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf image = STRBUF_INIT;

	sample_vmlinux(&elf);
	compress_with(archive_write_add_filter_xz, &elf, &packed);
	make_bzimage(&packed, true, &image);
	for (size_t n = 0; n < image.n - 1; n += 7) {
		_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;
		_cleanup_free_ char *exact =
			xmemdup(image.s, n); /* so that ASan sees a read past its end */
		struct err err = ERR_INIT;

		ck_assert_int_lt(image_extract(exact, n, &got, &err), 0);
	}
}
