/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/json_reader.h"
#include "base/mem.h"
#include "tests/unit/run_tree.h"
#include "tests/unit/sidecar_sample.h"
#include "tests/unit/test.h"

static int skip_all(const char *text, size_t n, struct err *err)
{
	_cleanup_json_reader_ struct json_reader r;

	json_reader_init(&r, text, n);
	if (json_skip(&r, NULL, err) < 0)
		return -(int)err->code;
	return json_finish(&r, err);
}

/* label: the case; in: the document; want: part of the message */
static const struct {
	const char *label, *in, *want;
} malformed[] = {
	{ "empty", "", "unexpected end at byte 0" },
	{ "white space", " \r\n\t", "unexpected end at byte 4" },
	{ "two documents", "{} {}", "text after the document at byte 3" },
	{ "single quotes", "['a']", "expected a value at byte 1" },
	{ "bare key", "{a:1}", "expected a key in double quotes at byte 1" },
	{ "key without a value", "{\"a\"}", "expected ':' at byte 4" },
	{ "no colon", "{\"a\" 1}", "expected ':' at byte 5" },
	{ "no comma in an object", "{\"a\":1 \"b\":2}", "expected ',' or '}' at byte 7" },
	{ "no comma in an array", "[1 2]", "expected ',' or ']' at byte 3" },
	{ "comma at the end of an object", "{\"a\":1,}", "expected a key" },
	{ "comma at the end of an array", "[1,]", "expected a value at byte 3" },
	{ "comma alone", "[,]", "expected a value at byte 1" },
	{ "two commas", "[1,,2]", "expected a value at byte 3" },
	{ "brackets crossed", "{\"a\":[}", "expected a value" },
	{ "closed by the other", "[1}", "expected ',' or ']'" },
	{ "closed alone", "]", "expected a value" },
	{ "comment", "// x\n{}", "expected a value" },
	{ "byte order mark", "\xef\xbb\xbf{}", "expected a value" },
	{ "literal in capitals", "True", "expected a value" },
	{ "literal with a tail", "nullx", "text after the document" },
	{ "literal cut", "[tru", "unexpected end" },
	{ "NaN", "NaN", "expected a value" },
	{ "Infinity", "-Infinity", "expected a digit" },
	{ "leading plus", "+1", "expected a value" },
	{ "leading zero", "01", "text after the document" },
	{ "leading zero, negative", "-01", "text after the document" },
	{ "minus alone", "-", "unexpected end" },
	{ "leading point", ".5", "expected a value" },
	{ "trailing point", "[1.]", "expected a digit" },
	{ "empty exponent", "[1e]", "expected a digit" },
	{ "signed empty exponent", "[1e+]", "expected a digit" },
	{ "hexadecimal", "0x10", "text after the document" },
	{ "newline in a string", "\"a\nb\"", "control character in a string at byte 2" },
	{ "tab in a string", "\"\t\"", "control character" },
	{ "unit separator in a key", "{\"\x1f\":1}", "control character" },
	{ "unknown escape", "\"\\x41\"", "unknown escape at byte 2" },
	{ "escaped single quote", "\"\\'\"", "unknown escape" },
	{ "escape of nothing", "\"\\", "unexpected end" },
	{ "short unicode escape", "\"\\u12\"", "four hexadecimal digits" },
	{ "unicode escape with a letter", "\"\\u12g4\"", "four hexadecimal digits" },
	{ "high surrogate alone", "\"\\ud800\"", "half of a surrogate pair" },
	{ "high surrogate and text", "\"\\ud800x\"", "half of a surrogate pair" },
	{ "two high surrogates", "\"\\ud800\\ud800\"", "half of a surrogate pair" },
	{ "low surrogate alone", "\"\\udc00\"", "half of a surrogate pair" },
	{ "continuation alone", "\"\x80\"", "not UTF-8" },
	{ "overlong slash", "\"\xc0\xaf\"", "not UTF-8" },
	{ "surrogate in UTF-8", "\"\xed\xa0\x80\"", "not UTF-8" },
	{ "beyond U+10FFFF", "\"\xf4\x90\x80\x80\"", "not UTF-8" },
	{ "not UTF-8 behind an escape", "\"\\n\xff\"", "not UTF-8" },
	{ "string cut behind an escape", "\"\\n", "unexpected end" },
};
TEST_ROWS(reader_refuses, malformed)
{
	_cleanup_json_ struct json_object *o = NULL;
	struct err err = ERR_INIT;

	ASSERT_ERR(skip_all(row->in, strlen(row->in), &err), ERR_FORMAT, row->want);
	ASSERT_ERR(json_parse(row->in, strlen(row->in), &o, &err), ERR_FORMAT, row->want);
	ck_assert_ptr_null(o);
}

TEST(reader_refuses_nul)
{
	struct err err = ERR_INIT;

	ASSERT_ERR(skip_all("{}\0", 3, &err), ERR_FORMAT, "text after the document");
	ASSERT_ERR(skip_all("[\0]", 3, &err), ERR_FORMAT, "expected a value");
	ASSERT_ERR(skip_all("\"\0\"", 3, &err), ERR_FORMAT, "control character");
	ASSERT_ERR(skip_all("\"\\\0\"", 4, &err), ERR_FORMAT, "unknown escape");
	ASSERT_ERR(skip_all(NULL, 0, &err), ERR_FORMAT, "unexpected end");
}

static const struct {
	const char *label, *want;
	size_t n; /* 0: strlen */
} strings[] = {
	{ "\"\"", "", 0 },
	{ "\"plain / é … 😀 \x7f\"", "plain / é … 😀 \x7f", 0 },
	{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 0 },
	{ "\"\\u0041\\u00e9\\u20AC\"", "Aé€", 0 },
	{ "\"\\uD83D\\uDE00\"", "😀", 0 },
	{ "\"\\ud800\\udc00\\udbff\\udfff\"", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 0 },
	{ "\"\\u007f\\u0080\\u07ff\\u0800\\uffff\"", "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf",
	  0 },
	{ "\"a\\u0000b\"", "a\0b", 3 },
};
TEST_ROWS(reader_string, strings)
{
	_cleanup_json_reader_ struct json_reader r;
	struct err err = ERR_INIT;
	struct json_span s;

	json_reader_init(&r, row->label, strlen(row->label));
	ck_assert_int_eq(json_peek(&r), '"');
	ASSERT_OK(json_take_string(&r, &s, &err));
	ck_assert_uint_eq(s.n, row->n ? row->n : strlen(row->want));
	ck_assert_mem_eq(s.s, row->want, s.n);
	ASSERT_OK(json_finish(&r, &err));
}

static void take_number(const char *text, struct json_number *n)
{
	_cleanup_json_reader_ struct json_reader r;
	struct err err = ERR_INIT;

	json_reader_init(&r, text, strlen(text));
	ck_assert_int_ne(json_peek(&r), '\0');
	ASSERT_OK(json_take_number(&r, n, &err));
	ASSERT_OK(json_finish(&r, &err));
}

static const struct {
	const char *label;
	bool whole, overflow;
	uint64_t digits;
} wholes[] = {
	{ "0", true, false, 0 },
	{ "-0", true, false, 0 },
	{ "18446744073709551615", true, false, UINT64_MAX },
	{ "18446744073709551616", true, true, 0 },
	{ "18446744073709551620", true, true, 0 },
	{ "99999999999999999999999999", true, true, 0 },
	{ "-9223372036854775808", true, false, 1ULL << 63 },
	{ "1E+2", false, false, 1 },
	{ "1.0", false, false, 10 },
};
TEST_ROWS(reader_whole_number, wholes)
{
	struct json_number n;

	take_number(row->label, &n);
	ck_assert(n.whole == row->whole && n.overflow == row->overflow);
	ck_assert(n.negative == (*row->label == '-'));
	if (!n.overflow)
		ck_assert_uint_eq(n.digits, row->digits);
}

static const struct {
	const char *label;
} numbers[] = {
	{ "-0" },
	{ "-0.0" },
	{ "0e0" },
	{ "1E+2" },
	{ "1e-2" },
	{ "0.1" },
	{ "9007199254740993" },
	{ "9007199254740993e22" },
	{ "1e22" },
	{ "1e23" },
	{ "-1.5e-22" },
	{ "1.5e-23" },
	{ "0.024443237370994023" },
	{ "18446744073709551616" },
	{ "123456789012345678901234567890" },
	{ "0.000000000000000000000000000000000000000001" },
	{ "1.00000000000000000000000000000000000000000000001" },
	{ "1.7976931348623157e308" },
	{ "4.9e-324" },
	{ "1e-400" },
	{ "1e400" },
	{ "-1e400" },
	{ "1e99999999999999999999" },
	{ "0e99999999999999999999" },
	{ "2.2250738585072011e-308" },
};
TEST_ROWS(reader_number_is_what_strtod_says, numbers)
{
	double want = strtod(row->label, NULL), got;
	struct json_number n;

	take_number(row->label, &n);
	got = json_number_f64(&n);
	ck_assert_msg(memcmp(&got, &want, sizeof(got)) == 0, "%a, not %a", got, want);
}

static int nested(unsigned int depth, const char *open, const char *close, struct err *err)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	for (unsigned int i = 0; i < depth; i++)
		strbuf_adds(&b, open);
	strbuf_adds(&b, "1");
	for (unsigned int i = 0; i < depth; i++)
		strbuf_adds(&b, close);
	return skip_all(b.s, b.n, err);
}

TEST(reader_depth)
{
	struct err err = ERR_INIT;

	ASSERT_OK(nested(JSON_DEPTH_MAX, "[", "]", &err));
	ASSERT_OK(nested(JSON_DEPTH_MAX, "{\"a\":", "}", &err));
	ASSERT_ERR(nested(JSON_DEPTH_MAX + 1, "[", "]", &err), ERR_FORMAT, "nesting");
	ASSERT_ERR(nested(JSON_DEPTH_MAX + 1, "{\"a\":", "}", &err), ERR_FORMAT, "nesting");
	ASSERT_ERR(nested(1000000, "[", "]", &err), ERR_FORMAT, "nesting");
}

TEST(reader_depth_counts_what_is_open)
{
	struct err err = ERR_INIT;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "[0");
	for (int i = 0; i < 100; i++)
		strbuf_adds(&b, ",[],{}");
	strbuf_adds(&b, "]");
	ASSERT_OK(skip_all(b.s, b.n, &err));
}

static const struct {
	const char *label, *want;
} twice[] = {
	{ "{\"schema\":1,\"schema\":1}", "schema: is there twice" },
	{ "{\"host\":{\"arch\":\"x\",\"arch\":\"x\"}}", "host.arch: is there twice" },
	{ "{\"host\":{\"mitigations\":{\"a\":\"x\",\"a\":null}}}",
	  "host.mitigations.a: is there twice" },
	{ "{\"monitor\":{\"event_deltas\":{\"a\":1,\"\\u0061\":2}}}",
	  "monitor.event_deltas.a: is there twice" },
	{ "{\"host\":{\"mitigations\":{\"a\\u0000\":\"x\"}}}",
	  "host.mitigations: a key holds NUL" },
};
TEST_ROWS(decode_refuses_a_key_twice, twice)
{
	struct err err = ERR_INIT;
	struct sidecar s;

	json_init(&sidecar_table, &s);
	ASSERT_ERR(json_decode(&sidecar_table, row->label, strlen(row->label), &s, &err),
	           ERR_FORMAT, row->want);
}

/* Each key sorts before all earlier ones: inserting in order would move all of them each time. */
TEST(decode_takes_many_keys_in_any_order)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;
	struct sidecar s;
	int n = 500000;

	strbuf_adds(&b, "{\"monitor\":{\"event_deltas\":{");
	for (int i = n; i > 0; i--)
		strbuf_addf(&b, "\"%06d\":%d,", i, i);
	strbuf_adds(&b, "\"000007\":1}}}");
	json_init(&sidecar_table, &s);
	ASSERT_ERR(json_decode(&sidecar_table, b.s, b.n, &s, &err), ERR_FORMAT,
	           "monitor.event_deltas.000007: is there twice");
}

TEST(parse_refuses_a_key_twice)
{
	_cleanup_json_ struct json_object *o = NULL;
	struct err err = ERR_INIT;

	ASSERT_ERR(json_parse("{\"a\":1,\"a\":2}", 13, &o, &err), ERR_FORMAT,
	           "\"a\" is there twice");
}

/* A record as a run writes it, with every optional part. */
static char *full_text(void)
{
	_cleanup_json_ struct json_object *o = NULL;
	struct sidecar s;

	sample_fill(&sidecar_table, &s);
	o = json_encode(&sidecar_table, &s);
	json_done(&sidecar_table, &s);
	return json_text(o, true);
}

/* In a block of exactly this size, so that ASan sees a read past its end. */
static int decode_prefix(const char *text, size_t n, struct err *err)
{
	_cleanup_free_ char *copy = xmemdup(text, n);
	struct sidecar s;
	int rc;

	json_init(&sidecar_table, &s);
	rc = json_decode(&sidecar_table, copy, n, &s, err);
	json_done(&sidecar_table, &s);
	return rc;
}

TEST(decode_of_a_cut_text_is_refused_at_every_byte)
{
	_cleanup_free_ char *text = full_text();
	size_t n = strlen(text) - 1; /* without the newline */
	struct err err = ERR_INIT;

	ASSERT_OK(decode_prefix(text, n, &err));
	for (size_t i = 0; i < n; i++) {
		ASSERT_ERR(decode_prefix(text, i, &err), ERR_FORMAT, "JSON: ");
		ck_assert_msg(starts_with(err.msg, "JSON: "), "%zu: %s", i, err.msg);
	}
}

TEST(decode_of_two_documents_is_refused)
{
	_cleanup_free_ char *text = full_text(), *two = xasprintf("%s{}", text);
	struct err err = ERR_INIT;

	ASSERT_ERR(decode_prefix(two, strlen(two), &err), ERR_FORMAT, "text after the document");
}

TEST(decode_of_a_changed_byte_never_reads_too_far)
{
	static const char bytes[] = { '"', '\\', '{', ']', ',', '0', 'n', '\0', '\x1f', '\xff' };
	_cleanup_free_ char *text = full_text();
	size_t n = strlen(text);
	unsigned int refused = 0;

	for (size_t i = 0; i < n; i++) {
		char was = text[i];
		struct err err = ERR_INIT;

		text[i] = bytes[i % sizeof(bytes)];
		refused += decode_prefix(text, n, &err) < 0;
		text[i] = was;
	}
	ck_assert_uint_gt(refused, n / 8);
}

/* The skipped part is checked but not decoded; the rest is decoded as always. */
TEST(decode_in_part)
{
	_cleanup_free_ char *text = full_text();
	struct json_part part = { .without = JSON_DETAIL, .raw = &host_table };
	struct json_span span = { text, strlen(text) };
	struct err err = ERR_INIT;
	struct sidecar all, some;

	json_init(&sidecar_table, &all);
	json_init(&sidecar_table, &some);
	ASSERT_OK(json_decode(&sidecar_table, text, span.n, &all, &err));
	ASSERT_OK(json_decode_part(&sidecar_table, span, &part, &some, &err));
	ck_assert_str_eq(some.test_name, all.test_name);
	ck_assert_mem_eq(&some.stats.metrics, &all.stats.metrics, sizeof(all.stats.metrics));
	ck_assert_uint_eq(some.stats.cgroups.n, all.stats.cgroups.n);
	ck_assert(all.kernel && !some.kernel && all.host && !some.host && !some.monitor);
	ck_assert(isfinite(all.guest->quiet_wait_ms) && isnan(some.guest->quiet_wait_ms));
	ck_assert_int_eq(some.guest->traced, all.guest->traced);
	ck_assert_int_eq(part.span.s[0], '{');
	ck_assert_int_eq(part.span.s[part.span.n - 1], '}');
	json_done(&sidecar_table, &all);
	json_done(&sidecar_table, &some);
	*strstr(text, "\"monitor\": {") = 'x';
	ASSERT_ERR(json_decode_part(&sidecar_table, span, &part, &some, &err), ERR_FORMAT,
	           "JSON: ");
}

static void check_same_as_json_c(const char *text)
{
	_cleanup_json_ struct json_object *theirs = json_tokener_parse(text), *ours = NULL;
	struct err err = ERR_INIT;

	ck_assert_ptr_nonnull(theirs);
	ASSERT_OK(json_parse(text, strlen(text), &ours, &err));
	ck_assert_str_eq(json_object_to_json_string(ours), json_object_to_json_string(theirs));
	ck_assert(json_object_equal(ours, theirs));
}

static const struct {
	const char *label;
} same[] = {
	{ "{\"a\":[1,-2,3.50,1e3,true,false,null,\"\\u00e9\\n\"],\"b\":{\"c\":{}},\"d\":[]}" },
	{ "[18446744073709551615,9223372036854775807,-9223372036854775807,0,-0.0]" },
	{ " [ \"\" , { } ] " },
	{ "\"\\ud83d\\ude00 \\/ \\u0000 x\"" },
};
TEST_ROWS(parse_agrees_with_json_c, same)
{
	check_same_as_json_c(row->label);
}

TEST(parse_agrees_with_json_c_on_sidecars)
{
	_cleanup_free_ char *full = full_text();
	_cleanup_free_ char *fixture = tree_read("tests/fixtures/runs", "sidecar.json");

	check_same_as_json_c(full);
	ck_assert_ptr_nonnull(fixture);
	check_same_as_json_c(fixture);
}
