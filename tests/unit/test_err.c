/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <errno.h>

#include "base/strbuf.h"

TEST(set_returns_the_negated_code)
{
	struct err err = ERR_INIT;

	ck_assert_int_eq(err_set(&err, ERR_LIMIT, "%d apples", 7), -ERR_LIMIT);
	ck_assert_int_eq(err.code, ERR_LIMIT);
	ck_assert_str_eq(err.msg, "7 apples");
}

TEST(sys_appends_the_cause)
{
	struct err err = ERR_INIT;

	ck_assert_int_eq(err_sys(&err, ENOENT, "open %s", "x"), -ERR_SYSTEM);
	ck_assert_int_eq(err.sys_errno, ENOENT);
	ck_assert_str_eq(err.msg, "open x: No such file or directory");
}

TEST(sys_takes_an_unknown_errno)
{
	struct err err = ERR_INIT;

	err_sys(&err, 98765, "x");
	ck_assert_ptr_nonnull(strstr(err.msg, "98765"));
}

TEST(wrap_puts_the_noun_in_front_and_keeps_code_and_errno)
{
	struct err err = ERR_INIT;

	err_sys(&err, EACCES, "connect");
	ck_assert_int_eq(err_wrap(&err, "qmp"), -ERR_SYSTEM);
	ck_assert_int_eq(err_wrap(&err, "boot %d", 1), -ERR_SYSTEM);
	ck_assert_str_eq(err.msg, "boot 1: qmp: connect: Permission denied");
	ck_assert_int_eq(err.sys_errno, EACCES);
}

TEST(arguments_may_be_the_old_message)
{
	struct err err = ERR_INIT;

	err_set(&err, ERR_FORMAT, "inner");
	err_set(&err, err.code, "<%s>", err.msg);
	ck_assert_str_eq(err.msg, "<inner>");
	err_wrap(&err, "%s", err.msg);
	ck_assert_str_eq(err.msg, "<inner>: <inner>");
}

TEST(too_long_a_wrapping_keeps_the_cause)
{
	struct err err = ERR_INIT;
	char noun[2000];

	memset(noun, 'n', sizeof(noun) - 1);
	noun[sizeof(noun) - 1] = '\0';
	err_sys(&err, ENOSPC, "write");
	err_wrap(&err, "%s", noun);
	ck_assert(ends_with(err.msg, "write: No space left on device"));
	ck_assert_uint_eq(strlen(err.msg), sizeof(err.msg) - 1);
}

/* The message may be written to a JSON file, which must be valid UTF-8. */
TEST(a_cut_message_is_still_utf8)
{
	struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;

	for (int shift = 0; shift < 4; shift++) {
		strbuf_reset(&b);
		for (int i = 0; i < shift; i++)
			strbuf_addc(&b, 'x');
		for (int i = 0; i < 1000; i++)
			strbuf_adds(&b, "…");
		err_set(&err, ERR_FORMAT, "%s", b.s);
		for (size_t i = 0, len; err.msg[i]; i += len) {
			len = utf8_char(err.msg + i, strlen(err.msg + i));
			ck_assert_uint_gt(len, 0);
		}
	}
	strbuf_done(&b);
}

TEST(clear_is_the_start)
{
	struct err err = ERR_INIT;

	err_sys(&err, EIO, "x");
	err_clear(&err);
	ck_assert_int_eq(err.code, ERR_NONE);
	ck_assert_int_eq(err.sys_errno, 0);
	ck_assert_str_eq(err.msg, "");
}
