/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/figure.h"

#include "base/mem.h"
#include "base/unit.h"

static void init(const struct runset *runs, const struct metric_def *def, int metric,
                 struct figure *out)
{
	*out = (struct figure){ .def = *def, .metric = metric };
	for (int s = 0; s < SIDES; s++)
		out->v[s] = xcalloc(runs->side[s].n + 1, sizeof(*out->v[s]));
}

void figure_done(struct figure *f)
{
	for (int s = 0; s < SIDES; s++)
		free(f->v[s]);
	*f = (struct figure){ 0 };
}

bool figure_is_measured(const struct figure *f)
{
	return f->n[SIDE_A] || f->n[SIDE_B] || f->why != WHY_FIGURES;
}

bool figure_is_usual(const struct figure *f, const struct runset *runs, int side)
{
	return f->n[side] && 2 * f->n[side] >= runs->side[side].n;
}

/* The cgroups of which most runs have the worst value: runs with other cgroups measured another
 * thing. */
static uint32_t usual_cgroups(const struct runset *runs, enum metric m)
{
	uint32_t usual = 0;
	size_t most = 0;

	for (int s = 0; s < SIDES; s++)
		for (size_t i = 0; i < runs->side[s].n; i++) {
			uint32_t over = runs->side[s].v[i]->over[m];
			size_t n = 0;

			if (!isfinite(runs->side[s].v[i]->v[m]) || (most && over == usual))
				continue;
			for (int t = 0; t < SIDES; t++)
				for (size_t k = 0; k < runs->side[t].n; k++)
					n += runs->side[t].v[k]->over[m] == over;
			if (n > most) {
				most = n;
				usual = over;
			}
		}
	return usual;
}

static const char *rate_unit(const char *unit)
{
	return unit ? "ms/s" : "1/s";
}

static void make_rate(struct figure *f, const struct runset *runs)
{
	f->as_rate = true;
	f->def.unit = rate_unit(f->def.unit);
	f->def.gate_abs /= runset_first_seconds(runs);
}

static void take_metric(struct figure *f, const struct row *r, int side, uint32_t cgroups)
{
	double v = r->v[f->metric];

	if (!isfinite(v))
		return;
	if (f->as_rate)
		v /= runset_seconds(r);
	if (!isfinite(v))
		f->why = WHY_LENGTH;
	else if (r->over[f->metric] == cgroups)
		f->v[side][f->n[side]++] = v;
	else
		f->why = WHY_CGROUPS;
}

/* Runs that lack the value, or have it of other cgroups, may be left out if they are few. */
static void settle(struct figure *f, const struct runset *runs)
{
	enum why missing = f->why == WHY_FIGURES ? WHY_UNMEASURED : f->why;

	f->why = WHY_FIGURES;
	if (!f->n[SIDE_A] && !f->n[SIDE_B] && missing == WHY_UNMEASURED)
		return;
	for (int s = 0; s < SIDES; s++)
		if (!figure_is_usual(f, runs, s))
			f->why = f->n[s] && missing == WHY_UNMEASURED ? WHY_SELDOM : missing;
}

/* tcg: the CPU is a program. kvm, native: it is the machine's. */
static bool is_emulated(const struct runset *runs, int side)
{
	const struct rows *r = &runs->side[side];

	return r->n && r->v[0]->accel && streq(r->v[0]->accel, "tcg");
}

/* A benchmark's time says nothing about a CPU of the other kind. */
static bool is_of_other_cpu(const struct runset *runs, enum metric m)
{
	return m >= M_BENCH_P50_NS && m <= M_BENCH_MAX_NS && runs->side[SIDE_A].n &&
	       runs->side[SIDE_B].n && is_emulated(runs, SIDE_A) != is_emulated(runs, SIDE_B);
}

void figure_of_metric(const struct runset *runs, enum metric m, struct figure *out)
{
	uint32_t cgroups = usual_cgroups(runs, m);
	bool measured;

	init(runs, &metric_defs[m], (int)m, out);
	if (runs->lengths_differ && out->def.over == METRIC_TOTAL)
		make_rate(out, runs);
	for (int s = 0; s < SIDES; s++)
		for (size_t i = 0; i < runs->side[s].n; i++)
			take_metric(out, runs->side[s].v[i], s, cgroups);
	measured = out->n[SIDE_A] || out->n[SIDE_B];
	settle(out, runs);
	if (measured && runs->lengths_differ && out->def.over == METRIC_EXTREME)
		out->why = WHY_LENGTH;
	if (measured && is_of_other_cpu(runs, m))
		out->why = WHY_EMULATED;
}

static const struct row_payload *first_of(const struct runset *runs, int side, const char *name)
{
	for (size_t i = 0; i < runs->side[side].n; i++) {
		const struct row_payload *m = row_payload_find(runs->side[side].v[i], name);

		if (m)
			return m;
	}
	return NULL;
}

static void take_payload(struct figure *f, const struct row_payload *m, int side)
{
	double factor;

	if (!unit_factor(m->unit, f->def.unit, &factor)) {
		f->why = WHY_UNITS;
		return;
	}
	if (m->polarity != f->def.polarity)
		f->why = WHY_POLARITY;
	if (isfinite(m->value))
		f->v[side][f->n[side]++] = m->value * factor;
}

void figure_of_payload(const struct runset *runs, const char *name, struct figure *out)
{
	const struct row_payload *first = first_of(runs, SIDE_A, name);
	enum why refused;

	first = first ? first : first_of(runs, SIDE_B, name);
	init(runs, &(struct metric_def){ .name = name, .doc = "" }, FIGURE_PAYLOAD, out);
	if (!first)
		return;
	out->def.name = first->name;
	out->def.unit = first->unit;
	out->def.polarity = first->polarity;
	for (int s = 0; s < SIDES; s++)
		for (size_t i = 0; i < runs->side[s].n; i++) {
			const struct row_payload *m = row_payload_find(runs->side[s].v[i], name);

			if (m)
				take_payload(out, m, s);
		}
	refused = out->why;
	out->why = WHY_FIGURES;
	settle(out, runs);
	out->why = refused == WHY_FIGURES ? out->why : refused;
}

void figure_named(const struct runset *runs, const char *name, struct figure *out)
{
	int metric = metric_find(name);

	if (metric >= 0)
		figure_of_metric(runs, (enum metric)metric, out);
	else
		figure_of_payload(runs, name, out);
}

static const char *better(enum metric_polarity p)
{
	return p == METRIC_NO_POLARITY ? "neither" : metric_polarity_name(p);
}

char *figure_mismatch(const struct figure *f, const struct runset *runs)
{
	const struct row_payload *a = first_of(runs, SIDE_A, f->def.name);
	const struct row_payload *b = first_of(runs, SIDE_B, f->def.name);

	if (!a || !b)
		return xasprintf("%s: %s", f->def.name, why_texts[f->why]);
	if (f->why == WHY_UNITS)
		return xasprintf("%s is in %s on A and in %s on B", f->def.name,
		                 a->unit ? a->unit : "no unit", b->unit ? b->unit : "no unit");
	return xasprintf("%s: better is %s on A and %s on B", f->def.name, better(a->polarity),
	                 better(b->polarity));
}
