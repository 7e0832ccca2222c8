/* SPDX-License-Identifier: GPL-2.0-only */
/* What each check looks at, and what it makes of it: part of judge.c. */
#ifndef JUDGE_RULES_H
#define JUDGE_RULES_H

#include "harness/judge/judge.h"

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
	/* Why there may be no figure; NULL but for a check of the whole test, which looks at a
	 * metric of the test, or at how often sched_ext counted this event, a second. Nothing above
	 * but `least` and `traced` is used then. */
	const char *why_not;
	enum metric of_test;
	const char *event, *figure;
	bool ext_only; /* not asked of the kernel's own scheduler */
};
extern const struct check_rule check_rules[CHECK_COUNT];

/* The name of what it looks at; NULL: each worker. */
const char *check_rule_figure(const struct check_rule *r);

/* Adds a reason for each check that does not pass. fairness_why: why fairness has no figure, or
 * NULL. */
void judge_rules(const struct judge_input *in, const struct judged *cgroups, size_t n,
                 const char *fairness_why, struct sidecar *out);

#endif
