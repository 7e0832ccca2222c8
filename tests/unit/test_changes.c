/* SPDX-License-Identifier: GPL-2.0-only */
/* Change points of made series. */
#include <math.h>

#include "base/mem.h"
#include "base/random.h"
#include "base/strbuf.h"
#include "stats/infer/infer.h"
#include "tests/unit/test.h"

#define LEN_MAX 128
#define SERIES  400

static double uniform(uint64_t *state)
{
	return ((double)(random_next(state) >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(uint64_t *state)
{
	return sqrt(-2 * log(uniform(state))) * cos(2 * M_PI * uniform(state));
}

/* "20:100 20:110" is 20 values around 100, then 20 around 110. One in ten may be wild. */
static size_t make(const char *levels, double noise, bool wild, uint64_t seed, double *v)
{
	uint64_t state = random_start(random_mix(seed, 7));
	size_t n = 0, len;
	double level;
	int used;

	while (sscanf(levels, " %zu:%lf%n", &len, &level, &used) == 2) {
		for (size_t i = 0; i < len; i++) {
			double size = wild && uniform(&state) < 0.1 ? 10 * noise : noise;

			v[n++] = level + size * normal(&state);
		}
		levels += used;
	}
	return n;
}

static char *found(const double *v, size_t n)
{
	size_t at[LEN_MAX], n_at = infer_changes(v, n, at);
	struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < n_at; i++)
		strbuf_addf(&b, "%s%zu", i ? " " : "", at[i]);
	return strbuf_steal(&b);
}

static const struct {
	const char *label, *levels;
	double noise;
	const char *want;
} exact[] = {
	{ "a step", "20:100 20:120", 2, "20" },
	{ "down", "20:100 20:80", 2, "20" },
	{ "up and down again", "15:100 10:130 15:100", 2, "15 25" },
	{ "a staircase", "12:100 12:120 12:140 12:160", 2, "12 24 36" },
	{ "the last three", "20:100 3:130", 2, "20" },
	{ "without noise", "10:5 10:6", 0, "10" },
	{ "one value throughout", "30:5", 0, "" },
	{ "one wild value", "15:100 1:500 15:100", 2, "" },
	{ "two values", "2:1", 0, "" },
	{ "too short to tell", "3:1 3:9", 0.1, "" },
};

TEST_ROWS(changes_of_known_series, exact)
{
	double v[LEN_MAX];
	size_t n = make(row->levels, row->noise, false, 1, v);
	_cleanup_free_ char *got = found(v, n);

	ck_assert_str_eq(got, row->want);
}

static const struct {
	const char *label, *levels;
	bool wild;
	double at_least, at_most; /* share of the series with a change */
} shares[] = {
	{ "none of 12", "12:100", false, 0, 0.05 },
	{ "none of 40", "40:100", false, 0, 0.05 },
	{ "none of 120", "120:100", false, 0, 0.05 },
	{ "none, with wild values", "60:100", true, 0, 0.05 },
	{ "three sigma", "20:100 20:106", false, 0.99, 1 },
	{ "three sigma, with wild values", "20:100 20:106", true, 0.95, 1 },
	{ "short levels", "6:100 6:110", false, 0.95, 1 },
};

TEST_ROWS(changes_are_rarely_false, shares)
{
	size_t with = 0;

	for (uint64_t seed = 0; seed < SERIES; seed++) {
		double v[LEN_MAX];
		size_t at[LEN_MAX], n = make(row->levels, 2, row->wild, seed, v);

		with += infer_changes(v, n, at) > 0;
	}
	ck_assert_double_ge((double)with / SERIES, row->at_least);
	ck_assert_double_le((double)with / SERIES, row->at_most);
}

/* The design's budgets are for a thousand runs. */
TEST(changes_of_a_thousand_runs)
{
	double v[1000];
	size_t at[1000], n = make("450:100 350:106 200:100", 2, true, 5, v);

	ck_assert_uint_eq(infer_changes(v, n, at), 2);
	ck_assert_uint_ge(at[0], 445);
	ck_assert_uint_le(at[0], 455);
	ck_assert_uint_ge(at[1], 795);
	ck_assert_uint_le(at[1], 805);
}

TEST(changes_refuse_a_series_without_end)
{
	size_t n = INFER_SERIES_MAX + 1;
	_cleanup_free_ double *v = xcalloc(n, sizeof(*v));
	_cleanup_free_ size_t *at = xcalloc(n, sizeof(*at));

	for (size_t i = 0; i < n; i++)
		v[i] = i < n / 2;
	ck_assert_uint_eq(infer_changes(v, n, at), 0);
}
