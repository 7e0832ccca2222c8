/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The gates: how large a metric's difference must be to count. The registry has the defaults;
 * --threshold or a file changes them:
 *
 *	{
 *	  "default_percent": 10,
 *	  "per_metric_percent": { "worst_spread": 20 },
 *	  "per_metric_absolute": { "worst_gap_ms": 5 },
 *	  "per_test": { "cgroup_*": { "default_percent": 30, … } }
 *	}
 *
 * In one object, a metric's own percentage takes precedence over default_percent. An object under
 * per_test whose glob matches the test's name takes precedence over the outer one. If several globs
 * match, the last one takes precedence.
 */
#ifndef STATS_POLICY_H
#define STATS_POLICY_H

#include "sidecar/metric.h"

/* The keys. X(ID, name, doc) */
#define POLICY_KEYS(X)                                                                             \
	X(PERCENT, "default_percent", "relative gate of all metrics, in percent of A")             \
	X(METRIC_PERCENT, "per_metric_percent",                                                    \
	  "object: the relative gate of each metric named, in percent of A")                       \
	X(METRIC_ABSOLUTE, "per_metric_absolute",                                                  \
	  "object: the absolute gate of each metric named, in its unit")                           \
	X(TEST, "per_test",                                                                        \
	  "object: a pattern of test names (`cgroup_*`) and an object with the three keys above; " \
	  "of several that match, the last wins")

struct gate {
	double abs, rel; /* in the metric's unit, and as a fraction of A; a difference counts when
	                    it reaches both */
};

struct policy_rule {
	char *glob;                                                /* NULL: every test */
	double percent;                                            /* NaN: not given */
	double metric_pct[METRIC_COUNT], metric_abs[METRIC_COUNT]; /* NaN: not given */
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
/* The table of keys in markdown. */
void policy_page(struct strbuf *out);
/* Sets ERR_USAGE, "KEY: no metric NAME" with a suggestion, and returns it. */
int policy_no_metric(const char *key, const char *name, struct err *err);
/* Takes the values of a repeatable --metric and marks each in `wanted`. ERR_USAGE as above. */
int policy_take_metrics(char ***given, bool wanted[METRIC_COUNT], struct err *err) MUST_CHECK;
/* The gate for metrics of payloads, which are not in the registry: 10 % unless a default percentage
 * is given. */
struct gate policy_gate_payload(const struct policy *p, const char *test);
struct gate policy_gate(const struct policy *p, const char *test, enum metric m);

#endif
