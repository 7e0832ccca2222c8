/* SPDX-License-Identifier: GPL-2.0-only */
/* Against scipy (tests/fixtures/statistics), against an enumeration of all deals, and for what must
 * hold of any sample. */
#include "stats/infer/infer.h"

#include <fcntl.h>
#include <math.h>

#include "base/json.h"
#include "base/mem.h"
#include "tests/unit/test.h"

#define NEAR 1e-9

struct values {
	double v[128];
	size_t n;
};

static struct json_object *fixture(void)
{
	struct json_object *o = NULL;
	struct err err = ERR_INIT;

	ASSERT_OK(json_read(AT_FDCWD, "tests/fixtures/statistics/infer.json", 1 << 20, &o, &err));
	return o;
}

static struct json_object *member(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	ck_assert_msg(json_object_object_get_ex(o, key, &v), "the fixture lacks %s", key);
	return v;
}

static double number(struct json_object *o, const char *key)
{
	return json_object_get_double(member(o, key));
}

static size_t count(struct json_object *o, const char *key)
{
	return (size_t)json_object_get_int64(member(o, key));
}

static struct values list(struct json_object *o, const char *key)
{
	struct json_object *array = member(o, key);
	struct values r = { .n = json_object_array_length(array) };

	ck_assert_uint_le(r.n, ARRAY_SIZE(r.v));
	for (size_t i = 0; i < r.n; i++)
		r.v[i] = json_object_get_double(json_object_array_get_idx(array, i));
	return r;
}

/* Relative to the value, as p values are small. */
static void near(double got, double want, const char *what, size_t at)
{
	ck_assert_msg(fabs(got - want) <= NEAR * fmax(fabs(want), 1e-12),
	              "%s of row %zu: got %.17g, scipy has %.17g", what, at, got, want);
}

static void near_interval(struct infer_interval got, struct json_object *want, const char *what,
                          size_t at)
{
	struct json_object *low = json_object_array_get_idx(want, 1);

	near(got.estimate, json_object_get_double(json_object_array_get_idx(want, 0)), what, at);
	if (!low) {
		ck_assert_double_infinite(got.high);
		return;
	}
	near(got.low, json_object_get_double(low), what, at);
	near(got.high, json_object_get_double(json_object_array_get_idx(want, 2)), what, at);
}

static void check_pair(struct json_object *o, size_t i)
{
	struct values a = list(o, "a"), b = list(o, "b");
	struct json_object *ratio = member(o, "ratio");
	struct infer_interval r = infer_change(a.v, a.n, b.v, b.n, INFER_ALPHA).ratio;

	near(infer_rank(a.v, a.n, b.v, b.n), number(o, "p"), "p", i);
	near(infer_rank(b.v, b.n, a.v, a.n), number(o, "p"), "p of the sides exchanged", i);
	near_interval(infer_change(a.v, a.n, b.v, b.n, INFER_ALPHA).shift, member(o, "shift"),
	              "shift", i);
	if (ratio)
		near_interval(r, ratio, "ratio", i);
	else
		ck_assert_double_nan(r.estimate);
}

static size_t each(const char *key, void (*check)(struct json_object *row, size_t i))
{
	_cleanup_json_ struct json_object *o = fixture();
	struct json_object *rows = member(o, key);
	size_t n = json_object_array_length(rows);

	for (size_t i = 0; i < n; i++)
		check(json_object_array_get_idx(rows, i), i);
	return n;
}

TEST(infer_rank_and_shift_are_scipys)
{
	ck_assert_uint_ge(each("pairs", check_pair), 20);
}

static void check_fisher(struct json_object *o, size_t i)
{
	near(infer_fisher(count(o, "x_a"), count(o, "n_a"), count(o, "x_b"), count(o, "n_b")),
	     number(o, "p"), "p", i);
}

TEST(infer_fisher_is_scipys)
{
	ck_assert_uint_ge(each("fisher", check_fisher), 10);
}

static void check_rate(struct json_object *o, size_t i)
{
	struct infer_interval r = infer_rate(count(o, "x"), count(o, "n"), INFER_ALPHA);

	near(r.low, number(o, "low"), "low", i);
	near(r.high, number(o, "high"), "high", i);
}

TEST(infer_rate_is_scipys)
{
	struct infer_interval none = infer_rate(0, 0, INFER_ALPHA);

	ck_assert_uint_ge(each("rates", check_rate), 8);
	ck_assert_double_nan(none.estimate);
	ck_assert_double_eq(none.high, 1);
}

static void check_family(struct json_object *o, size_t i)
{
	struct values p = list(o, "p"), want = list(o, "adjusted");

	infer_fdr(p.v, p.n, p.v);
	for (size_t k = 0; k < p.n; k++)
		near(p.v[k], want.v[k], "adjusted p", i);
}

TEST(infer_fdr_is_that_of_the_fixture)
{
	ck_assert_uint_ge(each("families", check_family), 5);
}

/* xorshift64*: the same numbers everywhere. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1d;
}

static void shuffle(double *v, size_t n, uint64_t *state)
{
	for (size_t i = n - 1; i > 0; i--) {
		size_t k = next_random(state) % (i + 1);
		double t = v[i];

		v[i] = v[k];
		v[k] = t;
	}
}

#define DEALS 4000

static const double levels[] = { 0.01, 0.05, 0.1, 0.25, 0.5 };

/* How many p values are up to each level when the labels mean nothing. */
static void count_hits(double *pooled, size_t na, size_t nb, size_t *hits)
{
	uint64_t state = 1;

	for (size_t i = 0; i < DEALS; i++) {
		double p;

		shuffle(pooled, na + nb, &state);
		p = infer_rank(pooled, na, pooled + na, nb);
		for (size_t l = 0; l < ARRAY_SIZE(levels); l++)
			hits[l] += p <= levels[l];
	}
}

static const struct {
	const char *label;
	size_t na, nb;
	unsigned int distinct; /* values; 0: all differ */
} permuted[] = {
	{ "10 and 10", 10, 10, 0 },
	{ "6 and 14", 6, 14, 0 },
	{ "10 and 10 with many ties", 10, 10, 5 },
	{ "40 and 40, approximated", 40, 40, 0 },
};
TEST_ROWS(infer_permuted_labels_give_uniform_p, permuted)
{
	size_t n = row->na + row->nb, hits[ARRAY_SIZE(levels)] = { 0 };
	double pooled[80];

	for (size_t i = 0; i < n; i++)
		pooled[i] = row->distinct ? (double)(i % row->distinct) : exp((double)i / 7);
	count_hits(pooled, row->na, row->nb, hits);
	for (size_t l = 0; l < ARRAY_SIZE(levels); l++) {
		double share = (double)hits[l] / DEALS;
		double sd = sqrt(levels[l] * (1 - levels[l]) / DEALS);

		/* Not above the level; not far below it where values are many enough. */
		ck_assert_double_le(share, levels[l] + 4 * sd);
		if (!row->distinct)
			ck_assert_double_ge(share, levels[l] * 0.8 - 4 * sd);
	}
}

/* An interval at 95 % misses the true shift in at most 5 % of samples, also of coarse values. */
TEST(infer_shift_covers_the_truth)
{
	uint64_t state = 7;
	size_t missed[2] = { 0 };

	for (size_t i = 0; i < DEALS; i++) {
		double a[2][8], b[2][8];

		for (size_t k = 0; k < 16; k++) {
			double u = (double)(next_random(&state) >> 11) / 0x1p53;
			double *to = k < 8 ? &a[0][k] : &b[0][k - 8];

			to[0] = u * u + (k < 8 ? 0 : 3);
			to[8] = 0;
			(k < 8 ? a : b)[1][k % 8] = floor(u * 4) + (k < 8 ? 0 : 3);
		}
		for (int coarse = 0; coarse < 2; coarse++) {
			struct infer_interval r =
				infer_change(a[coarse], 8, b[coarse], 8, INFER_ALPHA).shift;

			missed[coarse] += r.low > 3 || r.high < 3;
		}
	}
	ck_assert_uint_le(missed[0], (size_t)(DEALS * 0.06));
	ck_assert_uint_ge(missed[0], (size_t)(DEALS * 0.03));
	ck_assert_uint_le(missed[1], (size_t)(DEALS * 0.06));
}

TEST(infer_needs_values_on_both_sides)
{
	double v[] = { 1, 2 };

	ck_assert_double_eq(infer_rank(v, 2, v, 0), 1);
	ck_assert_double_eq(infer_rank(v, 0, v, 2), 1);
}

static const struct {
	const char *label;
	double p;
	size_t want;
} least[] = {
	{ "5 %", 0.05, 4 },
	{ "1 %", 0.01, 5 },
	{ "one of 12 at 5 %", 0.05 / 12, 6 },
	{ "one of 108", 0.05 / 108, 8 },
	{ "always", 1, 1 },
};
TEST_ROWS(infer_runs_least_can_reach_p, least)
{
	double a[16], b[16];
	size_t n = infer_runs_least(row->p);

	ck_assert_uint_eq(n, row->want);
	for (size_t i = 0; i < n; i++) {
		a[i] = (double)i;
		b[i] = (double)(100 + i);
	}
	ck_assert_double_le(infer_rank(a, n, b, n), row->p);
	if (n > 1)
		ck_assert_double_gt(infer_rank(a, n - 1, b, n - 1), row->p);
}

/* R: qnorm(c(0.5, 0.025, 0.0005), lower.tail = FALSE) */
TEST(infer_normal_is_the_quantile)
{
	ck_assert_double_eq_tol(infer_normal(0.5), 0, NEAR);
	ck_assert_double_eq_tol(infer_normal(0.025), 1.959963984540054, NEAR);
	ck_assert_double_eq_tol(infer_normal(0.0005), 3.290526731491926, NEAR);
}

TEST(infer_runs_needed_shorten_the_arm)
{
	ck_assert_uint_eq(infer_runs_needed(10, 2, 1), 40);
	ck_assert_uint_eq(infer_runs_needed(10, 1, 1), 11);
	ck_assert_uint_eq(infer_runs_needed(10, 100, 1), 0);
	ck_assert_uint_eq(infer_runs_needed(10, 1, 0), 0);
}
