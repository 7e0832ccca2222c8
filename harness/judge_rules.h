/* SPDX-License-Identifier: GPL-2.0-only */
/* What each check looks at, and what it makes of it: part of judge.c. */
#ifndef HARNESS_JUDGE_RULES_H
#define HARNESS_JUDGE_RULES_H

#include "harness/judge.h"

/* One cgroup of the test as the rules see it. */
struct judged {
	const struct wire_cgroup *guest; /* NULL: the guest said nothing of it */
	const struct sidecar_cgroup *measured;
};

struct check_rule {
	enum cgroup_metric metric; /* CGROUP_METRIC_COUNT: judged by a function of its own */
	bool least;                /* the limit is a least value, else a greatest one */
	bool traced;               /* only tracing knows */
	/* A count of what the metric was made of: more than 0 without a value means that it was
	 * finer than the quantum. CGROUP_METRIC_COUNT: it has none. */
	enum cgroup_metric samples;
	/* Whether it says something about this cgroup; of no cgroup: `without` says why. */
	bool (*applies)(const struct wire_cgroup *c);
	const char *without;
	/* Of the test, not of its cgroups: what it is called and its value; NAN: there is none, and
	 * `without` says why. Of the above only that and `least` are used then. */
	const char *figure;
	double (*of_test)(const struct guest_report *g, const struct check_rule *r);
	bool (*asks)(const struct job *job); /* such a test; NULL: every one */
	const char *event;                   /* what sched_ext counted, if it is that */
};
extern const struct check_rule check_rules[CHECK_COUNT];

/* Adds a reason for each check that does not pass. fairness_why: why fairness has no figure, or
 * NULL. */
void judge_rules(const struct judge_input *in, const struct judged *cgroups, size_t n,
                 const char *fairness_why, struct sidecar *out);

#endif
