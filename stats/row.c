/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/row.h"

#include <inttypes.h>

#include "base/mem.h"
#include "base/pick.h"
#include "base/strbuf.h"
#include "base/unit.h"
#include "stats/index.h"

static char *join_sorted(struct strv *list)
{
	strv_sort(list);
	return strv_join(list, ",");
}

static enum metric_polarity polarity_of(const char *word)
{
	if (!word)
		return METRIC_NO_POLARITY;
	if (streq(word, "higher"))
		return METRIC_HIGHER_BETTER;
	return streq(word, "lower") ? METRIC_LOWER_BETTER : METRIC_NO_POLARITY;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct row_payload *)a)->name, ((const struct row_payload *)b)->name);
}

/* Labels for the payload runs of a test: counts how often each name occurred so far. */
struct labels {
	struct strv names; /* by payload_index, from "a+b": for runs that have no name recorded */
	struct index seen;
	unsigned int *count; /* by number in `seen` */
	size_t n;
};

static void labels_done(struct labels *l)
{
	strv_done(&l->names);
	index_done(&l->seen);
	free(l->count);
}

static char *payload_name(const struct labels *l, const struct sidecar_payload *p)
{
	if (p->name)
		return xstrdup(p->name);
	return p->payload_index < l->names.n ? xstrdup(l->names.v[p->payload_index])
	                                     : xasprintf("payload %" PRIu32, p->payload_index);
}

/* "pipe", and "pipe #2" when it runs a second time. */
static char *payload_label(struct labels *l, const struct sidecar_payload *p)
{
	_cleanup_free_ char *label = payload_name(l, p);
	size_t at = index_add(&l->seen, label, strlen(label));

	if (at == l->n)
		*xgrow(l->count, l->n) = 0;
	return l->count[at]++ ? xasprintf("%s #%u", label, l->count[at]) : steal_ptr(&label);
}

static void take_metrics(struct row *r, const char *label, struct sidecar_payload_metric *m,
                         size_t n)
{
	for (size_t k = 0; k < n; k++)
		*xgrow(r->payload, r->n_payload) = (struct row_payload){
			.name = xasprintf("%s: %s", label, m[k].name),
			.unit = steal_ptr(&m[k].unit),
			.polarity = polarity_of(m[k].polarity),
			.value = m[k].value,
		};
}

static void take_payloads(struct row *r, const struct sidecar *s)
{
	const struct sidecar_payload *p = s->payload_metrics.v;
	CLEANUP(labels_done) struct labels labels = { 0 };

	if (s->payload)
		strv_split(&labels.names, s->payload, "+");
	for (size_t i = 0; i < s->payload_metrics.n; i++) {
		_cleanup_free_ char *label = payload_label(&labels, &p[i]);

		take_metrics(r, label, p[i].metrics.v, p[i].metrics.n);
	}
	take_metrics(r, "scheduler", s->scheduler_metrics.v, s->scheduler_metrics.n);
	for (size_t i = 0; i < r->n_payload; i++)
		r->payload[i].at = i;
	if (r->n_payload)
		qsort(r->payload, r->n_payload, sizeof(*r->payload), by_name);
}

const struct row_payload *row_payload_find(const struct row *r, const char *name)
{
	struct row_payload key = { .name = (char *)name };

	return r->n_payload ? bsearch(&key, r->payload, r->n_payload, sizeof(*r->payload), by_name)
	                    : NULL;
}

bool row_is_measured(const struct row *r)
{
	return r->outcome == OUTCOME_PASS || r->outcome == OUTCOME_FAIL;
}

bool row_is_virtual(const struct row *r)
{
	return streq_null(r->dim[DIM_CLOCK], "virtual");
}

bool row_is_benchmark(const struct row *r)
{
	return isfinite(r->v[M_BENCH_P50_NS]) || isfinite(r->v[M_BENCH_PCT]) ||
	       isfinite(r->v[M_BENCH_BYTES]);
}

const char *row_machine(const struct row *r)
{
	return r->accel ? r->accel : "native";
}

double row_value(const struct row *r, const char *name, const char *unit)
{
	int metric = metric_find(name);
	const struct row_payload *m = metric < 0 ? row_payload_find(r, name) : NULL;
	double factor;

	if (metric >= 0)
		return r->v[metric];
	return m && unit_factor(m->unit, unit, &factor) ? m->value * factor : NAN;
}

/* FNV-1a, going on from `hash`. */
static uint32_t hash_on(uint32_t hash, const char *s)
{
	for (; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 16777619u;
	return (hash ^ '/') * 16777619u;
}

static void take_cgroups(struct row *r, const struct sidecar *s)
{
	for (int m = 0; m < METRIC_COUNT; m++) {
		if (metric_defs[m].rollup != METRIC_WORST || !isfinite(r->v[m]))
			continue;
		r->over[m] = 2166136261u;
		for (size_t i = 0; i < s->stats.cgroups.n; i++) {
			const struct sidecar_cgroup *c = &s->stats.cgroups.v[i];

			if (metric_takes_part(&c->metrics, metric_defs[m].from))
				r->over[m] = hash_on(r->over[m], c->name);
		}
	}
}

void row_take(struct row *r, struct sidecar *s)
{
	*r = (struct row){ .outcome = (enum outcome)s->outcome,
		           .repeat = s->repeat,
		           .seed = s->seed,
		           .duration_ns = s->duration_ns,
		           .host_load = NAN,
		           .median = { NAN, NAN },
		           .traced = s->guest ? s->guest->traced : TRI_NONE,
		           .host = HOST_NONE };
	for (int d = 0; d < DIM_COUNT; d++)
		r->dim[d] = steal_ptr((char **)((char *)s + dim_defs[d].off));
	r->accel = s->vm ? steal_ptr(&s->vm->accel) : NULL;
	r->host_wait_pct = s->vm ? s->vm->host_wait_pct : NAN;
	r->test = steal_ptr(&s->test_name);
	r->cause = steal_ptr(&s->cause);
	r->run_id = steal_ptr(&s->run_id);
	r->timestamp = steal_ptr(&s->timestamp);
	r->flags = join_sorted(&s->active_flags);
	r->payload_names = xstrdup(s->payload ? s->payload : "");
	memcpy(r->v, s->stats.metrics.v, sizeof(r->v));
	take_cgroups(r, s);
	r->headlines = s->headlines;
	s->headlines = (struct strv)STRV_INIT;
	take_payloads(r, s);
	if (s->benchmark) {
		r->median[0] = s->benchmark->timing.median_low;
		r->median[1] = s->benchmark->timing.median_high;
	}
}

void row_done(struct row *r)
{
	if (!r)
		return;
	for (int d = 0; d < DIM_COUNT; d++)
		free(r->dim[d]);
	free(r->test);
	free(r->flags);
	free(r->payload_names);
	free(r->cause);
	free(r->run_id);
	free(r->timestamp);
	free(r->file);
	free(r->accel);
	strv_done(&r->headlines);
	for (size_t i = 0; i < r->n_payload; i++) {
		free(r->payload[i].name);
		free(r->payload[i].unit);
	}
	free(r->payload);
	*r = (struct row){ 0 };
}

const char *row_dim_text(const struct row *r, enum dim d)
{
	return r->dim[d] ? r->dim[d] : "unknown";
}

bool row_is_picked(const struct row *r, const struct strv *patterns)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (!patterns || !patterns->n)
		return true;
	strbuf_adds(&b, r->test);
	for (int d = 0; d < DIM_COUNT; d++)
		strbuf_addf(&b, " %s", row_dim_text(r, (enum dim)d));
	strbuf_addf(&b, " %s %s", r->flags, r->payload_names);
	return pick_wants(patterns, strbuf_cstr(&b));
}
