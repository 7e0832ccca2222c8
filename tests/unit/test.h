/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Unit tests that register themselves: a file tests/unit/test_<noun>.c is one test case (in Check's
 * sense) of the one suite. No other file needs a line for it.
 *
 *	TEST(topology_refuses_zero_threads)
 *	{
 *		ASSERT_ERR(topo_parse("1n1l1c0t", &t, &err), ERR_USAGE, "threads");
 *	}
 *
 *	static const struct { const char *label, *in; uint64_t want; } sizes[] = {
 *		{ "binary suffix", "64K", 65536 },
 *	};
 *	TEST_ROWS(size_good, sizes)
 *	{
 *		ASSERT_OK(parse_size(row->in, "x", &got, &err));
 *		ck_assert_uint_eq(got, row->want);
 *	}
 *
 * TEST_ROWS runs its body once for each row of a static array whose elements have a `label` (NULL:
 * the index is used). Each row is a test of its own, named test[label] in messages and filters.
 * Every test runs in its own process (CK_FORK=no: all in one, for a debugger).
 */
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include <check.h>

#include "base/err.h"
#include "base/util.h"

struct unit_test {
	const char *name, *file;
	int line;
	void (*run)(int row);
	const char *rows; /* NULL: no table */
	size_t n_rows, row_bytes, label_off;
};

/* Pointers to the tests; the linker collects them between __start_unit_tests and
 * __stop_unit_tests. */
#define UNIT_TEST_(name_, ...)                                                                     \
	static void name_##_run(int row_index_);                                                   \
	static const struct unit_test name_##_test = { .name = #name_,                             \
		                                       .file = __FILE__,                           \
		                                       .line = __LINE__,                           \
		                                       .run = name_##_run,                         \
		                                       __VA_ARGS__ };                              \
	static const struct unit_test *const name_##_entry                                         \
		__attribute__((used, section("unit_tests"))) = &name_##_test

#define TEST(name_)                                                                                \
	UNIT_TEST_(name_, .n_rows = 1);                                                            \
	static void name_##_run(int row_index_ UNUSED)

#define TEST_ROWS(name_, rows_)                                                                    \
	UNIT_TEST_(name_, .rows = (const char *)(rows_), .n_rows = ARRAY_SIZE(rows_),              \
	           .row_bytes = sizeof((rows_)[0]),                                                \
	           .label_off = offsetof(__typeof__((rows_)[0]), label));                          \
	static void name_##_row(__typeof__(&(rows_)[0]) row);                                      \
	static void name_##_run(int row_index_)                                                    \
	{                                                                                          \
		name_##_row(&(rows_)[row_index_]);                                                 \
	}                                                                                          \
	static void name_##_row(__typeof__(&(rows_)[0]) row UNUSED)

/* The call must succeed; the message shows why it did not. Uses the local `err`. */
#define ASSERT_OK(call_)                                                                           \
	do {                                                                                       \
		err_clear(&err);                                                                   \
		if ((call_) < 0)                                                                   \
			ck_abort_msg("%s: %s", #call_, err.msg);                                   \
	} while (0)
/* The call must fail with this code and, unless NULL, this text in the message. */
#define ASSERT_ERR(call_, code_, text_)                                                            \
	do {                                                                                       \
		err_clear(&err);                                                                   \
		test_check_err((call_), &err, (code_), (text_), #call_);                           \
	} while (0)
void test_check_err(int rc, const struct err *err, enum err_code code, const char *text,
                    const char *call);

/* Ends a test that cannot run here; it is counted and printed with the reason. */
#define TEST_SKIP(...)                                                                             \
	do {                                                                                       \
		test_note_skip(__FILE__, __LINE__, __VA_ARGS__);                                   \
		return;                                                                            \
	} while (0)
void test_note_skip(const char *file, int line, const char *fmt, ...) PRINTF(3, 4);

/* A new directory, removed when the run ends; the caller frees the string. */
char *test_tmpdir(void);

#endif
