/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What two sets of runs say about one figure, in five words (docs/statistics.md):
 *
 *	struct judgement j, *family[] = { &j, … };
 *	judge_values(&def, &gate, values, n, level, &j);	each figure
 *	judge_family(family, ARRAY_SIZE(family), level);	all of them together
 *
 * level: the share of false alarms that may be, INFER_ALPHA unless a look at the same runs has spent
 * or will spend some of it.
 *
 * Pure: no files, no rows.
 */
#ifndef STATS_VERDICT_H
#define STATS_VERDICT_H

#include "sidecar/sidecar.h"
#include "stats/infer/infer.h"
#include "stats/policy.h"
#include "stats/filter.h"

/* X(id, name, doc): the order in which tests are listed. */
#define VERDICTS(X)                                                                                \
	X(VERDICT_WORSE, "worse",                                                                  \
	  "the runs differ, by more than the gate; or a test that passed does so less often")      \
	X(VERDICT_MISSING, "missing", "there is nothing to compare it with")                       \
	X(VERDICT_UNDECIDED, "undecided",                                                          \
	  "the interval of the change reaches over the gate: more runs would decide")              \
	X(VERDICT_BETTER, "better", "as worse, in the other direction")                            \
	X(VERDICT_SAME, "same", "the whole interval of the change is within the gate")

enum verdict {
#define X(id, name, doc) id,
	VERDICTS(X)
#undef X
	VERDICT_COUNT
};
extern const char *const verdict_names[VERDICT_COUNT], *const verdict_docs[VERDICT_COUNT];

/* Why a verdict is not simply that of the figures. X(id, text) */
#define WHYS(X)                                                                                    \
	X(WHY_FIGURES, "")                                                                         \
	X(WHY_BROKEN, "passed, does not pass now")                                                 \
	X(WHY_VANISHED, "passed, has no result now")                                               \
	X(WHY_NO_VERDICT, "no run reached a verdict")                                              \
	X(WHY_FIXED, "did not pass, passes now")                                                   \
	X(WHY_NEW, "no result on A")                                                               \
	X(WHY_GONE, "no result on B")                                                              \
	X(WHY_UNMEASURED, "not measured on one side")                                              \
	X(WHY_SELDOM, "measured in less than half of the runs of a side")                          \
	X(WHY_CGROUPS, "the runs measured it in different cgroups")                                \
	X(WHY_NOISE, "no run was quiet enough to compare: the VMs waited for the host")            \
	X(WHY_EMULATED, "times under emulation (tcg) and times of a real CPU")                     \
	X(WHY_LENGTH, "grows with the run, and the runs are not equally long")                     \
	X(WHY_UNITS, "the units do not convert into each other")                                   \
	X(WHY_POLARITY, "the runs do not agree whether lower or higher is better")

enum why {
#define X(id, text) id,
	WHYS(X)
#undef X
	WHY_COUNT
};
extern const char *const why_texts[WHY_COUNT];

struct judgement {
	enum metric_polarity polarity;
	size_t n[SIDES];
	double gate;                 /* a change counts from here on; in the figure's unit */
	struct infer_interval shift; /* B - A; NaN: nothing to compare */
	struct infer_interval ratio; /* B / A; NaN unless all values are above 0 */
	double p, p_adjusted;        /* NaN: there was nothing to test */
	double severity;             /* the change as a multiple of its gate */
	double rate[SIDES]; /* of outcomes that are tested: the share of passes; else NaN */
	enum verdict verdict;
	enum why why;
	bool unconfirmed; /* one run each: the gate alone decided */
	size_t need;      /* undecided: about so many runs a side would decide; 0: unknown */
};

struct tally { /* outcomes of one side's runs */
	uint32_t by[OUTCOME_COUNT], n;
};

/* The figure's values on both sides. The verdict is final if there is nothing to test; else
 * judge_family() gives it. */
void judge_values(const struct metric_def *def, const struct gate *gate, double *const v[SIDES],
                  const size_t n[SIDES], double level, struct judgement *out);
/* The same for outcomes: whether a smaller share of the runs passes. */
void judge_outcomes(const struct tally *a, const struct tally *b, struct judgement *out);
/* Take back what too few runs for any statistics say, while both sides go on running: a side may have no
 * result yet. Between the above and judge_family(). */
void judge_again_values(double level, struct judgement *j);
void judge_again_outcomes(const struct tally *a, const struct tally *b, double level,
                          struct judgement *j);
/* Makes it undecided for lack of runs; judge_family() says how many it needs. */
void judge_leave_open(struct judgement *j);
/* Neither missing nor left open. */
bool judge_is_tested(const struct judgement *j);
/* Nothing to compare. */
struct judgement judge_missing(enum why why);
/* Corrects for the number of judgements and gives each its word. */
void judge_family(struct judgement *const *v, size_t n, double level);
/* Whether the change reaches its gate and, taken alone, is not chance. */
bool judge_moved(const struct judgement *j);
/* Runs of a side that ended with pass, fail or error. */
uint64_t tally_judged(const struct tally *t);

#endif
