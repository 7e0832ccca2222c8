/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/payload/payload.h"
#include "tests/unit/golden.h"
#include "tests/unit/test.h"

static double value_of(const struct payload_values *v, const char *name)
{
	for (size_t i = 0; i < v->n; i++)
		if (streq(v->v[i].name, name))
			return v->v[i].value;
	ck_abort_msg("no %s", name);
	return NAN;
}

/* The values in the captured outputs. */
static const struct {
	const char *label, *preset, *file, *metric;
	double want;
} captured[] = {
	{ "hackbench", "hackbench", "hackbench.txt", "time", 0.030 },
	{ "cyclictest min", "cyclictest", "cyclictest.txt", "min", 38 },
	{ "cyclictest avg", "cyclictest", "cyclictest.txt", "avg", 66 },
	{ "cyclictest max", "cyclictest", "cyclictest.txt", "max", 1186 },
	{ "stress-ng ops", "stress-ng", "stress-ng.txt", "bogo_ops", 528 + 304855 },
	{ "stress-ng rate", "stress-ng", "stress-ng.txt", "bogo_ops_rate", 525.25 + 304733.23 },
	{ "stress-ng cpu rate", "stress-ng", "stress-ng.txt", "bogo_ops_cpu_rate",
	  1032.06 + 441242.67 },
	{ "stress-ng --timestamp", "stress-ng", "stress-ng-timestamp.txt", "bogo_ops", 386 },
	{ "rt-app run", "rt-app", "rt-app.txt", "run_mean", 72850.0 / 198 },
	{ "rt-app slack", "rt-app", "rt-app.txt", "slack_min", 7695 },
	{ "rt-app wake-up", "rt-app", "rt-app.txt", "wakeup_max", 1935 },
	{ "schbench p50", "schbench", "schbench.txt", "wakeup_p50", 4 },
	{ "schbench p99", "schbench", "schbench.txt", "wakeup_p99", 16 },
	{ "schbench p99.9", "schbench", "schbench.txt", "wakeup_p99.9", 446 },
	{ "schbench max", "schbench", "schbench.txt", "wakeup_max", 3828 },
	{ "schbench request p50", "schbench", "schbench.txt", "request_p50", 155 },
	{ "schbench request p99", "schbench", "schbench.txt", "request_p99", 226 },
	{ "schbench rps", "schbench", "schbench.txt", "rps", 11510.33 },
	{ "fio iops", "fio", "fio.txt", "read_iops", 982000 },
	{ "fio bw", "fio", "fio.txt", "read_bw", 4022272000 },
	{ "fio p99", "fio", "fio.txt", "read_clat_p99", 85 },
	{ "fio write p99", "fio", "fio.txt", "write_clat_p99", 93 },
	{ "perf-bench time", "perf-bench", "perf-bench-pipe.txt", "time", 0.006 },
	{ "perf-bench op", "perf-bench", "perf-bench-pipe.txt", "per_op", 6.171 },
	{ "perf-bench rate", "perf-bench", "perf-bench-pipe.txt", "rate", 162048 },
	{ "perf-bench messaging", "perf-bench", "perf-bench-messaging.txt", "time", 0.048 },
	{ "perf-bench no rate", "perf-bench", "perf-bench-messaging.txt", "rate", NAN },
};

TEST_ROWS(payload_presets_read_what_is_printed, captured)
{
	_cleanup_free_ char *path = xasprintf("tests/fixtures/payload/%s", row->file);
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	const struct payload_preset *p = payload_preset_find(row->preset);
	struct payload_values got = { 0 };
	struct err err = ERR_INIT;
	double v;

	ck_assert_ptr_nonnull(p);
	ASSERT_OK(fs_read(AT_FDCWD, path, 1 << 20, &text, &err));
	payload_extract(p->metrics, p->n, strbuf_cstr(&text), false, &got);
	ck_assert_uint_eq(got.n, p->n);
	v = value_of(&got, row->metric);
	if (isnan(row->want))
		ck_assert(isnan(v));
	else
		ck_assert_double_eq_tol(v, row->want, fabs(row->want) * 1e-9);
	payload_values_done(&got);
}

/* Each metric of each preset occurs in one of the captured outputs, so each is tested. */
TEST(payload_presets_find_every_metric)
{
	struct err err = ERR_INIT;

	for (size_t i = 0; i < payload_presets_n; i++)
		for (size_t m = 0; m < payload_presets[i].n; m++) {
			const struct payload_metric *d = &payload_presets[i].metrics[m];
			bool found = false;

			ASSERT_OK(payload_metric_check(d, &err));
			for (size_t k = 0; k < ARRAY_SIZE(captured); k++) {
				_cleanup_free_ char *path =
					xasprintf("tests/fixtures/payload/%s", captured[k].file);
				_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
				struct payload_values got = { 0 };

				if (!streq(captured[k].preset, payload_presets[i].name))
					continue;
				ASSERT_OK(fs_read(AT_FDCWD, path, 1 << 20, &text, &err));
				payload_extract(d, 1, strbuf_cstr(&text), false, &got);
				found = found || !isnan(got.v[0].value);
				payload_values_done(&got);
			}
			ck_assert_msg(found, "%s: %s", payload_presets[i].name, d->name);
		}
}

static const struct {
	const char *label;
	enum payload_source from;
	const char *path, *text;
	double want;
	enum payload_pick pick;
} single[] = {
	{ "json", PAYLOAD_JSON, "a.b", "{\"a\": {\"b\": 2.5}}", 2.5 },
	{ "json in an array", PAYLOAD_JSON, "a.1", "{\"a\": [1, 7]}", 7 },
	{ "json, dots in keys", PAYLOAD_JSON, "p.99.000.x", "{\"p\": {\"99.000\": {\"x\": 3}}}",
	  3 },
	{ "json after a log", PAYLOAD_JSON, "v", "[12] {log}\nx: {\"v\": 4}\n{\"v\": 5}", 4 },
	{ "json, bracket in a string", PAYLOAD_JSON, "v", "{\"s\": \"}\\\"}\", \"v\": 6}", 6 },
	{ "json, any", PAYLOAD_JSON, "j.*.n", "{\"j\": [{\"n\": 1}, {\"n\": 2}]}", 3, PICK_SUM },
	{ "json, a string is none", PAYLOAD_JSON, "v", "{\"v\": \"12\"}", NAN },
	{ "json, not there", PAYLOAD_JSON, "w", "{\"v\": 12}", NAN },
	{ "json, cut off", PAYLOAD_JSON, "v", "{\"v\": 12", NAN },
	{ "json, more than 64 bits", PAYLOAD_JSON, "v", "{\"v\": 123456789012345678901}", NAN },
	{ "json, less than 64 bits", PAYLOAD_JSON, "v", "{\"v\": -123456789012345678901}", NAN },
	{ "json, 64 bits", PAYLOAD_JSON, "v", "{\"v\": 18446744073709551614}", 0x1p64 },
	{ "json, too large", PAYLOAD_JSON, "v", "{\"v\": 1e999}", NAN },
	{ "json, not a number", PAYLOAD_JSON, "v", "{\"v\": NaN}", NAN },
	{ "json, an exponent", PAYLOAD_JSON, "v", "{\"v\": 1e3}", 1000 },
	{ "json, hexadecimal", PAYLOAD_JSON, "v", "{\"v\": 0x10}", NAN },
	{ "json, underscores", PAYLOAD_JSON, "v", "{\"v\": 1_000}", NAN },
	{ "json, a sign", PAYLOAD_JSON, "v", "{\"v\": +5}", NAN },
	{ "json, after a byte order mark", PAYLOAD_JSON, "v", "\ufeff{\"v\": 5}\r\n", 5 },
	{ "regex, lines of DOS", PAYLOAD_REGEX, "^v (\\d+)$", "v 1\r\nv 3\r\n", 3 },
	{ "regex", PAYLOAD_REGEX, "took (\\d+) ms", "x took 12 ms\n", 12 },
	{ "regex, line by line", PAYLOAD_REGEX, "^v (\\S+)$", "v 1\nw 2\nv 3\n", 3 },
	{ "regex, the first", PAYLOAD_REGEX, "v (\\d+)", "v 1 v 3", 1, PICK_FIRST },
	{ "regex, least", PAYLOAD_REGEX, "v (-?\\d+)", "v 5 v -3 v 4", -3, PICK_MIN },
	{ "regex, greatest", PAYLOAD_REGEX, "v (\\d+)", "v 5 v 13 v 4", 13, PICK_MAX },
	{ "regex, mean", PAYLOAD_REGEX, "v (\\d+)", "v 5 v 3 v 4", 4, PICK_MEAN },
	{ "regex, median", PAYLOAD_REGEX, "v (\\d+)", "v 5 v 3 v 99", 5, PICK_P50 },
	{ "regex, no number", PAYLOAD_REGEX, "v (\\w+)", "v nan", NAN },
	{ "regex, hexadecimal", PAYLOAD_REGEX, "v (\\w+)", "v 0x10", NAN },
	{ "regex, exponent", PAYLOAD_REGEX, "v (\\S+)", "v 1.5e3", 1500 },
	{ "regex, a group of nothing", PAYLOAD_REGEX, "v(\\d+)?", "v", NAN },
	{ "kv", PAYLOAD_KV, "ops", "xops=1 ops=23\n", 23 },
	{ "kv with a colon and a unit", PAYLOAD_KV, "p99", "p99: 12us, max: 13us", 12 },
	{ "kv with blanks in the key", PAYLOAD_KV, "Total time", "  Total time : 0.5 [sec]", 0.5 },
	{ "kv, not there", PAYLOAD_KV, "ops", "ops 12", NAN },
};

TEST_ROWS(payload_metric_is_found, single)
{
	const struct payload_metric m = { .name = "m",
		                          .path = row->path,
		                          .from = row->from,
		                          .pick = row->pick,
		                          .min = NAN,
		                          .max = NAN };
	struct payload_values got = { 0 };

	payload_extract(&m, 1, row->text, false, &got);
	ck_assert_uint_eq(got.n, 1);
	ck_assert_str_eq(got.v[0].name, "m");
	ck_assert_ptr_eq(got.v[0].def, &m);
	if (isnan(row->want))
		ck_assert(isnan(got.v[0].value));
	else
		ck_assert_double_eq(got.v[0].value, row->want);
	payload_values_done(&got);
}

TEST(payload_families_take_names)
{
	const struct payload_metric m[] = {
		{ .name = "lat",
		  .path = "p50=(?<p50>\\d+) p99=(?<p99>\\d+)",
		  .from = PAYLOAD_REGEX },
		{ .name = "all", .path = ".", .from = PAYLOAD_JSON },
	};
	struct payload_values got = { 0 };

	payload_extract(m, 2, "p50=3 p99=9\n{\"a\": {\"x\": 1, \"y\": [2]}, \"s\": \"t\"}", false,
	                &got);
	ck_assert_uint_eq(got.n, 4);
	ck_assert_double_eq(value_of(&got, "lat.p50"), 3);
	ck_assert_double_eq(value_of(&got, "lat.p99"), 9);
	ck_assert_double_eq(value_of(&got, "all.a.x"), 1);
	ck_assert_double_eq(value_of(&got, "all.a.y.0"), 2);
	payload_values_done(&got);
}

TEST(payload_families_are_bounded)
{
	const struct payload_metric m = { .name = "all", .path = ".", .from = PAYLOAD_JSON };
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct payload_values got = { 0 };

	strbuf_adds(&text, "{\"v\": [");
	for (int i = 0; i < 2 * PAYLOAD_VALUES_MAX; i++)
		strbuf_addf(&text, "%s%d", i ? "," : "", i);
	strbuf_adds(&text, "]}");
	payload_extract(&m, 1, text.s, false, &got);
	ck_assert_uint_eq(got.n, PAYLOAD_VALUES_MAX);
	payload_values_done(&got);
}

/* A name that appears when there are too many values has none, and is left out. */
TEST(payload_values_are_bounded)
{
	const struct payload_metric m = { .name = "all", .path = "x.*", .from = PAYLOAD_JSON };
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct payload_values got = { 0 };

	strbuf_adds(&text, "{\"x\": [");
	for (int i = 0; i < 65536; i++)
		strbuf_adds(&text, "{\"a\":1},");
	strbuf_adds(&text, "{\"b\":2}]}");
	payload_extract(&m, 1, text.s, false, &got);
	ck_assert_uint_eq(got.n, 1);
	ck_assert_str_eq(got.v[0].name, "all.a");
	payload_values_done(&got);
}

/* Nested quantifiers on a line that almost matches: the search gives up in time. */
TEST(payload_regex_gives_up)
{
	const struct payload_metric m = { .name = "m", .path = "^(a+)+$", .from = PAYLOAD_REGEX };
	struct payload_values got = { 0 };

	payload_extract(&m, 1, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", false, &got);
	ck_assert(isnan(got.v[0].value));
	payload_values_done(&got);
}

/* What programs print, and what it is in the declared unit; or why it is not measured. */
static const struct {
	const char *label, *text, *unit;
	double want;
	const char *why;
	enum payload_pick pick;
} tokens[] = {
	{ "plain", "v=12", NULL, 12 },
	{ "thousands", "v=1,234,567", NULL, 1234567 },
	{ "a decimal comma", "v=0,412", NULL, NAN, "\"0,412\" is no number" },
	{ "commas not in threes", "v=12,34", NULL, NAN, "\"12,34\" is no number" },
	{ "a list", "v=12, w=3", NULL, 12 },
	{ "kilo", "v=12.5k", NULL, 12500 },
	{ "mega", "v=3M", "1/s", 3e6 },
	{ "a unit as it is", "v=950us", NULL, 950 },
	{ "a unit converted", "v=1.2ms", "us", 1200 },
	{ "a unit behind a blank", "v = 1.2 ms", "us", 1200 },
	{ "another word behind a blank", "v = 12 runs", "us", 12 },
	{ "two units of one metric", "v=950us\nv=1.2ms", "us", 2150, NULL, PICK_SUM },
	{ "two units, none declared", "v=950us\nv=1.2ms", NULL, NAN, "different units, us and ms" },
	{ "with and without a unit", "v=950us\nv=12", NULL, NAN, "different units, us and none" },
	{ "0 needs no unit", "v=0\nv=950us", NULL, 950 },
	{ "another dimension", "v=12ms", "1/s", NAN, "the output has it in ms, a unit of time" },
	{ "binary bytes", "v=2KiB", "B", 2048 },
	{ "decimal bytes", "v=2kB/s", "B/s", 2000 },
	{ "an unknown unit", "v=12furlongs", NULL, NAN, "\"12furlongs\" is more than a number" },
	{ "hexadecimal", "v=0x10", NULL, NAN, "\"0x10\" is more than a number" },
	{ "underscores", "v=1_000", NULL, NAN, "\"1_000\" is more than a number" },
	{ "a range", "v=10-20", NULL, NAN, "\"10-20\" is more than a number" },
	{ "a time of day", "v=12:30:15", NULL, NAN, "\"12:30:15\" is more than a number" },
	{ "two points", "v=1.2.3", NULL, NAN, "\"1.2.3\" is no number" },
	{ "too large", "v=1e999", NULL, NAN, "\"1e999\" is too large" },
	{ "not a figure", "v=7\nv=nan", NULL, NAN, "\"nan\" is no figure" },
	{ "refused, but not the one that counts", "v=nan\nv=7", NULL, 7 },
	{ "refused, and all count", "v=nan\nv=7", NULL, NAN, "\"nan\" is no figure", PICK_MEAN },
	{ "no number", "v: none yet\nv: 3", NULL, 3 },
	{ "nothing", "w=3", NULL, NAN, "no number in its output matches" },
	{ "a percentage", "v=12.5%", "%", 12.5 },
	{ "a sign", "v=+5", NULL, 5 },
	{ "a fraction alone", "v=.5", NULL, 0.5 },
	{ "a point at the end", "v=5.", NULL, 5 },
	{ "an exponent", "v=1E+3", NULL, 1000 },
	{ "an exponent without digits", "v=1e+", NULL, NAN, "\"1e+\" is more than a number" },
	{ "many digits", "v=123456789012345678901234567890", NULL,
	  123456789012345678901234567890.0 },
	{ "a group behind an apostrophe", "v=1'234'567", NULL, NAN, "\"1'234'567\"" },
	{ "groups of a no-break space", "v=1\u00a0234", NULL, NAN, "\" is more than a number" },
	{ "a comma for the fraction", "v=1.234,56", NULL, NAN, "\"1.234,56\" is no number" },
	{ "other digits", "v=1\uff12", NULL, NAN, "\" is more than a number" },
	{ "a prefix behind a blank", "v = 12.5 k", NULL, 12500 },
	{ "a prefix and a unit that is not known", "v=12.5Mops", NULL, NAN,
	  "\"12.5Mops\" is more than a number" },
	{ "minutes and seconds", "v=1m30s", NULL, NAN, "\"1m30s\" is more than a number" },
	{ "infinite", "v=7\nv=-Infinity", NULL, NAN, "\"-Infinity\" is no figure" },
	{ "a line of DOS", "v=12\r\n", NULL, 12 },
	{ "a byte order mark", "\ufeffv=12", NULL, 12 },
};
TEST_ROWS(payload_number_is_whole_or_refused, tokens)
{
	/* as a key, and as a pattern that takes the whole token or only its first digits */
	static const struct payload_metric ways[] = {
		{ .from = PAYLOAD_KV, .path = "v" },
		{ .from = PAYLOAD_REGEX, .path = "^v *[=:] *(\\S+)" },
		{ .from = PAYLOAD_REGEX, .path = "^v *[=:] *(nan|-Inf|[-+.]?\\d+)" },
	};
	/* a pattern may take the first of several numbers */
	const bool several = strpbrk(row->text, "-:") && row->why && strstr(row->why, "more than");

	for (size_t i = 0; i < ARRAY_SIZE(ways) - several; i++) {
		struct payload_metric m = ways[i];
		struct payload_values got = { 0 };

		m.name = "v";
		m.unit = row->unit;
		m.pick = row->pick;
		m.min = m.max = NAN;
		payload_extract(&m, 1, row->text, false, &got);
		ck_assert_uint_eq(got.n, 1);
		if (row->why) {
			ck_assert_msg(got.v[0].why && strstr(got.v[0].why, row->why), "%s: %g, %s",
			              m.path, got.v[0].value, got.v[0].why);
			ck_assert_double_nan(got.v[0].value);
		} else {
			ck_assert_msg(got.v[0].value == row->want, "%s: %g, %s", m.path,
			              got.v[0].value, got.v[0].why);
			ck_assert_ptr_null(got.v[0].why);
		}
		payload_values_done(&got);
	}
}

/* Where the pattern says what is beside the number, nothing of that is part of it. */
TEST(payload_number_ends_where_the_pattern_goes_on)
{
	const struct payload_metric m = { .name = "c",
		                          .path = "^(?<a>\\d+),(?<b>\\d+),(?<c>\\d+)$",
		                          .from = PAYLOAD_REGEX };
	struct payload_values got = { 0 };

	payload_extract(&m, 1, "5,123,456\n", false, &got);
	ck_assert_double_eq(value_of(&got, "c.a"), 5);
	ck_assert_double_eq(value_of(&got, "c.b"), 123);
	ck_assert_double_eq(value_of(&got, "c.c"), 456);
	payload_values_done(&got);
}

static double json_value(const char *text, const char *path)
{
	const struct payload_metric m = { .name = "v", .path = path, .from = PAYLOAD_JSON };
	struct payload_values got = { 0 };
	double v;

	payload_extract(&m, 1, text, false, &got);
	v = got.v[0].value;
	payload_values_done(&got);
	return v;
}

TEST(payload_json_with_a_key_twice_keeps_the_rest)
{
	ck_assert_double_eq(json_value("{\"a\": 1, \"b\": 2, \"a\": 3}", "b"), 2);
	ck_assert_double_eq(json_value("{\"a\": 1, \"b\": 2, \"a\": 3}", "a"), 3);
}

TEST(payload_json_is_found_after_any_log)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	for (int i = 0; i < 20000; i++)
		strbuf_addf(&text, "[%d] {begin} \"[", i);
	strbuf_adds(&text, "\n[12:30:15] {\n  \"v\": 7\n}\n");
	ck_assert_double_eq(json_value(text.s, "v"), 7);
}

/* Brackets that may each begin a document, and none that ends: the search gives up and says so. */
TEST(payload_json_search_gives_up)
{
	const struct payload_metric m = { .name = "v", .path = "v", .from = PAYLOAD_JSON };
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct payload_values got = { 0 };

	for (int i = 0; i < 200000; i++)
		strbuf_adds(&text, "{\"\"");
	payload_extract(&m, 1, text.s, false, &got);
	ck_assert_ptr_nonnull(strstr(got.v[0].why, "too many brackets"));
	payload_values_done(&got);
}

/* Half of the output is not there: the last value may be known, a sum is not. */
TEST(payload_output_that_was_cut_is_said_to_be)
{
	struct payload_metric m = { .name = "v", .path = "v", .from = PAYLOAD_KV };
	struct payload_values got = { 0 };

	payload_extract(&m, 1, "v=1\nv=2\n", true, &got);
	ck_assert_double_eq(got.v[0].value, 2);
	payload_values_done(&got);
	m.pick = PICK_SUM;
	payload_extract(&m, 1, "v=1\nv=2\n", true, &got);
	ck_assert_double_nan(got.v[0].value);
	ck_assert_ptr_nonnull(strstr(got.v[0].why, "its output was cut"));
	payload_values_done(&got);
	m.path = "w";
	payload_extract(&m, 1, "v=1\nv=2\n", true, &got);
	ck_assert_ptr_nonnull(strstr(got.v[0].why, "output_max"));
	payload_values_done(&got);
	m.from = PAYLOAD_JSON;
	payload_extract(&m, 1, "{\"v\": [1,\n[99 bytes left out]\n2]}", true, &got);
	ck_assert_ptr_nonnull(strstr(got.v[0].why, "output_max"));
	payload_values_done(&got);
}

static const struct {
	const char *label, *path, *says;
} bad_patterns[] = {
	{ "does not compile", "(a", "no regular expression" },
	{ "no group", "a+", "no group" },
};

TEST_ROWS(payload_pattern_is_refused, bad_patterns)
{
	const struct payload_metric m = { .path = row->path, .from = PAYLOAD_REGEX };
	struct err err = ERR_INIT;

	ASSERT_ERR(payload_metric_check(&m, &err), ERR_FORMAT, row->says);
}

TEST(payload_page_is_current)
{
	_cleanup_strbuf_ struct strbuf sources = STRBUF_INIT, picks = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf presets = STRBUF_INIT;

	payload_doc_sources(&sources);
	golden_block("docs/payloads.md", "sources", &sources);
	payload_doc_picks(&picks);
	golden_block("docs/payloads.md", "picks", &picks);
	payload_doc_presets(&presets);
	golden_block("docs/payloads.md", "presets", &presets);
}
