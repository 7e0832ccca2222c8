/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/objective_judge.h"

#include <fnmatch.h>

#include "base/cmd.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/unit.h"
#include "stats/compare_text.h"
#include "stats/figure.h"

#define X(id, name, doc) [id] = (name),
static const char *const status_texts[OBJECTIVE_STATUS_COUNT] = { OBJECTIVE_STATUSES(X) };
#undef X
const struct json_names objective_status_names = JSON_NAMES(status_texts);
#define X(id, name, doc) [id] = (doc),
const char *const objective_status_docs[OBJECTIVE_STATUS_COUNT] = { OBJECTIVE_STATUSES(X) };
#undef X

void verdict_of_objectives_done(struct verdict_of_objectives *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->v[i].name);
		free(v->v[i].note);
	}
	free(v->v);
	*v = (struct verdict_of_objectives){ 0 };
}

/* --- which results ----------------------------------------------------------------------------- */

static bool is_wanted(const struct objective *o, const struct objective_opts *opts,
                      const struct row *r)
{
	return fnmatch(o->test, r->test, 0) == 0 && objective_side_has(&o->only, r) &&
	       (!o->machine.n || strv_has(&o->machine, row_machine(r))) && row_is_measured(r) &&
	       filters_match(opts->filters, SIDE_SHARED, r) && row_is_picked(r, opts->picked);
}

static void take_rows(const struct objective *o, const struct pool *p,
                      const struct objective_opts *opts, struct rows side[SIDES])
{
	const struct objective_ratio *ratio = o->bound->ratio;

	for (size_t i = 0; i < p->n_rows; i++) {
		const struct row *r = &p->rows[i];

		if (!is_wanted(o, opts, r))
			continue;
		for (int s = ratio ? SIDE_A : SIDE_B; s < SIDES; s++)
			if (!ratio || objective_side_has(&ratio->side[s], r))
				*xgrow(side[s].v, side[s].n) = r;
	}
}

/* The parts of the key in which the sides of a ratio differ on purpose. */
static unsigned int sliced(const struct rows side[SIDES], const struct objective_ratio *ratio)
{
	unsigned int parts = 0;

	for (int s = 0; s < SIDES; s++) {
		const struct objective_side *o = &ratio->side[s];

		parts |= filters_used(&o->filters);
		if (!o->label)
			continue;
		parts |= JOIN_FLAGS;
		for (int d = 0; d < DIM_COUNT; d++)
			for (size_t i = 0; i < side[s].n; i++)
				if (side[s].v[i]->dim[d] &&
				    dim_defs[d].match(side[s].v[i]->dim[d], o->label))
					parts |= 1u << d;
	}
	return parts;
}

/* --- what cannot be judged --------------------------------------------------------------------- */

static bool depends_on_machine(const char *unit)
{
	const struct unit *u = unit_find(unit, 0);

	return u && u->of != UNIT_BYTES && u->of != UNIT_SHARE;
}

static const char *machine_text(const struct row *r)
{
	static const struct {
		const char *accel, *text;
	} texts[] = { { "tcg", "emulation (tcg)" },
		      { "kvm", "a virtual machine (kvm)" },
		      { "native", "bare metal (native)" } };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (streq(texts[i].accel, row_machine(r)))
			return texts[i].text;
	return row_machine(r);
}

/* Times of different machines or clocks have no common bound, and no ratio that means anything. */
static int refuse_mixed(const struct objective *o, const struct pool *p, const struct rows *rows,
                        const struct row *first, struct err *err)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = rows->v[i];
		bool clocks = row_is_virtual(r) != row_is_virtual(first);

		if (!clocks && streq(row_machine(r), row_machine(first)))
			continue;
		place_refuse(o->at, NULL, err,
		             "%s was measured on %s in run %s, on %s in run %s: times cannot be "
		             "judged across them; choose by machine:, --clock, --kernel or --run",
		             o->test, clocks ? "the real clock" : machine_text(first),
		             p->runs[first->run].name,
		             clocks ? "the virtual clock" : machine_text(r), p->runs[r->run].name);
		err->code = ERR_USAGE;
		return -ERR_USAGE;
	}
	return 0;
}

static int check_machines(const struct objective *o, const struct pool *p,
                          const struct rows side[SIDES], const char *unit, struct err *err)
{
	const struct row *first = rows_first(side);

	if (!depends_on_machine(unit) || !first)
		return 0;
	if (refuse_mixed(o, p, &side[SIDE_A], first, err) < 0)
		return -(int)err->code;
	return refuse_mixed(o, p, &side[SIDE_B], first, err);
}

/* --- the figure -------------------------------------------------------------------------------- */

struct wanted_figure {
	int metric;              /* enum metric; -1: of a payload */
	const char *name, *unit; /* unit: in which it is judged */
};

static const struct row_payload *any_payload(const struct rows side[SIDES], const char *name)
{
	for (int s = 0; s < SIDES; s++)
		for (size_t i = 0; i < side[s].n; i++)
			if (row_payload_find(side[s].v[i], name))
				return row_payload_find(side[s].v[i], name);
	return NULL;
}

static int no_figure(const struct objective *o, struct err *err)
{
	const char *names[METRIC_COUNT], *meant;

	for (int m = 0; m < METRIC_COUNT; m++)
		names[m] = metric_defs[m].name;
	meant = parse_suggest(o->figure, names, METRIC_COUNT);
	place_refuse(o->at, o->metric ? "metric" : NULL, err, "no result has a metric \"%s\"%s%s%s",
	             o->figure, meant ? "; did you mean \"" : "", meant ? meant : "",
	             meant ? "\"?" : "");
	err->code = ERR_USAGE;
	return -ERR_USAGE;
}

static int find_figure(const struct objective *o, const struct rows side[SIDES],
                       struct wanted_figure *out, struct err *err)
{
	const struct row_payload *payload;
	double factor;

	*out = (struct wanted_figure){ .metric = metric_find(o->figure), .name = o->figure };
	payload = any_payload(side, o->figure);
	if (out->metric < 0 && !payload)
		return side[SIDE_A].n + side[SIDE_B].n ? no_figure(o, err) : 0;
	out->unit = out->metric >= 0 ? metric_defs[out->metric].unit : payload->unit;
	if (!o->bound->unit)
		return 0;
	if (!unit_factor(out->unit, o->bound->unit, &factor)) {
		place_refuse(o->at, "unit", err, "%s is in %s, which does not convert to \"%s\"",
		             o->figure, out->unit ? out->unit : "no unit", o->bound->unit);
		err->code = ERR_USAGE;
		return -ERR_USAGE;
	}
	out->unit = o->bound->unit;
	return 0;
}

/* --- one line ---------------------------------------------------------------------------------- */

struct measured {
	double *v[SIDES]; /* owned */
	size_t n[SIDES];
	enum why why; /* not WHY_FIGURES: they are not fit to be judged, there are no values */
};

static void measured_done(struct measured *m)
{
	for (int s = 0; s < SIDES; s++)
		free(m->v[s]);
}

static enum why why_none(const struct runset *runs, const struct figure *figure, bool absolute)
{
	for (int s = 0; s < SIDES; s++)
		if (!runs->side[s].n && runs->noisy[s])
			return WHY_NOISE;
	return absolute && figure->as_rate ? WHY_LENGTH : figure->why;
}

/* Rates are judged as the totals that runs as long as the first would have: in the row's unit. */
static void take_values(const struct runset *runs, const struct figure *figure,
                        const struct wanted_figure *f, struct measured *out)
{
	bool known = f->metric >= 0;
	double factor;

	if (!unit_factor(known ? metric_defs[f->metric].unit : figure->def.unit, f->unit, &factor))
		return;
	if (figure->as_rate)
		factor *= runset_first_seconds(runs);
	for (int s = 0; s < SIDES; s++)
		for (size_t i = 0; i < figure->n[s]; i++)
			*xgrow(out->v[s], out->n[s]) = figure->v[s][i] * factor;
}

/* The values that `stats compare` would compare. The runs of an absolute row stand on both sides. */
static void measure(const struct pair *pair, const struct objective *o,
                    const struct wanted_figure *f, struct measured *out)
{
	bool absolute = !o->bound->ratio;
	struct pair both = *pair;
	struct figure figure;
	struct runset runs;

	if (absolute)
		both.side[SIDE_A] = both.side[SIDE_B];
	runset_take(&both, &runs);
	figure_named(&runs, f->name, &figure);
	*out = (struct measured){ .why = why_none(&runs, &figure, absolute) };
	if (out->why == WHY_FIGURES)
		take_values(&runs, &figure, f, out);
	if (absolute)
		out->n[SIDE_A] = 0;
	figure_done(&figure);
	runset_done(&runs);
}

/* With too few runs for an interval at 95 %: from the least quotient to the greatest. */
static struct infer_interval ratio_of(const struct measured *m)
{
	struct infer_interval r =
		infer_change(m->v[SIDE_A], m->n[SIDE_A], m->v[SIDE_B], m->n[SIDE_B], INFER_ALPHA)
			.ratio;
	double low = INFINITY, high = 0;

	if (isnan(r.estimate) || isfinite(r.high))
		return r;
	for (size_t a = 0; a < m->n[SIDE_A]; a++)
		for (size_t b = 0; b < m->n[SIDE_B]; b++) {
			low = fmin(low, m->v[SIDE_B][b] / m->v[SIDE_A][a]);
			high = fmax(high, m->v[SIDE_B][b] / m->v[SIDE_A][a]);
		}
	return (struct infer_interval){ r.estimate, low, high };
}

static enum objective_status hold_against(const struct objective_bound *b,
                                          const struct infer_interval *v)
{
	double least = b->min ? *b->min - b->min_slack : -INFINITY;
	double most = b->max ? *b->max + b->max_slack : INFINITY;

	if (v->low > most || v->high < least)
		return OBJECTIVE_FAIL;
	return v->high <= most && v->low >= least ? OBJECTIVE_PASS : OBJECTIVE_UNDECIDED;
}

static bool is_beyond(const struct objective_bound *b, double v)
{
	return (b->max && v > *b->max) || (b->min && v < *b->min);
}

static void set_status(struct objective_line *l, enum objective_status status, char *note)
{
	l->status = status;
	free(l->note);
	l->note = note;
}

static void judge_value(struct objective_line *l)
{
	const struct objective_bound *b = l->row->bound;
	size_t runs = b->ratio && l->n[SIDE_A] < l->n[SIDE_B] ? l->n[SIDE_A] : l->n[SIDE_B];

	if (runs < l->row->repeats) {
		set_status(l, OBJECTIVE_UNDECIDED,
		           xasprintf("%zu of %u repeats", runs, l->row->repeats));
		return;
	}
	set_status(l, hold_against(b, &l->value), NULL);
	if (l->status == OBJECTIVE_UNDECIDED)
		l->note =
			xstrdup("the interval reaches across the bound; more repeats would decide");
	else if (l->status == OBJECTIVE_PASS && is_beyond(b, l->value.estimate))
		l->note = xstrdup("beyond the bound, within the tolerance");
	else if (runs == 1)
		l->note = xstrdup("one run, unconfirmed");
}

/* Times of an emulated machine on the real clock are those of the emulator. */
static bool is_emulated(const struct objective *o, const struct pair *pair, const char *unit)
{
	const struct row *r = pair->side[SIDE_B].n ? pair->side[SIDE_B].v[0] : NULL;

	return r && !o->bound->ratio && !o->machine.n && depends_on_machine(unit) &&
	       streq(row_machine(r), "tcg") && !row_is_virtual(r);
}

/* What a failed test measured is judged like the rest, but not without a word. */
static void note_failed(struct objective_line *l, const struct rows *r)
{
	char *note = l->note;
	size_t failed = 0;

	for (size_t i = 0; i < r->n; i++)
		failed += r->v[i]->outcome == OUTCOME_FAIL;
	if (!failed)
		return;
	l->note = xasprintf("%s%sits test failed in %zu of %zu run%s", note ? note : "",
	                    note ? "; " : "", failed, r->n, r->n == 1 ? "" : "s");
	free(note);
}

static void judge_line(struct objective_line *l, const struct pair *pair,
                       const struct wanted_figure *f)
{
	const struct objective *o = l->row;
	const struct objective_ratio *ratio = o->bound->ratio;
	CLEANUP(measured_done) struct measured m;
	int base = ratio ? SIDE_A : SIDE_B;

	measure(pair, o, f, &m);
	memcpy(l->n, m.n, sizeof(l->n));
	if (!m.n[SIDE_B] || !m.n[base]) {
		set_status(l, OBJECTIVE_NO_DATA,
		           xstrdup(m.why != WHY_FIGURES ? why_texts[m.why] : "no run measured it"));
		return;
	}
	l->value =
		ratio ? ratio_of(&m) : infer_median_interval(m.v[SIDE_B], m.n[SIDE_B], INFER_ALPHA);
	if (isnan(l->value.estimate)) {
		set_status(l, OBJECTIVE_NO_DATA, xstrdup("a value is 0: there is no ratio"));
	} else if (o->floor && infer_median(m.v[base], m.n[base]) < *o->floor) {
		set_status(l, OBJECTIVE_NOT_JUDGED,
		           xasprintf("below the floor of %g%s%s", *o->floor, f->unit ? " " : "",
		                     f->unit ? f->unit : ""));
	} else if (is_emulated(o, pair, f->unit)) {
		set_status(l, OBJECTIVE_NOT_JUDGED,
		           xstrdup("times of emulation are not the kernel's; machine: tcg judges "
		                   "them"));
		l->open = true;
	} else {
		judge_value(l);
	}
	note_failed(l, &pair->side[SIDE_B]);
}

static struct objective_line *add_line(struct verdict_of_objectives *v, const struct objective *o,
                                       const char *unit)
{
	struct objective_line *l = xgrow(v->v, v->n);

	*l = (struct objective_line){ .row = o,
		                      .unit = o->bound->ratio ? NULL : unit,
		                      .value = { NAN, NAN, NAN } };
	return l;
}

static char *line_name(const struct objective *o, const struct join *j, const struct pair *pair)
{
	unsigned int parts = j->n > 1 ? text_label_parts(j) : 0;
	_cleanup_free_ char *label = text_label(pair, parts);
	const char *rest = strchr(label, '/');

	return o->name ? xasprintf("%s%s", o->name, rest ? rest : "") : steal_ptr(&label);
}

/* A line without a pair: the row matches nothing, or nothing on one side of its ratio. */
static void add_missing(struct verdict_of_objectives *v, const struct objective *o,
                        const struct rows side[SIDES])
{
	struct objective_line *l = add_line(v, o, o->bound->unit);
	bool one_side = side[SIDE_A].n || side[SIDE_B].n;

	l->name = xstrdup(o->name ? o->name : o->test);
	set_status(l, OBJECTIVE_NO_DATA,
	           xstrdup(one_side ? "no result of one side pairs with one of the other"
	                            : "no such test was run"));
}

static int judge_row(const struct objective *o, const struct pool *p,
                     const struct objective_opts *opts, struct verdict_of_objectives *v,
                     struct err *err)
{
	const struct objective_ratio *ratio = o->bound->ratio;
	_cleanup_rows_ struct rows a = { 0 }, b = { 0 };
	_cleanup_join_ struct join join = { 0 };
	struct rows side[SIDES] = { 0 };
	struct wanted_figure f;
	size_t before = v->n;

	take_rows(o, p, opts, side);
	a = side[SIDE_A];
	b = side[SIDE_B];
	if (find_figure(o, side, &f, err) < 0 || check_machines(o, p, side, f.unit, err) < 0)
		return -(int)err->code;
	join_rows(join_parts(ratio ? sliced(side, ratio) : 0, 0), &a, &b, &join);
	for (size_t i = 0; i < join.n; i++) /* all is on one side: labels are to look at it */
		join.pairs[i].elsewhere &= ratio != NULL;
	for (size_t i = 0; i < join.n; i++) {
		const struct pair *pair = &join.pairs[i];

		if (!pair->side[SIDE_B].n || (ratio && !pair->side[SIDE_A].n))
			continue;
		add_line(v, o, f.unit)->name = line_name(o, &join, pair);
		judge_line(&v->v[v->n - 1], pair, &f);
	}
	if (v->n == before)
		add_missing(v, o, side);
	return 0;
}

int objectives_exit(const struct objective_vote *v, size_t n)
{
	bool open = true; /* nothing was judged */

	for (size_t i = 0; i < n; i++)
		open &= v[i].status > OBJECTIVE_FAIL;
	for (size_t i = 0; i < n; i++) {
		if (v[i].level != OBJECTIVE_STRICT)
			continue;
		if (v[i].status == OBJECTIVE_FAIL)
			return EXIT_WORSE;
		open |= v[i].status == OBJECTIVE_UNDECIDED;
		open |= (v[i].status == OBJECTIVE_NO_DATA || v[i].open) && !v[i].optional;
	}
	return open ? EXIT_INCONCLUSIVE : EXIT_OK;
}

const char *objectives_word(int exit_status)
{
	static const char *const words[] = {
		[EXIT_OK] = "pass", [EXIT_WORSE] = "fail", [EXIT_INCONCLUSIVE] = "undecided"
	};

	return words[exit_status];
}

static int exit_of(const struct verdict_of_objectives *v)
{
	_cleanup_free_ struct objective_vote *votes = xcalloc(v->n + 1, sizeof(*votes));

	for (size_t i = 0; i < v->n; i++)
		votes[i] = (struct objective_vote){ v->v[i].status, v->v[i].row->level,
			                            v->v[i].open, v->v[i].row->optional };
	return objectives_exit(votes, v->n);
}

int objectives_judge(const struct objectives *o, const struct pool *p,
                     const struct objective_opts *opts, struct verdict_of_objectives *out,
                     struct err *err)
{
	struct verdict_of_objectives v = { 0 };

	for (uint32_t i = 0; i < o->objectives_count; i++)
		if (judge_row(&o->objectives[i], p, opts, &v, err) < 0) {
			verdict_of_objectives_done(&v);
			return -(int)err->code;
		}
	for (size_t i = 0; i < v.n; i++)
		v.by[v.v[i].status] += v.v[i].row->level == OBJECTIVE_STRICT;
	v.exit_status = exit_of(&v);
	*out = v;
	return 0;
}
