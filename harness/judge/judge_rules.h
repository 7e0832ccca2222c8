/* SPDX-License-Identifier: GPL-2.0-only */
/* What each check looks at, and how it judges that. Used only by judge.c and check_doc.c. */
#ifndef JUDGE_RULES_H
#define JUDGE_RULES_H

#include "harness/judge/judge_input.h"
#include "sidecar/sidecar.h"

/* One cgroup of the test, for the rules. */
struct judged {
	const struct wire_cgroup *guest; /* NULL: the guest did not report it */
	const struct sidecar_cgroup *measured;
};

/* What a check looks at. */
enum rule_kind {
	RULE_EACH_WORKER,   /* the iterations of each worker of a cgroup */
	RULE_CGROUP_METRIC, /* a metric of each cgroup */
	RULE_TEST_METRIC,   /* a metric of the whole test */
	RULE_EVENT_RATE,    /* events per second, counted by sched_ext */
};

struct check_rule {
	enum rule_kind kind;
	bool least;  /* the limit is the lowest value that passes; else the highest */
	bool traced; /* the value comes from tracing */
	/* RULE_EACH_WORKER, RULE_CGROUP_METRIC: whether a cgroup has something to judge. */
	bool (*applies)(const struct wire_cgroup *c);
	/* RULE_TEST_METRIC, RULE_EVENT_RATE: not applied to the kernel's own scheduler. */
	bool ext_only;
	/* … nor where steps attach or detach a scheduler. */
	bool one_scheduler;
	const char *hint; /* what to think of when the value is off the limit; or NULL */
	/* Why nothing was judged, if it applies to no cgroup or the test has no value. */
	const char *no_data;
	union {
		enum cgroup_metric cgroup_metric;     /* RULE_CGROUP_METRIC */
		enum metric test_metric;              /* RULE_TEST_METRIC */
		struct {                              /* RULE_EVENT_RATE */
			const char *counter, *figure; /* the kernel's name, our name */
		} event;
	};
};
extern const struct check_rule check_rules[CHECK_COUNT];

/* The name of the value that a check looks at; NULL for RULE_EACH_WORKER, which has no single one.
 */
const char *check_rule_figure(const struct check_rule *r);

/* Adds a reason for each check that does not pass. fairness_why: why fairness was not measured, or
 * NULL. */
void judge_rules(const struct judge_input *in, const struct judged *cgroups, size_t n,
                 const char *fairness_why, struct sidecar *out);

#endif
