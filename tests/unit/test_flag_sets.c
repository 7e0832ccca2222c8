/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/flag_sets.h"

/* Up to eight flags a, b, c … with rules as text: "b>a" b requires a, "c!a" c excludes a. */
struct rules {
	struct strv requires[8], excludes[8];
	struct flag_rule flags[8];
	size_t n;
};

static void make_rules(struct rules *r, size_t n, const char *text)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h" };

	*r = (struct rules){ .n = n };
	for (size_t i = 0; i < n; i++)
		r->flags[i] = (struct flag_rule){ names[i], &r->requires[i], &r -> excludes[i] };
	for (; *text; text += text[3] ? 4 : 3) {
		size_t i = (size_t)(text[0] - 'a');

		strv_addf(text[1] == '>' ? &r->requires[i] : &r->excludes[i], "%c", text[2]);
	}
}

static void rules_done(struct rules *r)
{
	for (size_t i = 0; i < r->n; i++) {
		strv_done(&r->requires[i]);
		strv_done(&r->excludes[i]);
	}
}

/* "- a b ab" */
static char *sets_text(const struct flag_sets *s)
{
	struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < s->n; i++) {
		strbuf_adds(&b, i ? " " : "");
		for (int k = 0; k < 8; k++)
			if (s->v[i] & 1u << k)
				strbuf_addc(&b, (char)('a' + k));
		if (!s->v[i])
			strbuf_addc(&b, '-');
	}
	return strbuf_steal(&b);
}

static const struct {
	const char *label;
	size_t n;
	const char *rules, *want;
} alls[] = {
	{ "no flags", 0, "", "-" },
	{ "free flags", 3, "", "- a b c ab ac bc abc" },
	{ "b requires a", 2, "b>a", "- a ab" },
	{ "a chain", 3, "b>a c>b", "- a ab abc" },
	{ "b excludes a", 2, "b!a", "- a b" },
	{ "each excludes the others", 3, "a!b b!c c!a", "- a b c" },
	{ "both", 3, "b>a c!a", "- a c ab" },
	{ "each requires the other", 2, "a>b b>a", "- ab" },
};
TEST_ROWS(flag_sets_are_all_valid_ones_in_order, alls)
{
	struct err err = ERR_INIT;
	struct flag_sets all;
	struct rules r;
	size_t culprit;

	make_rules(&r, row->n, row->rules);
	ASSERT_OK(flag_sets_all(r.flags, r.n, &all, &culprit, &err));
	_cleanup_free_ char *text = sets_text(&all);

	ck_assert_str_eq(text, row->want);
	flag_sets_done(&all);
	rules_done(&r);
}

static const struct {
	const char *label;
	const char *rules, *says;
	size_t culprit;
} wrong[] = {
	{ "requires none that is", "b>x", "there is no flag \"x\"", 1 },
	{ "excludes none that is", "c!y", "there is no flag \"y\"", 2 },
	{ "requires what it excludes", "b>a b!a", "no set may have the flag \"b\"", 1 },
	{ "excludes what it requires in turn", "b>a c>b a!c", "no set may have the flag \"c\"", 2 },
	{ "excludes itself", "a!a", "no set may have the flag \"a\"", 0 },
};
TEST_ROWS(flag_sets_refuse_rules_that_cannot_be, wrong)
{
	struct err err = ERR_INIT;
	struct flag_sets all;
	struct rules r;
	size_t culprit = 99;

	make_rules(&r, 3, row->rules);
	ASSERT_ERR(flag_sets_all(r.flags, r.n, &all, &culprit, &err), ERR_USAGE, row->says);
	ck_assert_uint_eq(culprit, row->culprit);
	rules_done(&r);
}

static bool occurs(const struct flag_sets *s, uint32_t mask, uint32_t state)
{
	for (size_t i = 0; i < s->n; i++)
		if ((s->v[i] & mask) == state)
			return true;
	return false;
}

/* Every state of every pair that a valid set has is in one of the few. Returns how many states. */
static size_t check_pairs(const struct flag_sets *all, const struct flag_sets *few, size_t n)
{
	size_t states = 0;

	for (size_t a = 0; a < n; a++)
		for (size_t b = 0; b < n; b++)
			for (uint32_t s = 0; s < 4; s++) {
				uint32_t mask = 1u << a | 1u << b;
				uint32_t state = (s & 1) << a | (s >> 1) << b;

				if (!occurs(all, mask, state))
					continue;
				states++;
				ck_assert_msg(occurs(few, mask, state), "flags %zu %zu state %u", a,
				              b, s);
			}
	return states;
}

static const struct {
	const char *label;
	size_t n;
	const char *rules;
	size_t most; /* sets at most: far fewer than all */
} pairs[] = {
	{ "no flags", 0, "", 1 },
	{ "one flag", 1, "", 2 },
	{ "three free flags", 3, "", 4 },
	{ "eight free flags", 8, "", 8 },
	{ "a chain of eight", 8, "b>a c>b d>c e>d f>e g>f h>g", 9 },
	{ "excluding", 6, "a!b c!d e!f", 9 },
	{ "mixed", 8, "b>a c!a d>b e!c f>a h!g", 12 },
};
TEST_ROWS(flag_sets_pairwise_covers_every_valid_pair_with_few_sets, pairs)
{
	struct err err = ERR_INIT;
	struct flag_sets all, few = { 0 };
	struct rules r;
	size_t culprit;

	make_rules(&r, row->n, row->rules);
	ASSERT_OK(flag_sets_all(r.flags, r.n, &all, &culprit, &err));
	flag_sets_pairwise(&all, r.n, &few);
	ck_assert_uint_ge(few.n, 1);
	ck_assert_msg(few.n <= row->most, "%zu sets", few.n);
	for (size_t i = 0; i < few.n; i++)
		ck_assert(occurs(&all, UINT32_MAX, few.v[i]));
	ck_assert(r.n == 0 || check_pairs(&all, &few, r.n) >= 2 * r.n);
	flag_sets_done(&all);
	flag_sets_done(&few);
	rules_done(&r);
}

static const struct {
	const char *label;
	const char *names, *says; /* says NULL: found */
	uint32_t want;
} finds[] = {
	{ "none", "", NULL, 0 },
	{ "in any order", "b a", NULL, 3 },
	{ "unknown", "a aa", "there is no flag \"aa\"", 0 },
	{ "twice", "a a", "the flag \"a\" is there twice", 0 },
	{ "lacks one", "b", "the flag \"b\" requires \"a\"", 0 },
	{ "excluded", "c a", "the flag \"c\" excludes \"a\"", 0 },
};
TEST_ROWS(flag_sets_find_by_name, finds)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err err = ERR_INIT;
	struct rules r;
	uint32_t set = 0;

	strv_split(&names, row->names, " ");
	make_rules(&r, 3, "b>a c!a");
	if (row->says)
		ASSERT_ERR(flag_sets_find(r.flags, r.n, &names, &set, &err), ERR_USAGE, row->says);
	else
		ASSERT_OK(flag_sets_find(r.flags, r.n, &names, &set, &err));
	ck_assert_uint_eq(set, row->want);
	rules_done(&r);
}
