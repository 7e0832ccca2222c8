/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From what difference on a metric counts. The registry's gates, changed by --threshold or a file:
 *
 *	{
 *	  "default_percent": 10,
 *	  "per_metric_percent": { "worst_spread": 20 },
 *	  "per_metric_absolute": { "worst_gap_ms": 5 },
 *	  "per_test": { "cgroup_*": { "default_percent": 30, … } }
 *	}
 *
 * A metric's own percentage goes before a default; what a test's globs say goes before both, the
 * last glob that matches first.
 */
#ifndef STATS_POLICY_H
#define STATS_POLICY_H

#include "sidecar/metric.h"

struct gate {
	double abs, rel; /* in the metric's unit; a fraction of A. A difference counts when it
	                    reaches both. */
};

struct policy_rule {
	char *glob;                                                /* NULL: every test */
	double percent;                                            /* NaN: not said */
	double metric_pct[METRIC_COUNT], metric_abs[METRIC_COUNT]; /* NaN: not said */
};

struct policy {
	struct policy_rule *rules;
	size_t n;
};

#define POLICY_MAX (1u << 20) /* bytes of a file */

void policy_done(struct policy *p);
#define _cleanup_policy_ CLEANUP(policy_done)
/* "--threshold PCT". */
int policy_threshold(struct policy *p, const char *pct, struct err *err) MUST_CHECK;
int policy_read(struct policy *p, const char *path, struct err *err) MUST_CHECK;
int policy_decode(struct policy *p, struct json_object *o, struct err *err) MUST_CHECK;
/* "KEY: no metric NAME", with a suggestion. */
int policy_no_metric(const char *key, const char *name, struct err *err);
/* Of a payload's metric, which has no row in the registry: 10 % unless a percentage is given. */
struct gate policy_gate_payload(const struct policy *p, const char *test);
struct gate policy_gate(const struct policy *p, const char *test, enum metric m);

#endif
