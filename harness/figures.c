/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/figures.h"

#include <stdlib.h>

#include "base/mem.h"
#include "harness/wire/report.h"
#include "sidecar/sidecar.h"

const struct figure_def figure_defs[FIGURE_COUNT] = {
#define X(e, key_, unit_, factor_, roll_up_, doc_)                                                 \
	[e] = { .key = #key_,                                                                      \
		.unit = (unit_),                                                                   \
		.doc = (doc_),                                                                     \
		.factor = (factor_),                                                               \
		.roll_up = (roll_up_) },
	FIGURES(X)
#undef X
};

static int by_name(const void *a, const void *b)
{
	const struct prog_figures *pa = a, *pb = b;

	return strcmp(pa->name, pb->name);
}

static void sort(struct figures *f)
{
	if (f->n)
		qsort(f->v, f->n, sizeof(*f->v), by_name);
}

/* A guest may say anything. */
static uint64_t count_of(double v)
{
	return v >= 0 && v < 0x1p63 ? (uint64_t)v : U64_NONE;
}

void figures_of_guest(const struct wire_sched *s, struct figures *out)
{
	*out = (struct figures){ 0 };
	for (size_t i = 0; i < s->prog_insns.n; i++) {
		const char *name = s->prog_insns.v[i].key;

		*xgrow(out->v, out->n) = (struct prog_figures){
			.name = xstrdup(name),
			.v = { [FIG_INSNS] = count_of(s->prog_insns.v[i].value),
			       [FIG_STATES] = count_of(json_f64map_get(&s->prog_states, name)),
			       [FIG_STACK] = count_of(json_f64map_get(&s->prog_stack, name)),
			       [FIG_TIME] = count_of(json_f64map_get(&s->prog_verify_ns, name)) },
		};
	}
	sort(out);
}

void figures_of_sidecar(const struct sidecar *s, struct figures *out)
{
	bool exact = streq_null(s->clock, "virtual");

	*out = (struct figures){ 0 };
	for (size_t i = 0; i < s->verifier_stats.n; i++) {
		const struct sidecar_verifier *p = &s->verifier_stats.v[i];

		*xgrow(out->v, out->n) = (struct prog_figures){
			.name = xstrdup(p->name),
			.v = { [FIG_INSNS] = p->verified_insns,
			       [FIG_STATES] = p->states,
			       [FIG_STACK] = p->stack_bytes,
			       [FIG_TIME] = exact ? p->verify_ns : U64_NONE },
		};
	}
	sort(out);
}

uint64_t figures_total(const struct figures *f, enum figure figure)
{
	uint64_t total = U64_NONE;

	for (size_t i = 0; i < f->n; i++) {
		uint64_t n = f->v[i].v[figure];

		if (n == U64_NONE)
			continue;
		if (total == U64_NONE)
			total = n;
		else if (figure_defs[figure].roll_up == FIGURE_SUM)
			total += n;
		else if (n > total)
			total = n;
	}
	return total;
}

const struct prog_figures *figures_find(const struct figures *f, const char *program)
{
	for (size_t i = 0; i < f->n; i++)
		if (streq(f->v[i].name, program))
			return &f->v[i];
	return NULL;
}

void figures_done(struct figures *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i].name);
	free(f->v);
	*f = (struct figures){ 0 };
}
