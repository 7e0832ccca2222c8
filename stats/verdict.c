/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/verdict.h"

#include <math.h>

#include "base/mem.h"

#define X(id, name, doc) [id] = (name),
const char *const verdict_names[VERDICT_COUNT] = { VERDICTS(X) };
#undef X
#define X(id, name, doc) [id] = (doc),
const char *const verdict_docs[VERDICT_COUNT] = { VERDICTS(X) };
#undef X
#define X(id, name) [id] = (name),
const char *const why_texts[WHY_COUNT] = { WHYS(X) };
#undef X

static const struct infer_interval nothing = { NAN, NAN, NAN };

struct judgement judge_missing(enum why why)
{
	return (struct judgement){ .verdict = VERDICT_MISSING,
		                   .why = why,
		                   .gate = NAN,
		                   .shift = nothing,
		                   .ratio = nothing,
		                   .rate = { NAN, NAN },
		                   .p = NAN,
		                   .p_adjusted = NAN };
}

static enum verdict direction(const struct judgement *j)
{
	return (j->shift.estimate > 0) == (j->polarity == METRIC_HIGHER_BETTER) ? VERDICT_BETTER
	                                                                        : VERDICT_WORSE;
}

static bool reaches_gate(const struct judgement *j)
{
	double size = fabs(j->shift.estimate);

	return size > 0 && size >= j->gate;
}

static bool all_equal(double *const v[SIDES], const size_t n[SIDES])
{
	for (int s = 0; s < SIDES; s++)
		for (size_t i = 0; i < n[s]; i++)
			if (v[s][i] != v[SIDE_A][0])
				return false;
	return true;
}

/* A change counts if it reaches both gates. From 0 there is no relative change: the absolute gate
 * decides alone. */
static double gate_in_unit(const struct gate *gate, double a)
{
	return fmax(gate->abs, gate->rel * fabs(a));
}

void judge_values(const struct metric_def *def, const struct gate *gate, double *const v[SIDES],
                  const size_t n[SIDES], double level, struct judgement *out)
{
	struct judgement j = judge_missing(WHY_UNMEASURED);
	struct infer_change change;

	j.polarity = def->polarity;
	memcpy(j.n, n, sizeof(j.n));
	if (n[SIDE_A] && n[SIDE_B]) {
		j.why = WHY_FIGURES;
		change = infer_change(v[SIDE_A], n[SIDE_A], v[SIDE_B], n[SIDE_B], level);
		j.gate = gate_in_unit(gate, change.median_a);
		j.shift = change.shift;
		j.ratio = change.ratio;
		j.severity = j.gate > 0 ? fabs(j.shift.estimate) / j.gate : INFINITY;
		j.verdict = VERDICT_UNDECIDED;
		if (n[SIDE_A] == 1 && n[SIDE_B] == 1) {
			j.unconfirmed = true;
			j.verdict = reaches_gate(&j) ? direction(&j) : VERDICT_SAME;
		} else if (all_equal(v, n)) {
			j.shift = (struct infer_interval){ 0, 0, 0 };
			j.verdict = VERDICT_SAME;
		} else {
			j.p = infer_rank(v[SIDE_A], n[SIDE_A], v[SIDE_B], n[SIDE_B]);
		}
	}
	*out = j;
}

uint64_t tally_judged(const struct tally *t)
{
	return (uint64_t)t->by[OUTCOME_PASS] + t->by[OUTCOME_FAIL] + t->by[OUTCOME_ERROR];
}

/* Outcomes that need no statistics. False: the share of passes must be tested. */
static bool is_plain(const struct tally *a, const struct tally *b, struct judgement *j)
{
	uint64_t a_pass = a->by[OUTCOME_PASS], b_pass = b->by[OUTCOME_PASS];
	uint64_t a_all = tally_judged(a), b_all = tally_judged(b);

	j->verdict = VERDICT_MISSING;
	if (!a->n)
		j->why = WHY_NEW;
	else if (!b->n)
		j->why = a_pass ? WHY_VANISHED : WHY_GONE;
	else if (!a_all || !b_all ||
	         (a->by[OUTCOME_ERROR] == a_all && b->by[OUTCOME_ERROR] == b_all))
		j->why = WHY_NO_VERDICT;
	else if (a_pass == a_all && !b_pass)
		j->why = WHY_BROKEN;
	else if (!a_pass && b_pass == b_all)
		j->why = WHY_FIXED;
	else
		j->verdict = VERDICT_SAME;
	if (j->why == WHY_VANISHED || j->why == WHY_BROKEN)
		j->verdict = VERDICT_WORSE;
	if (j->why == WHY_FIXED)
		j->verdict = VERDICT_BETTER;
	return j->verdict != VERDICT_SAME || a_pass * b_all == b_pass * a_all;
}

static void test_shares(const struct tally *a, const struct tally *b, struct judgement *j)
{
	size_t passes[SIDES] = { a->by[OUTCOME_PASS], b->by[OUTCOME_PASS] };

	for (int s = 0; s < SIDES; s++)
		j->rate[s] = (double)passes[s] / (double)j->n[s];
	j->gate = 0;
	j->shift = (struct infer_interval){ j->rate[SIDE_B] - j->rate[SIDE_A], -1, 1 };
	j->verdict = VERDICT_UNDECIDED;
	j->p = infer_fisher(passes[SIDE_A], j->n[SIDE_A], passes[SIDE_B], j->n[SIDE_B]);
}

void judge_outcomes(const struct tally *a, const struct tally *b, struct judgement *out)
{
	struct judgement j = judge_missing(WHY_FIGURES);

	j.polarity = METRIC_HIGHER_BETTER;
	j.n[SIDE_A] = tally_judged(a);
	j.n[SIDE_B] = tally_judged(b);
	j.unconfirmed = j.n[SIDE_A] == 1 && j.n[SIDE_B] == 1;
	if (!is_plain(a, b, &j))
		test_shares(a, b, &j);
	*out = j;
}

static size_t runs_a_side(const struct judgement *j)
{
	return j->n[SIDE_A] < j->n[SIDE_B] ? j->n[SIDE_A] : j->n[SIDE_B];
}

void judge_leave_open(struct judgement *j)
{
	j->why = WHY_FIGURES;
	j->verdict = VERDICT_UNDECIDED;
}

static bool is_open(const struct judgement *j)
{
	return j->verdict == VERDICT_UNDECIDED && isnan(j->p);
}

bool judge_is_tested(const struct judgement *j)
{
	return j->verdict != VERDICT_MISSING && !is_open(j);
}

void judge_again_outcomes(const struct tally *a, const struct tally *b, double level,
                          struct judgement *j)
{
	size_t least = infer_runs_least(level);

	j->unconfirmed = false;
	if (a->n >= least && b->n >= least)
		return;
	if (j->why == WHY_BROKEN || j->why == WHY_FIXED) {
		judge_leave_open(j);
		test_shares(a, b, j);
	} else if (isnan(j->p)) {
		judge_leave_open(j);
	}
}

void judge_again_values(double level, struct judgement *j)
{
	j->unconfirmed = false;
	if (isnan(j->p) && j->verdict != VERDICT_MISSING &&
	    runs_a_side(j) < infer_runs_least(level))
		judge_leave_open(j);
}

/* The fewest runs a side, more than there are, that would show the same shares to differ among so many
 * judgements. */
static size_t rates_needed(const struct judgement *j, size_t family, double level)
{
	for (double n = fmax(4, (double)runs_a_side(j) + 1); n <= INFER_RUNS_MAX;
	     n = ceil(n * 1.15))
		if (infer_fisher((size_t)lround(j->rate[SIDE_A] * n), (size_t)n,
		                 (size_t)lround(j->rate[SIDE_B] * n),
		                 (size_t)n) <= level / (double)family)
			return (size_t)n;
	return 0;
}

/* With how many runs an end of the interval, now at `end`, is likely to come within `limit`. */
static size_t until_within(size_t n, double from, double end, double limit)
{
	return fabs(end) < limit ? n : infer_runs_needed(n, fabs(end - from), limit - fabs(from));
}

/* The runs, more than there are, with which the interval is likely to be on one side of the gate, and the
 * fewest with which so many judgements can be decided at all. */
static size_t runs_needed(const struct judgement *j, size_t family, double level)
{
	const struct infer_interval *s = &j->shift;
	size_t n = runs_a_side(j);
	double arm = s->estimate > 0 ? s->estimate - s->low : s->high - s->estimate;
	double corrected = level / (double)family;
	size_t least = infer_runs_least(corrected), need, other;

	least = least > n ? least : n + 1;
	if (!isfinite(s->low) || !isfinite(s->high))
		return least;
	if (reaches_gate(j)) { /* the arm towards 0, longer by the correction, must not reach it */
		arm *= infer_normal(corrected / 2) / infer_normal(level / 2);
		need = infer_runs_needed(n, arm, fabs(s->estimate));
	} else {
		need = until_within(n, s->estimate, s->low, j->gate);
		other = until_within(n, s->estimate, s->high, j->gate);
		need = !need || !other ? 0 : other > need ? other : need;
	}
	return need && need < least ? least : need;
}

static void give_word(struct judgement *j, size_t family, double level)
{
	const struct infer_interval *shift = &j->shift;

	if (j->p_adjusted <= level && reaches_gate(j)) {
		j->verdict = direction(j);
		j->need = 0;
	} else if (-j->gate < shift->low && shift->high < j->gate) {
		j->verdict = VERDICT_SAME;
	} else if (!isnan(j->rate[SIDE_A])) {
		j->need = rates_needed(j, family, level);
	} else if (j->gate > 0) {
		j->need = runs_needed(j, family, level);
	}
}

void judge_family(struct judgement *const *v, size_t n, double level)
{
	_cleanup_free_ double *p = xcalloc(n + 1, sizeof(*p));
	size_t tested = 0, open = 0, at = 0;

	for (size_t i = 0; i < n; i++) {
		if (!isnan(v[i]->p))
			p[tested++] = v[i]->p;
		open += is_open(v[i]);
	}
	infer_fdr(p, tested, p);
	for (size_t i = 0; i < n; i++) {
		if (is_open(v[i]))
			v[i]->need = infer_runs_least(level / (double)(tested + open));
		if (isnan(v[i]->p))
			continue;
		v[i]->p_adjusted = p[at++];
		give_word(v[i], tested, level);
	}
}

bool judge_moved(const struct judgement *j)
{
	return reaches_gate(j) && (j->unconfirmed || j->p <= INFER_ALPHA);
}
