/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/growth.h"

#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"

static double pct(uint64_t before, uint64_t after)
{
	if (before == U64_NONE || after == U64_NONE)
		return NAN;
	if (!before)
		return after ? INFINITY : 0;
	return 100.0 * ((double)after - (double)before) / (double)before;
}

static void add_row(struct growth *g, struct growth_row r, const struct budget *b)
{
	r.growth_pct = pct(r.before, r.after);
	r.allowed_pct = budget_growth(b, r.scheduler, r.program, r.figure);
	r.limit = budget_limit(b, r.scheduler, r.program, r.figure);
	r.over_growth = r.growth_pct > r.allowed_pct; /* false with NaN */
	r.over_limit =
		r.after != U64_NONE && (double)r.after / figure_defs[r.figure].factor > r.limit;
	if (!r.program && !isnan(r.growth_pct))
		g->compared++;
	*xgrow(g->v, g->n) = r;
}

static uint64_t of(const struct figures *f, const char *program, enum figure figure)
{
	const struct prog_figures *p;

	if (!program)
		return figures_total(f, figure);
	p = figures_find(f, program);
	return p ? p->v[figure] : U64_NONE;
}

static void add_rows(struct growth *g, struct growth_row r, const struct figures *before,
                     const struct figures *after, const struct budget *b)
{
	for (int i = 0; i < FIGURE_COUNT; i++) {
		r.figure = (enum figure)i;
		r.before = of(before, r.program, r.figure);
		r.after = of(after, r.program, r.figure);
		if (r.before != U64_NONE || r.after != U64_NONE)
			add_row(g, r, b);
	}
}

void growth_add(struct growth *g, const char *scheduler, const char *kernel,
                const struct figures *before, const struct figures *after, const struct budget *b)
{
	static const struct figures nothing;
	struct growth_row r = { .scheduler = scheduler, .kernel = kernel };

	before = before ? before : &nothing;
	after = after ? after : &nothing;
	add_rows(g, r, before, after, b);
	for (size_t i = 0; i < after->n; i++) {
		r.program = after->v[i].name;
		add_rows(g, r, before, after, b);
	}
	for (size_t i = 0; i < before->n; i++) {
		r.program = before->v[i].name;
		if (!figures_find(after, r.program))
			add_rows(g, r, before, after, b);
	}
}

bool growth_over(const struct growth_row *r)
{
	return r->over_growth || r->over_limit;
}

bool growth_changed(const struct growth_row *r)
{
	return r->before != r->after;
}

static bool has_row(const struct growth *g, const char *scheduler, const char *program)
{
	for (size_t i = 0; i < g->n; i++)
		if (streq(g->v[i].scheduler, scheduler) &&
		    (!program || streq_null(g->v[i].program, program)))
			return true;
	return false;
}

const struct budget_program *growth_unknown_program(const struct growth *g, const struct budget *b)
{
	for (uint32_t i = 0; b && i < b->schedulers_count; i++) {
		const struct budget_scheduler *s = &b->schedulers[i];

		if (!has_row(g, s->name, NULL))
			continue;
		for (uint32_t k = 0; k < s->programs_count; k++)
			if (!has_row(g, s->name, s->programs[k].name))
				return &s->programs[k];
	}
	return NULL;
}

void growth_done(struct growth *g)
{
	free(g->v);
	*g = (struct growth){ 0 };
}
