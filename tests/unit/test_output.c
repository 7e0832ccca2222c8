/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "harness/agent/output.h"
#include "base/mem.h"
#include "tests/unit/test.h"

static void gives(struct output *o, const char *want)
{
	_cleanup_free_ char *text = output_text(o);

	ck_assert_str_eq(text, want);
}

TEST(output_keeps_what_fits)
{
	struct output o;

	output_init(&o, 8);
	gives(&o, "");
	output_add(&o, "abc", 3);
	output_add(&o, "defgh", 5);
	gives(&o, "abcdefgh");
	ck_assert_uint_eq(o.total, 8);
	output_done(&o);
}

TEST(output_keeps_both_ends)
{
	struct output o;

	output_init(&o, 8);
	for (char c = 'a'; c <= 'z'; c++)
		output_add(&o, &c, 1);
	gives(&o, "abcd\n[18 bytes left out]\nwxyz");
	output_done(&o);
}

/* The result does not depend on how the output is split into pieces. */
TEST(output_does_not_depend_on_pieces)
{
	static const char all[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	const size_t n = sizeof(all) - 1;

	for (size_t max = 0; max < n + 4; max += 2)
		for (size_t piece = 1; piece <= n; piece++) {
			_cleanup_free_ char *want = NULL, *got = NULL;
			struct output whole, pieces;

			output_init(&whole, max);
			output_init(&pieces, max);
			output_add(&whole, all, n);
			for (size_t at = 0; at < n; at += piece)
				output_add(&pieces, all + at, at + piece > n ? n - at : piece);
			want = output_text(&whole);
			got = output_text(&pieces);
			ck_assert_str_eq(got, want);
			ck_assert_uint_eq(pieces.total, n);
			output_done(&whole);
			output_done(&pieces);
		}
}

TEST(output_of_bytes_is_text)
{
	struct output o;

	output_init(&o, 64);
	output_add(&o, "a\0b\xff\x1b[1m\n\tg\xc3\xbc", 13);
	gives(&o, "a\\x00b\\xff\\x1b[1m\n\tg\xc3\xbc");
	output_done(&o);
}
