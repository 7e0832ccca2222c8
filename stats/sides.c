/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/sides.h"

#include "base/cmd.h"
#include "base/mem.h"
#include "stats/compare_view.h"

/* All that a comparison needs while it is used. */
struct compared_sides {
	struct pool pool;
	struct filters filters;
	struct policy policy;
	struct selection sel;
	struct join join;
	struct comparison cmp;
};

static void compared_sides_done(struct compared_sides *c)
{
	comparison_done(&c->cmp);
	join_done(&c->join);
	selection_done(&c->sel);
	policy_done(&c->policy);
	filters_done(&c->filters);
	pool_done(&c->pool);
}
#define _cleanup_compared_sides_ CLEANUP(compared_sides_done)

static int read_dirs(const struct strv *dirs, struct pool *p, struct err *err)
{
	strv_each (dirs, i) {
		_cleanup_scan_ struct scan scan = SCAN_INIT;

		if (scan_path(&scan, dirs->v[i], err) < 0)
			return -(int)err->code;
		pool_read(p, &scan);
	}
	return 0;
}

static int compare_sides(const struct two_sides *s, struct compared_sides *c, struct err *err)
{
	const struct select_opts so = { .filters = &c->filters,
		                        .run_id = s->run_id,
		                        .run = { RUN_ANY, RUN_ANY } };
	const struct compare_opts co = { .policy = &c->policy,
		                         .level = s->level,
		                         .confirmed_only = true };
	int dim = dim_find(s->dimension);

	pool_init(&c->pool);
	for (int side = 0; side < SIDES; side++)
		strv_add(&c->filters.set[side].want[dim], s->value[side]);
	if (read_dirs(s->dirs, &c->pool, err) < 0 || select_sides(&c->pool, &so, &c->sel, err) < 0)
		return -(int)err->code;
	join_rows(c->sel.parts, &c->sel.side[SIDE_A], &c->sel.side[SIDE_B], &c->join);
	if (!c->join.matched) {
		selection_diagnose(&c->sel, err);
		return -(int)err->code;
	}
	compare(&c->join, &co, &c->cmp);
	return 0;
}

/* The most that any of its figures needs. */
static size_t need_of(const struct compared *t)
{
	size_t need = t->outcome.verdict == VERDICT_UNDECIDED ? t->outcome.need : 0;

	for (size_t i = 0; i < t->n_headlines; i++) {
		const struct judgement *j = &t->headlines[i].j;

		if (j->verdict == VERDICT_UNDECIDED && j->need > need)
			need = j->need;
	}
	return need;
}

int sides_judge(const struct two_sides *s, struct side_tests *out, struct err *err)
{
	_cleanup_compared_sides_ struct compared_sides c = { 0 };
	struct side_tests tests = { 0 };

	if (compare_sides(s, &c, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < c.cmp.n; i++) {
		const struct compared *t = &c.cmp.v[i];
		const struct row *r = rows_first(t->pair->side);

		*xgrow(tests.v, tests.n) = (struct side_test){
			.test = xstrdup(r->test),
			.topology = xstrdup(row_dim_text(r, DIM_TOPOLOGY)),
			.clock = xstrdup(row_dim_text(r, DIM_CLOCK)),
			.word = verdict_names[t->verdict],
			.decided = t->verdict != VERDICT_UNDECIDED,
			.need = need_of(t),
		};
	}
	*out = tests;
	return 0;
}

void side_tests_done(struct side_tests *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].test);
		free(t->v[i].topology);
		free(t->v[i].clock);
	}
	free(t->v);
	*t = (struct side_tests){ 0 };
}

int sides_print(const struct two_sides *s, FILE *to, struct err *err)
{
	_cleanup_compared_sides_ struct compared_sides c = { 0 };
	_cleanup_strv_ struct strv notes = STRV_INIT;
	CLEANUP(host_diff_done) struct host_diff hosts = { 0 };

	if (compare_sides(s, &c, err) < 0)
		return -(int)err->code;
	host_diff(&c.pool.hosts, c.sel.side, &hosts);
	selection_notes(&c.sel, &notes);
	compare_page(&(struct compare_view){ .sel = &c.sel,
	                                     .join = &c.join,
	                                     .cmp = &c.cmp,
	                                     .hosts = &hosts,
	                                     .notes = &notes,
	                                     .skipped_files = c.pool.bad.n },
	             to);
	return compare_status(&c.cmp, err);
}
