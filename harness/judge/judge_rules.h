/* SPDX-License-Identifier: GPL-2.0-only */
/* What each check looks at, and what it makes of it: part of judge.c. */
#ifndef JUDGE_RULES_H
#define JUDGE_RULES_H

#include "harness/judge/judge_input.h"
#include "sidecar/sidecar.h"

/* One cgroup of the test as the rules see it. */
struct judged {
	const struct wire_cgroup *guest; /* NULL: the guest said nothing of it */
	const struct sidecar_cgroup *measured;
};

/* What a check looks at. */
enum rule_kind {
	RULE_EACH_WORKER,   /* the iterations of each worker of a cgroup */
	RULE_CGROUP_METRIC, /* a metric of each cgroup */
	RULE_TEST_METRIC,   /* a metric of the whole test */
	RULE_EVENT_RATE,    /* how many times a second sched_ext counted an event */
};

struct check_rule {
	enum rule_kind kind;
	bool least;  /* the limit is the least value that passes, else the greatest */
	bool traced; /* only tracing knows the value */
	/* RULE_EACH_WORKER, RULE_CGROUP_METRIC: whether there is something to judge in a cgroup. */
	bool (*applies)(const struct wire_cgroup *c);
	/* RULE_TEST_METRIC, RULE_EVENT_RATE: the kernel's own scheduler is not judged. */
	bool ext_only;
	/* Why nothing was judged, when `applies` to no cgroup or the test has no value. */
	const char *no_data;
	union {
		enum cgroup_metric cgroup_metric;     /* RULE_CGROUP_METRIC */
		enum metric test_metric;              /* RULE_TEST_METRIC */
		struct {                              /* RULE_EVENT_RATE */
			const char *counter, *figure; /* as the kernel and as we call it */
		} event;
	};
};
extern const struct check_rule check_rules[CHECK_COUNT];

/* The name of the value that it looks at; NULL: RULE_EACH_WORKER has no single one. */
const char *check_rule_figure(const struct check_rule *r);

/* Adds a reason for each check that does not pass. fairness_why: why fairness has no figure, or
 * NULL. */
void judge_rules(const struct judge_input *in, const struct judged *cgroups, size_t n,
                 const char *fairness_why, struct sidecar *out);

#endif
