/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/flag_sets.h"

#include "base/mem.h"
#include "base/parse.h"

struct bits_rule {
	uint32_t requires, excludes;
};

static int index_of(const struct flag_rule *flags, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (streq(flags[i].name, name))
			return (int)i;
	return -1;
}

static int unknown_flag(const struct flag_rule *flags, size_t n, const char *name, struct err *err)
{
	const char *names[FLAGS_MAX];
	const char *near;

	for (size_t i = 0; i < n; i++)
		names[i] = flags[i].name;
	near = parse_suggest(name, names, n);
	return err_set(err, ERR_USAGE, "there is no flag \"%s\"%s%s%s", name,
	               near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static int bits_of(const struct flag_rule *flags, size_t n, const struct strv *names, uint32_t *out,
                   struct err *err)
{
	uint32_t bits = 0;

	strv_each (names, i) {
		int k = index_of(flags, n, names->v[i]);

		if (k < 0)
			return unknown_flag(flags, n, names->v[i], err);
		if (bits & 1u << k)
			return err_set(err, ERR_USAGE, "the flag \"%s\" is there twice",
			               names->v[i]);
		bits |= 1u << k;
	}
	*out = bits;
	return 0;
}

static int rules_of(const struct flag_rule *flags, size_t n, struct bits_rule *out, size_t *culprit,
                    struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		if (bits_of(flags, n, flags[i].requires, &out[i].requires, err) < 0 ||
		    bits_of(flags, n, flags[i].excludes, &out[i].excludes, err) < 0) {
			*culprit = i;
			return -(int)err->code;
		}
	}
	return 0;
}

static bool is_valid(const struct bits_rule *rules, size_t n, uint32_t set)
{
	for (size_t i = 0; i < n; i++)
		if (set & 1u << i && (rules[i].requires & ~set || rules[i].excludes & set))
			return false;
	return true;
}

static int size_of(uint32_t set)
{
	return __builtin_popcount(set);
}

/* By size, then {a, b} before {a, c} before {b, c}. */
static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b, differ = x ^ y;

	if (size_of(x) != size_of(y))
		return size_of(x) - size_of(y);
	return !differ ? 0 : x & (differ & -differ) ? -1 : 1;
}

static int never_on(const struct flag_rule *flags, size_t n, uint32_t seen, size_t *culprit,
                    struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (!(seen & 1u << i)) {
			*culprit = i;
			return err_set(err, ERR_USAGE,
			               "no set may have the flag \"%s\": what flags require and "
			               "exclude contradicts itself",
			               flags[i].name);
		}
	return 0;
}

int flag_sets_all(const struct flag_rule *flags, size_t n, struct flag_sets *out, size_t *culprit,
                  struct err *err)
{
	struct bits_rule rules[FLAGS_MAX];
	struct flag_sets all = { 0 };
	uint32_t seen = 0;

	if (rules_of(flags, n, rules, culprit, err) < 0)
		return -(int)err->code;
	for (uint32_t set = 0; set < 1u << n; set++)
		if (is_valid(rules, n, set)) {
			*xgrow(all.v, all.n) = set;
			seen |= set;
		}
	if (never_on(flags, n, seen, culprit, err) < 0) {
		flag_sets_done(&all);
		return -(int)err->code;
	}
	qsort(all.v, all.n, sizeof(*all.v), by_size);
	*out = all;
	return 0;
}

/* A pair of flags in one of its four states: one bit of a table. */
static size_t pair_state(size_t a, size_t b, uint32_t set)
{
	return (a * FLAGS_MAX + b) * 4 + (set >> a & 1) * 2 + (set >> b & 1);
}

/* The second flags of pairs with a begin here. One flag alone is a pair with itself. */
static size_t second(size_t a, size_t n)
{
	return n > 1 ? a + 1 : a;
}

#define PAIR_STATES (FLAGS_MAX * FLAGS_MAX * 4)

/* How many states of pairs the set has that are still wanted; with `take`, they no longer are. */
static size_t wanted_in(bool *wanted, size_t n, uint32_t set, bool take)
{
	size_t count = 0;

	for (size_t a = 0; a < n; a++)
		for (size_t b = second(a, n); b < n; b++) {
			bool *w = &wanted[pair_state(a, b, set)];

			count += *w;
			*w = *w && !take;
		}
	return count;
}

static uint32_t richest(const struct flag_sets *all, bool *wanted, size_t n)
{
	uint32_t best = 0;
	size_t most = 0;

	for (size_t i = 0; i < all->n; i++) {
		size_t count = wanted_in(wanted, n, all->v[i], false);

		if (count > most) {
			most = count;
			best = all->v[i];
		}
	}
	return best;
}

void flag_sets_pairwise(const struct flag_sets *all, size_t n, struct flag_sets *out)
{
	bool wanted[PAIR_STATES] = { false };
	size_t left = 0;

	for (size_t i = 0; i < all->n; i++)
		for (size_t a = 0; a < n; a++)
			for (size_t b = second(a, n); b < n; b++)
				wanted[pair_state(a, b, all->v[i])] = true;
	for (size_t i = 0; i < PAIR_STATES; i++)
		left += wanted[i];
	while (left) {
		uint32_t set = richest(all, wanted, n);

		left -= wanted_in(wanted, n, set, true);
		*xgrow(out->v, out->n) = set;
	}
	if (!out->n && all->n) /* no flags: the empty set */
		*xgrow(out->v, out->n) = all->v[0];
	qsort(out->v, out->n, sizeof(*out->v), by_size);
}

static int broken_rule(const struct flag_rule *flags, size_t n, const struct bits_rule *rules,
                       uint32_t set, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t lacks = rules[i].requires & ~set, has = rules[i].excludes & set;

		if (set & 1u << i && lacks)
			return err_set(err, ERR_USAGE, "the flag \"%s\" requires \"%s\"",
			               flags[i].name, flags[__builtin_ctz(lacks)].name);
		if (set & 1u << i && has)
			return err_set(err, ERR_USAGE, "the flag \"%s\" excludes \"%s\"",
			               flags[i].name, flags[__builtin_ctz(has)].name);
	}
	return 0;
}

int flag_sets_find(const struct flag_rule *flags, size_t n, const struct strv *names, uint32_t *out,
                   struct err *err)
{
	struct bits_rule rules[FLAGS_MAX];
	uint32_t set;
	size_t ignored;

	if (rules_of(flags, n, rules, &ignored, err) < 0 ||
	    bits_of(flags, n, names, &set, err) < 0 || broken_rule(flags, n, rules, set, err) < 0)
		return -(int)err->code;
	*out = set;
	return 0;
}

void flag_sets_done(struct flag_sets *s)
{
	free(s->v);
	*s = (struct flag_sets){ 0 };
}
