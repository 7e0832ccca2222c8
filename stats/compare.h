/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What changed from A to B. A value that is missing on one side never counts as 0. Repeats are
 * pooled: a metric's value is the median over the repeats that passed or failed, and outcomes are
 * compared as pass counts n/m.
 */
#ifndef STATS_COMPARE_H
#define STATS_COMPARE_H

#include "stats/pair.h"
#include "stats/policy.h"

/* Noisy: the metric's difference reached its gates, but on one side a VM on the real clock waited
 * for the host for more than HOST_WAIT_MAX_PCT of the time it wanted to run. */

/* X(id, name, kind): worst first. */
#define VERDICTS(X)                                                                                \
	X(VERDICT_BROKEN, "broken", KIND_WORSE)         /* passed on A; fails or errs on B */      \
	X(VERDICT_VANISHED, "vanished", KIND_WORSE)     /* passed on A; no record on B */          \
	X(VERDICT_UNSTEADY, "passes less", KIND_WORSE)  /* a smaller share of the repeats */       \
	X(VERDICT_REGRESSION, "regression", KIND_WORSE) /* a metric got worse */                   \
	X(VERDICT_UNDECIDED, "undecided", KIND_NOTE)    /* passed, now skipped or inconclusive */  \
	X(VERDICT_MISSING, "missing", KIND_NOTE)        /* a metric, measured on one side only */  \
	X(VERDICT_NOISY, "noisy host", KIND_NOTE)       /* the host may be the cause */            \
	X(VERDICT_CHANGED, "changed", KIND_NOTE)        /* no polarity is declared */              \
	X(VERDICT_GONE, "gone", KIND_NOTE)              /* did not pass on A; no record on B */    \
	X(VERDICT_NEW, "new", KIND_NOTE)                                                           \
	X(VERDICT_STEADIER, "passes more", KIND_BETTER)                                            \
	X(VERDICT_FIXED, "fixed", KIND_BETTER)                                                     \
	X(VERDICT_IMPROVEMENT, "improvement", KIND_BETTER)                                         \
	X(VERDICT_UNCHANGED, "unchanged", KIND_SAME)

enum verdict_kind {
	KIND_WORSE,
	KIND_NOTE,
	KIND_BETTER,
	KIND_SAME,
	KIND_COUNT
};
enum verdict {
#define X(id, name, kind) id,
	VERDICTS(X)
#undef X
	VERDICT_COUNT
};
struct verdict_def {
	const char *name;
	enum verdict_kind kind;
};
extern const struct verdict_def verdict_defs[VERDICT_COUNT];

struct sample {     /* of one metric on one side */
	uint32_t n; /* 0: missing */
	double median, min, max;
};

struct tally {
	uint32_t by[OUTCOME_COUNT], n;
};

struct delta {
	enum verdict verdict;
	double abs, rel; /* B - A, also as a fraction of |A|; NaN: missing, and rel when A is 0 */
	double severity; /* the change as a multiple of its gate; it counts from 1 on */
};

#define FINDING_OUTCOME (-1)
#define FINDING_PAYLOAD METRIC_COUNT

struct finding {
	const struct pair *pair;
	int metric;                   /* or FINDING_OUTCOME, FINDING_PAYLOAD */
	const struct metric_def *def; /* NULL: the outcome */
	struct sample side[SIDES];
	struct tally tally[SIDES]; /* for FINDING_OUTCOME only */
	struct gate gate;
	struct delta delta;
	bool exact; /* no noise: both sides under the virtual clock, with the same seeds */
};

struct comparison {
	struct finding *v; /* worst first; unchanged ones only with compare_opts.all */
	size_t n;
	struct metric_def *
		*payload_defs; /* owned; the `def` of payloads' findings. The rows own the names */
	size_t n_payload_defs;
	size_t by[VERDICT_COUNT]; /* outcome and metrics */
	size_t pairs, exact;      /* tests that are on both sides; those of them that are exact */
	size_t compared;          /* outcomes and metrics that both sides have */
	double host_wait_pct;     /* the greatest among the noisy ones; 0: none is noisy */
	size_t elsewhere[SIDES];  /* tests under settings that the other side has no results of */
};

struct compare_opts {
	const struct policy *policy;
	bool all;
	bool metric[METRIC_COUNT]; /* the metrics to compare; none set: all */
};

struct sample sample_of(const struct rows *rows, enum metric m);
struct tally tally_of(const struct rows *rows);
struct delta compare_metric(const struct metric_def *d, const struct gate *g,
                            const struct sample *a, const struct sample *b);
enum verdict compare_outcome(const struct tally *a, const struct tally *b);
/* *out points into the join. */
void compare(const struct join *j, const struct compare_opts *o, struct comparison *out);
void comparison_done(struct comparison *c);
#define _cleanup_comparison_ CLEANUP(comparison_done)
size_t comparison_kind(const struct comparison *c, enum verdict_kind kind);

#endif
