/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include "base/strbuf.h"

TEST(empty_is_an_empty_string)
{
	struct strbuf b = STRBUF_INIT;
	char *s;

	ck_assert_str_eq(strbuf_cstr(&b), "");
	strbuf_rtrim(&b);
	strbuf_reset(&b);
	s = strbuf_steal(&b);
	ck_assert_str_eq(s, "");
	free(s);
	strbuf_done(&b);
}

TEST(adds_in_every_way)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "a");
	strbuf_addc(&b, 'b');
	strbuf_add(&b, "cd", 2);
	strbuf_add(&b, NULL, 0);
	strbuf_addf(&b, "%s-%d", "e", 5);
	strbuf_addf(&b, "%s", "");
	ck_assert_str_eq(b.s, "abcde-5");
	ck_assert_uint_eq(b.n, 7);
}

TEST(grows_over_every_boundary)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < 5000; i++) {
		strbuf_addf(&b, "%c", (int)('a' + i % 26));
		ck_assert_uint_eq(b.n, i + 1);
		ck_assert_int_eq(b.s[b.n], '\0');
	}
	for (size_t i = 0; i < b.n; i++)
		ck_assert_int_eq(b.s[i], (int)('a' + i % 26));
}

TEST(holds_nul_bytes)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_add(&b, "a\0b", 3);
	ck_assert_uint_eq(b.n, 3);
	ck_assert_mem_eq(b.s, "a\0b", 4);
}

TEST(steal_empties)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	char *s;

	strbuf_adds(&b, "x");
	s = strbuf_steal(&b);
	ck_assert_str_eq(s, "x");
	ck_assert_uint_eq(b.n, 0);
	strbuf_adds(&b, "y");
	ck_assert_str_eq(b.s, "y");
	free(s);
}

TEST(reset_starts_over)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "long");
	strbuf_reset(&b);
	strbuf_adds(&b, "x");
	ck_assert_str_eq(b.s, "x");
}

static const struct {
	const char *label, *in, *want;
} trims[] = {
	{ "nothing to do", "a b", "a b" },
	{ "all kinds", "a \t\r\n\v\f", "a" },
	{ "only white space", " \n ", "" },
	{ "front stays", "  a", "  a" },
};
TEST_ROWS(rtrim, trims)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, row->in);
	strbuf_rtrim(&b);
	ck_assert_str_eq(b.s, row->want);
	ck_assert_uint_eq(b.n, strlen(row->want));
}

static const struct {
	const char *label, *in;
	size_t n; /* 0: strlen */
	const char *one_line, *lines;
} printables[] = {
	{ "plain", "abc", 0, "abc", "abc" },
	{ "UTF-8 of each length", "aé…😀", 0, "aé…😀", "aé…😀" },
	{ "escape sequence", "\033[2J", 0, "\\x1b[2J", "\\x1b[2J" },
	{ "line ends and tabs", "a\n\tb", 0, "a\\x0a\\x09b", "a\n\tb" },
	{ "carriage return", "a\rb", 0, "a\\x0db", "a\\x0db" },
	{ "DEL", "\x7f", 0, "\\x7f", "\\x7f" },
	{ "NUL", "a\0b", 3, "a\\x00b", "a\\x00b" },
	{ "C1 control (CSI)", "\xc2\x9b", 0, "\\xc2\\x9b", "\\xc2\\x9b" },
	{ "first printable above C1", "\xc2\xa0", 0, "\xc2\xa0", "\xc2\xa0" },
	{ "stray continuation", "a\x80z", 0, "a\\x80z", "a\\x80z" },
	{ "cut short", "a\xe2\x80", 0, "a\\xe2\\x80", "a\\xe2\\x80" },
	{ "overlong slash", "\xc0\xaf", 0, "\\xc0\\xaf", "\\xc0\\xaf" },
	{ "overlong in three", "\xe0\x80\xaf", 0, "\\xe0\\x80\\xaf", "\\xe0\\x80\\xaf" },
	{ "surrogate", "\xed\xa0\x80", 0, "\\xed\\xa0\\x80", "\\xed\\xa0\\x80" },
	{ "beyond U+10FFFF", "\xf4\x90\x80\x80", 0, "\\xf4\\x90\\x80\\x80",
	  "\\xf4\\x90\\x80\\x80" },
	{ "0xff", "\xff", 0, "\\xff", "\\xff" },
	{ "good after bad", "\xe2é", 0, "\\xe2é", "\\xe2é" },
};
TEST_ROWS(printable_escapes, printables)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	size_t n = row->n ? row->n : strlen(row->in);

	strbuf_add_printable(&b, row->in, n, false);
	ck_assert_str_eq(strbuf_cstr(&b), row->one_line);
	strbuf_reset(&b);
	strbuf_add_printable(&b, row->in, n, true);
	ck_assert_str_eq(strbuf_cstr(&b), row->lines);
}

static bool is_safe(const struct strbuf *b)
{
	for (size_t i = 0, len; i < b->n; i += len) {
		len = utf8_char(b->s + i, b->n - i);
		if (!len || (len == 1 && ((unsigned char)b->s[i] < 0x20 || b->s[i] == 0x7f)))
			return false;
	}
	return true;
}

/* Strings of three bytes, every 61st of all: the output is valid and has no control characters. */
TEST(printable_of_anything_is_safe)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	for (unsigned int v = 0; v < 1U << 24; v += 61) {
		char in[3] = { (char)v, (char)(v >> 8), (char)(v >> 16) };

		strbuf_reset(&b);
		strbuf_add_printable(&b, in, sizeof(in), false);
		if (!is_safe(&b))
			ck_abort_msg("%06x is shown as \"%s\"", v, b.s);
	}
}

TEST(width_counts_characters)
{
	ck_assert_uint_eq(utf8_width(""), 0);
	ck_assert_uint_eq(utf8_width("aé…😀"), 4);
	ck_assert_uint_eq(utf8_width("a\xff\xff"), 3);
}
