/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/select.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "stats/twins.h"

#define SHOWN_MAX 6 /* values listed in a message */

static const char side_letter[SIDES] = { 'A', 'B' };
static const char *const side_option[SIDES] = { "a-", "b-" };

void selection_done(struct selection *s)
{
	for (int i = 0; i < SIDES; i++) {
		rows_done(&s->side[i]);
		free(s->label[i]);
	}
	strv_done(&s->notes);
	*s = (struct selection){ 0 };
}

static bool on_side(const struct select_opts *o, int side, const struct row *r)
{
	return (o->run[side] == RUN_ANY || o->run[side] == r->run) &&
	       (!o->run_id || streq_null(o->run_id, r->run_id)) &&
	       filters_match(o->filters, side, r);
}

/* The distinct values of a part, sorted. */
static void values_of(const struct rows *rows, unsigned int part, struct strv *out)
{
	_cleanup_index_ struct index seen = { 0 };

	for (size_t i = 0; i < rows->n; i++) {
		size_t len;
		const char *s = join_part_text(rows->v[i], part, &len);

		index_add(&seen, s, strlen(s));
	}
	for (size_t i = 0; i < seen.n; i++)
		strv_add(out, *seen.entries[i].key ? seen.entries[i].key : "unknown");
	strv_sort(out);
}

static char *shown(const struct strv *values)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < values->n && i < SHOWN_MAX; i++)
		strbuf_addf(&b, "%s%s", i ? ", " : "", values->v[i]);
	if (values->n > SHOWN_MAX)
		strbuf_addf(&b, " and %zu more", values->n - SHOWN_MAX);
	return strbuf_steal(&b);
}

/* Those that a filter can match. */
static void known_values(const struct rows *rows, enum dim d, struct strv *out)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->v[i]->dim[d])
			strv_add(out, rows->v[i]->dim[d]);
	strv_uniq(out);
}

static char *shown_part(const struct rows *rows, unsigned int part)
{
	_cleanup_strv_ struct strv values = STRV_INIT;

	values_of(rows, part, &values);
	return shown(&values);
}

/* An existing commit that differs from the one asked for only in "-dirty", or NULL. */
static const char *dirty_twin(const struct strv *want, const struct strv *there)
{
	strv_each (want, i)
		strv_each (there, k)
			if (dim_is_hash(want->v[i]) && dim_is_hash(there->v[k]) &&
			    dim_commit_len(want->v[i]) == dim_commit_len(there->v[k]) &&
			    strncmp(want->v[i], there->v[k], dim_commit_len(want->v[i])) == 0)
				return there->v[k];
	return NULL;
}

/* What matched nothing: a side of a comparison, or a command's own filters. */
struct asked {
	const struct filters *filters;
	int side;           /* of the filters */
	const char *who;    /* "side A is empty: "; "" */
	const char *option; /* "a-"; "" */
	bool picked;        /* -E is given, too */
};

static int no_value(const struct rows *all, const struct asked *q, enum dim d, struct err *err)
{
	const struct strv *want = filters_want(q->filters, q->side, d);
	_cleanup_strv_ struct strv there = STRV_INIT;
	_cleanup_free_ char *asked = shown(want), *list = NULL, *text = NULL;
	const char *twin;

	known_values(all, d, &there);
	list = shown(&there);
	text = there.n ? xasprintf("there are: %s", list) : xstrdup("no result has one");
	twin = dim_defs[d].match == dim_match_commit ? dirty_twin(want, &there) : NULL;
	if (twin)
		return err_set(err, ERR_NOT_FOUND, "%sno %s is %s; did you mean --%s%s %s?", q->who,
		               dim_defs[d].name, asked, q->option, dim_defs[d].name, twin);
	return err_set(err, ERR_NOT_FOUND, "%sno %s is %s; %s", q->who, dim_defs[d].name, asked,
	               text);
}

static int no_match(const struct rows *all, const struct asked *q, struct err *err)
{
	size_t filtered = 0;

	for (int d = 0; d < DIM_COUNT; d++) {
		const struct strv *want = filters_want(q->filters, q->side, (enum dim)d);
		struct filters one = { 0 };
		size_t n = 0;

		one.set[q->side].want[d] = *want;
		filtered += want->n > 0;
		for (size_t i = 0; i < all->n; i++)
			n += filters_match(&one, q->side, all->v[i]);
		if (!n)
			return no_value(all, q, (enum dim)d, err);
	}
	return err_set(err, ERR_NOT_FOUND, "%snone of %zu results%s%s%s", q->who, all->n,
	               filtered ? " has all the values asked for" : "",
	               filtered && q->picked ? " and" : "", q->picked ? " matches -E" : "");
}

/* Those of a run, or of all: RUN_ANY. */
static struct rows rows_of(const struct pool *p, size_t run)
{
	struct rows all = { .v = xcalloc(p->n_rows + 1, sizeof(*all.v)) };

	for (size_t i = 0; i < p->n_rows; i++)
		if (run == RUN_ANY || run == p->rows[i].run)
			all.v[all.n++] = &p->rows[i];
	return all;
}

int select_nothing(const struct pool *p, const struct filters *f, bool picked, struct err *err)
{
	_cleanup_rows_ struct rows all = rows_of(p, RUN_ANY);
	const struct asked q = { f, SIDE_SHARED, "", "", picked };

	if (!all.n)
		return err_set(err, ERR_NOT_FOUND, "there are no results");
	return no_match(&all, &q, err);
}

static int empty_side(const struct pool *p, const struct select_opts *o, int side, struct err *err)
{
	_cleanup_rows_ struct rows all = rows_of(p, o->run[side]);
	_cleanup_free_ char *who = xasprintf("side %c is empty: ", side_letter[side]);
	const struct asked q = { o->filters, side, who, side_option[side],
		                 o->filter && o->filter->n };

	if (!all.n)
		return err_set(err, ERR_NOT_FOUND, "%srun %s has no results", who,
		               p->runs[o->run[side]].name);
	return no_match(&all, &q, err);
}

static char *side_label(const struct pool *p, const struct select_opts *o, unsigned int slicing,
                        int side)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (o->run[side] != RUN_ANY)
		strbuf_addf(&b, "run %s", p->runs[o->run[side]].name);
	for (int d = 0; d < DIM_COUNT; d++) {
		const struct strv *want = filters_want(o->filters, side, (enum dim)d);
		_cleanup_free_ char *text = shown(want);

		if (slicing & 1u << d)
			strbuf_addf(&b, "%s%s %s", b.n ? ", " : "", dim_defs[d].name,
			            want->n ? text : "any");
	}
	return strbuf_steal(&b);
}

static unsigned int setting_bits(void)
{
	unsigned int bits = 0;

	for (int d = 0; d < DIM_COUNT; d++)
		if (dim_defs[d].role == DIM_SETTING)
			bits |= 1u << d;
	return bits;
}

static int fill(const struct pool *p, const struct select_opts *o, struct selection *s,
                struct err *err)
{
	_cleanup_free_ bool *seen = xcalloc(p->n_runs + 1, sizeof(*seen));
	_cleanup_twins_ struct twins twins = { 0 };
	size_t both = 0;

	twins_find(p, &twins);
	for (size_t i = 0; i < p->n_rows; i++) {
		const struct row *r = &p->rows[i];
		bool a = on_side(o, SIDE_A, r), b = on_side(o, SIDE_B, r);

		if (!row_is_picked(r, o->filter))
			continue;
		seen[r->run] |= a || b;
		if (!s->by_run && twins.beside[r->run] != TWIN_NONE)
			continue;
		both += a && b;
		if (a)
			*xgrow(s->side[SIDE_A].v, s->side[SIDE_A].n) = r;
		if (b)
			*xgrow(s->side[SIDE_B].v, s->side[SIDE_B].n) = r;
	}
	if (!s->by_run)
		twins_notes(p, &twins, seen, &s->notes);
	for (int i = 0; i < SIDES; i++)
		if (!s->side[i].n)
			return empty_side(p, o, i, err);
	if (both)
		return err_set(err, ERR_USAGE,
		               "%zu result%s on both sides; give the sides filters that exclude "
		               "each other",
		               both, both == 1 ? " is" : "s are");
	return 0;
}

int select_sides(const struct pool *p, const struct select_opts *o, struct selection *out,
                 struct err *err)
{
	_cleanup_selection_ struct selection s = { 0 };

	s.by_run = o->run[SIDE_A] != RUN_ANY;
	s.slicing = filters_slicing(o->filters);
	if (!s.slicing && !s.by_run)
		return err_set(err, ERR_USAGE,
		               "A and B are the same: name two runs, or give --a-NAME and "
		               "--b-NAME of a dimension, as in --a-kernel 6.14 --b-kernel 7.0");
	if (!p->n_rows)
		return err_set(err, ERR_NOT_FOUND, "there are no results to compare");
	s.parts = join_parts(s.slicing | (s.by_run ? setting_bits() : 0), filters_used(o->filters));
	if (fill(p, o, &s, err) < 0)
		return -(int)err->code;
	for (int i = 0; i < SIDES; i++)
		s.label[i] = side_label(p, o, s.slicing, i);
	*out = s;
	s = (struct selection){ 0 };
	return 0;
}

/* Whether the sorted values have a commit both with and without "-dirty"; they join as one. */
static bool has_twins(const struct strv *values)
{
	for (size_t i = 0; i + 1 < values->n; i++)
		if (dim_commit_len(values->v[i + 1]) != strlen(values->v[i + 1]) &&
		    dim_commit_len(values->v[i + 1]) == strlen(values->v[i]) &&
		    starts_with(values->v[i + 1], values->v[i]))
			return true;
	return false;
}

static bool is_joined_apart(const struct selection *s, enum dim d, const struct strv values[SIDES])
{
	_cleanup_strv_ struct strv all = STRV_INIT;

	if (!(s->parts & 1u << d))
		return false;
	if (dim_defs[d].match != dim_match_commit)
		return true;
	strv_copy(&all, &values[SIDE_A]);
	strv_each (&values[SIDE_B], i)
		strv_add(&all, values[SIDE_B].v[i]);
	strv_uniq(&all);
	return !has_twins(&all);
}

static void note_dim(const struct selection *s, enum dim d, struct strv *notes)
{
	struct strv values[SIDES] = { 0 };
	_cleanup_free_ char *a = NULL, *b = NULL;

	for (int i = 0; i < SIDES; i++)
		values_of(&s->side[i], d, &values[i]);
	a = shown(&values[SIDE_A]);
	b = shown(&values[SIDE_B]);
	if (s->slicing & 1u << d) {
		for (int i = 0; i < SIDES; i++)
			if (values[i].n > 1)
				strv_addf(notes, "%c mixes: %s %s", side_letter[i],
				          dim_defs[d].name, i == SIDE_A ? a : b);
	} else if (!is_joined_apart(s, d, values) &&
	           (values[SIDE_A].n > 1 || !strv_equal(&values[SIDE_A], &values[SIDE_B]))) {
		strv_addf(notes, "also differs: %s (A: %s; B: %s)", dim_defs[d].name, a, b);
	}
	strv_done(&values[SIDE_A]);
	strv_done(&values[SIDE_B]);
}

/* Where the first benchmark ran: "tcg", and "native" without a VM. NULL: there is no benchmark. */
static const char *machine_of(const struct rows *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (row_is_benchmark(r->v[i]))
			return row_machine(r->v[i]);
	return NULL;
}

/* Benchmarks under emulation are not judged against those of a real CPU (figure.c). */
static void note_machines(const struct selection *s, struct strv *notes)
{
	const char *a = machine_of(&s->side[SIDE_A]), *b = machine_of(&s->side[SIDE_B]);

	if (a && b && streq(a, "tcg") != streq(b, "tcg"))
		strv_addf(notes,
		          "A ran on %s, B on %s: times of benchmarks under emulation (tcg) are not "
		          "judged against those of a real CPU",
		          a, b);
}

/* A bit for each of off and on that a run says; 0: none says it. */
static unsigned int tracing_of(const struct rows *r)
{
	unsigned int seen = 0;

	for (size_t i = 0; i < r->n; i++)
		if (r->v[i]->traced != TRI_NONE)
			seen |= 1u << r->v[i]->traced;
	return seen;
}

/* Tracing costs the guest CPU time, so it moves every figure a little. */
static void note_tracing(const struct selection *s, struct strv *notes)
{
	static const char *const texts[] = { NULL, "off", "on", "on and off" };
	unsigned int a = tracing_of(&s->side[SIDE_A]), b = tracing_of(&s->side[SIDE_B]);

	if (a && b && (a | b) == 3)
		strv_addf(notes, "also differs: tracing of kernel events (A: %s; B: %s)", texts[a],
		          texts[b]);
}

void selection_notes(const struct selection *s, struct strv *notes)
{
	strv_copy(notes, &s->notes);
	for (int d = 0; d < DIM_COUNT; d++)
		note_dim(s, (enum dim)d, notes);
	note_machines(s, notes);
	note_tracing(s, notes);
}

static void say_culprit(const struct row *const example[SIDES], unsigned int part,
                        struct strbuf *what, struct strbuf *mend)
{
	const char *v[SIDES];

	for (int i = 0; i < SIDES; i++) {
		size_t len;

		v[i] = join_part_text(example[i], part, &len);
	}
	strbuf_addf(what, "%s%s (A: %s; B: %s)", what->n ? ", " : "", join_part_name(part),
	            *v[SIDE_A] ? v[SIDE_A] : "none", *v[SIDE_B] ? v[SIDE_B] : "none");
	if (part < DIM_COUNT && *v[SIDE_A] && *v[SIDE_B])
		strbuf_addf(mend, " --a-%s %s --b-%s %s", join_part_name(part), v[SIDE_A],
		            join_part_name(part), v[SIDE_B]);
}

void selection_diagnose(const struct selection *s, struct err *err)
{
	const struct rows *a = &s->side[SIDE_A], *b = &s->side[SIDE_B];
	unsigned int culprits = join_culprits(s->parts, a, b);
	_cleanup_strbuf_ struct strbuf what = STRBUF_INIT, mend = STRBUF_INIT;
	const struct row *example[SIDES] = { a->v[0], b->v[0] };

	if (!culprits) {
		_cleanup_free_ char *x = shown_part(a, DIM_COUNT), *y = shown_part(b, DIM_COUNT);

		err_set(err, ERR_NOT_FOUND,
		        "nothing pairs: no test is on both sides (A: %s; B: %s)", x, y);
		return;
	}
	join_example(s->parts & ~culprits, a, b, example);
	for (unsigned int p = 0; p < JOIN_PARTS; p++)
		if (culprits & 1u << p)
			say_culprit(example, p, &what, &mend);
	err_set(err, ERR_NOT_FOUND, "nothing pairs: the sides differ in %s%s%s", strbuf_cstr(&what),
	        mend.n ? "; to compare them, add" : "", strbuf_cstr(&mend));
}
