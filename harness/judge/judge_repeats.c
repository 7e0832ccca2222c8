/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/judge/judge_repeats.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/sort.h"
#include "harness/judge/fingerprint.h"
#include "harness/judge/judge_rules.h"

static struct repeated_share *share_of(struct repeated *r, enum check_id id, const char *cgroup)
{
	struct repeated_share *s;

	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].id == id && streq(r->v[i].cgroup, cgroup))
			return &r->v[i];
	s = xgrow(r->v, r->n);
	*s = (struct repeated_share){ .id = id, .cgroup = xstrdup(cgroup) };
	return s;
}

static bool was_judged(const struct sidecar *s)
{
	return s->outcome == OUTCOME_PASS || s->outcome == OUTCOME_FAIL ||
	       s->outcome == OUTCOME_INCONCLUSIVE;
}

void repeated_add(struct repeated *r, const struct check_set *checks, const struct sidecar *s)
{
	for (int id = 0; was_judged(s) && id < CHECK_COUNT; id++) {
		if (!checks->over_repeats[id] || isnan(checks->limit[id]))
			continue;
		for (size_t i = 0; i < s->stats.cgroups.n; i++) {
			const struct sidecar_cgroup *c = &s->stats.cgroups.v[i];
			double v = c->metrics.v[check_rules[id].cgroup_metric];
			struct repeated_share *share;

			if (isnan(v))
				continue;
			share = share_of(r, (enum check_id)id, c->name);
			*xgrow(share->values, share->n) = v;
		}
	}
}

static double median(struct repeated_share *s)
{
	sort_doubles(s->values, s->n);
	return (s->values[s->n / 2] + s->values[(s->n - 1) / 2]) / 2;
}

static void add_reason(const struct repeated_share *s, double value, double limit,
                       struct sidecar *out)
{
	const struct check_rule *rule = &check_rules[s->id];
	const char *unit = check_defs[s->id].unit;
	struct sidecar_reason *r = xgrow(out->reasons.v, out->reasons.n);

	json_init(&sidecar_reason_table, r);
	r->check = xstrdup(check_defs[s->id].name);
	r->unit = xstrdup(unit);
	r->outcome = OUTCOME_FAIL;
	r->cgroup = xstrdup(s->cgroup);
	r->value = value;
	r->limit = limit;
	r->text = xasprintf(
		"cgroup %s: %s %.4g %s is %s the limit of %.4g %s: the median of %zu repeats",
		s->cgroup, check_rule_figure(rule), value, unit, rule->least ? "under" : "over",
		limit, unit, s->n);
}

bool repeated_judge(struct repeated *r, const struct check_set *checks, struct sidecar *last)
{
	size_t before = last->reasons.n;

	for (size_t i = 0; i < r->n; i++) {
		double limit = checks->limit[r->v[i].id], m = median(&r->v[i]);

		if (check_rules[r->v[i].id].least ? m < limit : m > limit)
			add_reason(&r->v[i], m, limit, last);
	}
	if (last->reasons.n == before)
		return false;
	if (last->outcome == OUTCOME_PASS || last->outcome == OUTCOME_INCONCLUSIVE) {
		last->outcome = OUTCOME_FAIL;
		free(last->cause);
		free(last->fingerprint);
		last->cause = xstrdup(last->reasons.v[before].text);
		last->fingerprint = fingerprint(last->cause);
	}
	return true;
}

void repeated_done(struct repeated *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->v[i].cgroup);
		free(r->v[i].values);
	}
	free(r->v);
	*r = (struct repeated){ 0 };
}
