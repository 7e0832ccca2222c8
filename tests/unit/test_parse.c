/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <math.h>

#include "base/mem.h"
#include "base/parse.h"
#include "base/strbuf.h"

static const struct {
	const char *label;
	uint64_t min, max, want;
} u64_good[] = {
	{ "0", 0, UINT64_MAX, 0 },
	{ "18446744073709551615", 0, UINT64_MAX, UINT64_MAX },
	{ "5", 5, 5, 5 },
};
TEST_ROWS(u64_takes, u64_good)
{
	struct err err = ERR_INIT;
	uint64_t v = 99;

	ASSERT_OK(parse_u64(row->label, "--n", row->min, row->max, &v, &err));
	ck_assert_uint_eq(v, row->want);
}

static const struct {
	const char *label;
	uint64_t min, max;
} u64_bad[] = {
	{ "", 0, UINT64_MAX },
	{ " 1", 0, UINT64_MAX },
	{ "1 ", 0, UINT64_MAX },
	{ "1x", 0, UINT64_MAX },
	{ "+1", 0, UINT64_MAX },
	{ "-1", 0, UINT64_MAX },
	{ "-0", 0, UINT64_MAX },
	{ "0x10", 0, UINT64_MAX },
	{ "1.0", 0, UINT64_MAX },
	{ "1e3", 0, UINT64_MAX },
	{ "١", 0, UINT64_MAX },
	{ "18446744073709551616", 0, UINT64_MAX },
	{ "99999999999999999999999999", 0, UINT64_MAX },
	{ "4", 5, 10 },
	{ "11", 5, 10 },
	{ "010", 0, UINT64_MAX },
	{ "00", 0, UINT64_MAX },
};
TEST_ROWS(u64_refuses, u64_bad)
{
	struct err err = ERR_INIT;
	uint64_t v = 99;

	ASSERT_ERR(parse_u64(row->label, "--n", row->min, row->max, &v, &err), ERR_USAGE, "--n");
	ck_assert_ptr_nonnull(strstr(err.msg, row->label));
	ck_assert_uint_eq(v, 99);
}

static const struct {
	const char *label;
	int64_t want;
} i64_good[] = {
	{ "0", 0 },
	{ "-0", 0 },
	{ "-20", -20 },
	{ "9223372036854775807", INT64_MAX },
	{ "-9223372036854775808", INT64_MIN },
};
TEST_ROWS(i64_takes, i64_good)
{
	struct err err = ERR_INIT;
	int64_t v = 99;

	ASSERT_OK(parse_i64(row->label, "nice", INT64_MIN, INT64_MAX, &v, &err));
	ck_assert_int_eq(v, row->want);
}

static const struct {
	const char *label;
} i64_bad[] = {
	{ "" },
	{ "-" },
	{ "--1" },
	{ "- 1" },
	{ "+1" },
	{ "1-" },
	{ " 1" },
	{ "-x" },
	{ "0x1" },
	{ "1.5" },
	{ "21" },
	{ "-21" },
	{ "-010" },
	{ "010" },
	{ "9223372036854775808" },
	{ "-9223372036854775809" },
	{ "-99999999999999999999999999" },
};
TEST_ROWS(i64_refuses, i64_bad)
{
	struct err err = ERR_INIT;
	int64_t v = 99;

	ASSERT_ERR(parse_i64(row->label, "nice", -20, 20, &v, &err), ERR_USAGE, "nice");
	ck_assert_int_eq(v, 99);
}

static const struct {
	const char *label;
	double want;
} f64_good[] = {
	{ "0", 0 },      { "-1.5", -1.5 }, { ".5", 0.5 },        { "5.", 5 },
	{ "1e3", 1000 }, { "1E-3", 1e-3 }, { "5e-324", 5e-324 },
};
TEST_ROWS(f64_takes, f64_good)
{
	struct err err = ERR_INIT;
	double v = 99;

	ASSERT_OK(parse_f64(row->label, "gate", -HUGE_VAL, HUGE_VAL, &v, &err));
	ck_assert(v == row->want);
}

static const struct {
	const char *label;
} f64_bad[] = {
	{ "" },      { " 1" },    { "1 " }, { "nan" },  { "inf" },   { "-inf" }, { "infinity" },
	{ "1e999" }, { "0x1p3" }, { "+1" }, { "1,5" },  { "e" },     { "1e" },   { "." },
	{ "-" },     { "1.2.3" }, { "1%" }, { "1001" }, { "-1001" }, { "010" },  { "-00.5" },
};
TEST_ROWS(f64_refuses, f64_bad)
{
	struct err err = ERR_INIT;
	double v = 99;

	ASSERT_ERR(parse_f64(row->label, "gate", -1000, 1000, &v, &err), ERR_USAGE, "gate");
	ck_assert(v == 99);
}

static const struct {
	const char *label;
	uint64_t want;
} sizes_good[] = {
	{ "0", 0 },
	{ "512", 512 },
	{ "512B", 512 },
	{ "64K", 65536 },
	{ "64k", 65536 },
	{ "64KB", 65536 },
	{ "64KiB", 65536 },
	{ "2M", 2 << 20 },
	{ "1.5G", 3ULL << 29 },
	{ "1T", 1ULL << 40 },
	{ "0.25K", 256 },
	{ "16383P", 16383ULL << 50 },
	{ "18446744073709551615", UINT64_MAX },
};
TEST_ROWS(size_takes, sizes_good)
{
	struct err err = ERR_INIT;
	uint64_t v = 99;

	ASSERT_OK(parse_size(row->label, "--mem", &v, &err));
	ck_assert_uint_eq(v, row->want);
}

static const struct {
	const char *label;
} sizes_bad[] = {
	{ "" },
	{ "K" },
	{ "-1K" },
	{ "1.5" },
	{ "1.5B" },
	{ "1,5K" },
	{ "1 K" },
	{ " 1K" },
	{ "1K " },
	{ "1KK" },
	{ "1X" },
	{ "1iB" },
	{ ".5K" },
	{ "1.K" },
	{ "1e3" },
	{ "0x1K" },
	{ "16384P" },
	{ "010K" },
	{ "00" },
	{ "18446744073709551616" },
	{ "99999999999999999999G" },
};
TEST_ROWS(size_refuses, sizes_bad)
{
	struct err err = ERR_INIT;
	uint64_t v = 99;

	ASSERT_ERR(parse_size(row->label, "--mem", &v, &err), ERR_USAGE, "--mem");
	ck_assert_uint_eq(v, 99);
}

static const struct {
	const char *label;
	uint64_t want;
} durations_good[] = {
	{ "0", 0 },
	{ "0s", 0 },
	{ "7ns", 7 },
	{ "10us", 10000 },
	{ "10µs", 10000 },
	{ "250ms", 250000000 },
	{ "2s", 2000000000 },
	{ "1.5s", 1500000000 },
	{ "0.000000001s", 1 },
	{ "3m", 180000000000 },
	{ "1.5min", 90000000000 },
	{ "1h", 3600000000000 },
	{ "9007199254740993ns", 9007199254740993 }, /* not exact as a double */
};
TEST_ROWS(duration_takes, durations_good)
{
	struct err err = ERR_INIT;
	uint64_t v = 99;

	ASSERT_OK(parse_duration_ns(row->label, "--duration", &v, &err));
	ck_assert_uint_eq(v, row->want);
}

static const struct {
	const char *label;
} durations_bad[] = {
	{ "" },
	{ "1" },
	{ "00.5" },
	{ "1.5" },
	{ "s" },
	{ "-1s" },
	{ "+1s" },
	{ "1 s" },
	{ "1S" },
	{ "1ss" },
	{ "1s2m" },
	{ "1.5ns" },
	{ "1.s" },
	{ ".5s" },
	{ "1e3s" },
	{ "infs" },
	{ "5124096h" },
	{ "010ms" },
	{ "00" },
	{ "99999999999999999999s" },
	{ "99999999999999999999" },
};
TEST_ROWS(duration_refuses, durations_bad)
{
	struct err err = ERR_INIT;
	uint64_t v = 99;

	ASSERT_ERR(parse_duration_ns(row->label, "--duration", &v, &err), ERR_USAGE, "--duration");
	ck_assert_uint_eq(v, 99);
}

static const struct {
	const char *label, *want;
} cpulists_good[] = {
	{ "0", "0" },       { "0-3,8,10-11", "0-3,8,10-11" },
	{ "3,1,2", "1-3" }, { "1,1,1-2,2", "1-2" },
	{ "5-5", "5" },     { "0-63", "0-63" },
	{ "63", "63" },
};
TEST_ROWS(cpulist_takes, cpulists_good)
{
	struct err err = ERR_INIT;
	uint32_t *cpus = NULL;
	size_t n = 0;
	char *s;

	ASSERT_OK(parse_cpulist(row->label, "cpus", 63, &cpus, &n, &err));
	for (size_t i = 1; i < n; i++)
		ck_assert_uint_lt(cpus[i - 1], cpus[i]);
	s = format_cpulist(cpus, n);
	ck_assert_str_eq(s, row->want);
	free(s);
	free(cpus);
}

static const struct {
	const char *label;
} cpulists_bad[] = {
	{ "" },
	{ "," },
	{ "0," },
	{ ",0" },
	{ "0,,1" },
	{ "3-1" },
	{ "0-" },
	{ "-1" },
	{ "0-1-2" },
	{ "a" },
	{ "0 1" },
	{ " 0" },
	{ "0\n" },
	{ "64" },
	{ "01" },
	{ "0-07" },
	{ "0-64" },
	{ "4294967296" },
	{ "0-18446744073709551615" },
	{ "99999999999999999999" },
};
TEST_ROWS(cpulist_refuses, cpulists_bad)
{
	struct err err = ERR_INIT;
	uint32_t *cpus = (uint32_t *)&err; /* any value; it must stay unchanged */
	size_t n = 99;

	ASSERT_ERR(parse_cpulist(row->label, "cpus", 63, &cpus, &n, &err), ERR_USAGE, "cpus");
	ck_assert_ptr_eq(cpus, &err);
	ck_assert_uint_eq(n, 99);
}

TEST(cpulist_of_nothing_is_empty)
{
	char *s = format_cpulist(NULL, 0);

	ck_assert_str_eq(s, "");
	free(s);
}

TEST(a_hostile_value_is_shown_cut_and_escaped)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;
	uint64_t v;

	strbuf_adds(&b, "\033[2J");
	for (int i = 0; i < 1000; i++)
		strbuf_adds(&b, "x");
	ASSERT_ERR(parse_u64(b.s, "n", 0, 9, &v, &err), ERR_USAGE, "\\x1b[2Jxxx");
	ck_assert_ptr_null(strchr(err.msg, '\033'));
	ck_assert_uint_lt(strlen(err.msg), 200);
}

static const char *const words[] = { "test", "list",   "show",    "stats",          "doctor",
	                             NULL,   "kernel", "compare", "show-thresholds" };
static const struct {
	const char *label, *want;
} suggestions[] = {
	{ "tset", "test" },
	{ "kernl", "kernel" },
	{ "kernels", "kernel" },
	{ "comapre", "compare" },
	{ "comp", "compare" },
	{ "stat", "stats" },
	{ "show-treshold", "show-thresholds" },
	{ "xyzzy", NULL },
	{ "", NULL },
	{ "t", NULL },
	{ "frobnicate", NULL },
};
TEST_ROWS(suggest, suggestions)
{
	const char *got = parse_suggest(row->label, words, ARRAY_SIZE(words));

	ck_assert_pstr_eq(got, row->want);
}

static const struct {
	const char *label, *want;
} hints[] = {
	{ "tset", ", did you mean \"test\"?" },
	{ "xyzzy", ": there are test, list, show" },
};
TEST_ROWS(hint, hints)
{
	_cleanup_free_ char *got = parse_hint(row->label, words, 3);

	ck_assert_str_eq(got, row->want);
}

TEST(hint_lists_no_long_list)
{
	static const char *const many[13] = { "a", "b", "c", "d", "e", "f", "g",
		                              "h", "i", "j", "k", "l", "m" };
	_cleanup_free_ char *got = parse_hint("xyzzy", many, ARRAY_SIZE(many));

	ck_assert_str_eq(got, "");
}

static const struct {
	const char *label, *of;
	bool slip;
} slips[] = {
	{ "cpu.wieght", "cpu.weight", true },   { "cpu.wigth", "cpu.weight", true },
	{ "cpu.mx", "cpu.max", true },          { "cpu.weight", "cpu.weight", false },
	{ "cpu.burst", "cpu.stat", false },     { "cpu.pin", "cpu.max", false },
	{ "memory.peek", "memory.low", false },
};
TEST_ROWS(slip, slips)
{
	ck_assert_int_eq(parse_is_slip(row->label, row->of), row->slip);
}

TEST(suggest_takes_a_word_of_any_length)
{
	char word[5000];

	memset(word, 'k', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	ck_assert_ptr_null(parse_suggest(word, words, ARRAY_SIZE(words)));
}
