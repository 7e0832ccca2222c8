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
	payload_extract(p->metrics, p->n, strbuf_cstr(&text), &got);
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
				payload_extract(d, 1, strbuf_cstr(&text), &got);
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

	payload_extract(&m, 1, row->text, &got);
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

	payload_extract(m, 2, "p50=3 p99=9\n{\"a\": {\"x\": 1, \"y\": [2]}, \"s\": \"t\"}", &got);
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
	payload_extract(&m, 1, text.s, &got);
	ck_assert_uint_eq(got.n, PAYLOAD_VALUES_MAX);
	payload_values_done(&got);
}

/* Nested quantifiers on a line that almost matches: the search gives up in time. */
TEST(payload_regex_gives_up)
{
	const struct payload_metric m = { .name = "m", .path = "^(a+)+$", .from = PAYLOAD_REGEX };
	struct payload_values got = { 0 };

	payload_extract(&m, 1, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", &got);
	ck_assert(isnan(got.v[0].value));
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
