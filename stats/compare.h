/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What changed from A to B. A value is measured or it is not; one that is missing on a side is
 * never taken for 0. Repeats are pooled: the median of those that came to a verdict by measuring
 * (pass or fail), and pass counts n/m that are compared themselves.
 */
#ifndef STATS_COMPARE_H
#define STATS_COMPARE_H

#include "stats/pair.h"
#include "stats/policy.h"

/* Noisy: a metric that passed its gates, but on a side a VM on the real clock waited for the host
 * for more than HOST_WAIT_MAX_PCT of the time it wanted to run. */

/* X(id, name, kind): worst first. */
#define VERDICTS(X)                                                                                \
	X(VERDICT_BROKEN, "broken", KIND_WORSE)         /* passed, now fails or errs */            \
	X(VERDICT_VANISHED, "vanished", KIND_WORSE)     /* passed, now there is no record */       \
	X(VERDICT_UNSTEADY, "passes less", KIND_WORSE)  /* of its repeats */                       \
	X(VERDICT_REGRESSION, "regression", KIND_WORSE) /* a metric */                             \
	X(VERDICT_UNDECIDED, "undecided", KIND_NOTE)    /* passed, now skipped or inconclusive */  \
	X(VERDICT_MISSING, "missing", KIND_NOTE)        /* a metric, on one side */                \
	X(VERDICT_NOISY, "noisy host", KIND_NOTE) /* the host kept a VM waiting: no telling */     \
	X(VERDICT_CHANGED, "changed", KIND_NOTE)  /* nobody said which way is better */            \
	X(VERDICT_GONE, "gone", KIND_NOTE)        /* did not pass, now no record */                \
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
	double abs, rel; /* B - A; of |A|, NaN when A is 0. NaN when missing */
	double severity; /* how many times over its gate */
};

#define FINDING_OUTCOME (-1)
#define FINDING_PAYLOAD METRIC_COUNT

struct finding {
	const struct pair *pair;
	int metric;                   /* or FINDING_OUTCOME, FINDING_PAYLOAD */
	const struct metric_def *def; /* NULL: the outcome */
	struct sample side[SIDES];
	struct tally tally[SIDES]; /* of the outcome only */
	struct gate gate;
	struct delta delta;
	bool exact; /* both sides under the virtual clock with the same seeds: no noise */
};

struct comparison {
	struct finding *v; /* worst first; unchanged ones only when asked for */
	size_t n;
	struct metric_def *
		*payload_defs; /* what findings of payloads point to; names are the rows' */
	size_t n_payload_defs;
	size_t by[VERDICT_COUNT]; /* outcome and metrics */
	size_t pairs, exact;      /* tests on both sides */
	size_t compared;          /* values or verdicts that could be set against each other */
	double host_wait_pct;     /* the most of the noisy ones; 0: none */
	size_t elsewhere[SIDES];  /* tests of settings the other side never had */
};

struct compare_opts {
	const struct policy *policy;
	bool all;
	bool metric[METRIC_COUNT]; /* which; none set: all */
};

struct sample sample_of(const struct rows *rows, enum metric m);
struct tally tally_of(const struct rows *rows);
struct delta compare_metric(const struct metric_def *d, const struct gate *g,
                            const struct sample *a, const struct sample *b);
enum verdict compare_outcome(const struct tally *a, const struct tally *b);
/* The findings point into the join. */
void compare(const struct join *j, const struct compare_opts *o, struct comparison *out);
void comparison_done(struct comparison *c);
#define _cleanup_comparison_ CLEANUP(comparison_done)
size_t comparison_kind(const struct comparison *c, enum verdict_kind kind);

#endif
