/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/headlines.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/parse.h"
#include "yaml/yaml_tree.h"
#include "sidecar/metric.h"

/* "hackbench: time_s". *neutral: those of which neither more nor less is better. */
static void add_payload_metrics(const struct scenario *s, struct strv *names, struct strv *neutral)
{
	for (uint32_t i = 0; i < s->payloads_count; i++) {
		size_t n;
		_cleanup_free_ struct payload_metric *m =
			scenario_metrics(s->payloads[i].metrics, s->payloads[i].metrics_count,
		                         s->payloads[i].preset, &n);

		for (size_t k = 0; k < n; k++)
			strv_addf(m[k].better == POLARITY_NONE ? neutral : names, "%s: %s",
			          s->payloads[i].name, m[k].name);
	}
}

int headlines_check(const struct scenario *s, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT, neutral = STRV_INIT;

	if (!s->headlines_count)
		return 0;
	for (int m = 0; m < METRIC_COUNT; m++)
		strv_add(metric_defs[m].polarity == METRIC_NO_POLARITY ? &neutral : &names,
		         metric_defs[m].name);
	add_payload_metrics(s, &names, &neutral);
	for (uint32_t i = 0; i < s->headlines_count; i++) {
		const char *name = s->headlines[i], *near;

		if (strv_has(&names, name))
			continue;
		if (strv_has(&neutral, name))
			return place_refuse(
				place_item(s->at, "headlines", i), NULL, err,
				"neither more nor less of \"%s\" is better, so nothing is "
				"judged by it",
				name);
		near = parse_suggest(name, (const char *const *)names.v, names.n);
		return place_refuse(place_item(s->at, "headlines", i), NULL, err,
		                    "no metric \"%s\"%s%s%s", name,
		                    near ? ", did you mean \"" : "; stats list-metrics shows them",
		                    near ? near : "", near ? "\"?" : "");
	}
	return 0;
}
