/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/budget.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"

#define MAX_BYTES (1u << 20)
#define LIST_MAX  1024
#define NAME_MAX_ 256

#define NUMBERS(T, m)                                                                              \
	{                                                                                          \
		.key = #m, .kind = YAML_RECORD, .off = offsetof(struct T, m),                      \
		.table = &numbers_table                                                            \
	}
#define NAME(T)                                                                                    \
	{                                                                                          \
		.key = "name", .kind = YAML_TEXT, .off = offsetof(struct T, name), .min = 1,       \
		.max = NAME_MAX_, .required = true                                                 \
	}
#define RECORDS(T, m, table_)                                                                      \
	{                                                                                          \
		.key = #m, .kind = YAML_RECORDS, .off = offsetof(struct T, m),                     \
		.n_off = offsetof(struct T, m##_count), .max = LIST_MAX, .table = (table_)         \
	}

static const struct yaml_field numbers_fields[] = {
#define X(e, key_, unit, factor, roll_up, doc_)                                                    \
	{ .key = #key_,                                                                            \
	  .kind = YAML_F64_PTR,                                                                    \
	  .off = offsetof(struct budget_numbers, key_),                                            \
	  .doc = (doc_) },
	FIGURES(X)
#undef X
};
static const struct yaml_table numbers_table = YAML_TABLE(struct budget_numbers, numbers_fields);

static const struct yaml_field program_fields[] = {
	NAME(budget_program),
	NUMBERS(budget_program, growth),
	NUMBERS(budget_program, limits),
};
static const struct yaml_table program_table =
	YAML_TABLE(struct budget_program, program_fields, .placed = true);

static const struct yaml_field scheduler_fields[] = {
	NAME(budget_scheduler),
	NUMBERS(budget_scheduler, growth),
	NUMBERS(budget_scheduler, limits),
	RECORDS(budget_scheduler, programs, &program_table),
};
static const struct yaml_table scheduler_table =
	YAML_TABLE(struct budget_scheduler, scheduler_fields, .placed = true);

static const struct yaml_field budget_fields[] = {
	NUMBERS(budget, growth),
	NUMBERS(budget, limits),
	RECORDS(budget, schedulers, &scheduler_table),
};
static const struct yaml_table budget_table = YAML_TABLE(struct budget, budget_fields);

int budget_load(const char *path, struct budget **out, struct err *err)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct budget *b = xcalloc(1, sizeof(*b));

	if (fs_read(AT_FDCWD, path, MAX_BYTES, &text, err) < 0 ||
	    yaml_tree_parse(path, &text, &b->tree, err) < 0 ||
	    (b->tree->root && yaml_read(&budget_table, b->tree->root, b, err) < 0)) {
		budget_free(&b);
		return err_wrap(err, "budget");
	}
	*out = b;
	return 0;
}

void budget_free(struct budget **b)
{
	if (!b || !*b)
		return;
	yaml_record_done(&budget_table, *b);
	yaml_tree_free(&(*b)->tree);
	free(*b);
	*b = NULL;
}

static const struct budget_scheduler *scheduler_of(const struct budget *b, const char *name)
{
	for (uint32_t i = 0; b && i < b->schedulers_count; i++)
		if (streq(b->schedulers[i].name, name))
			return &b->schedulers[i];
	return NULL;
}

static const struct budget_program *program_of(const struct budget_scheduler *s, const char *name)
{
	for (uint32_t i = 0; s && i < s->programs_count; i++)
		if (streq(s->programs[i].name, name))
			return &s->programs[i];
	return NULL;
}

static double number(const struct budget_numbers *n, enum figure figure, double otherwise)
{
	const double *const v[FIGURE_COUNT] = {
#define X(e, key, unit, factor, roll_up, doc) [e] = n ? n->key : NULL,
		FIGURES(X)
#undef X
	};

	return v[figure] ? *v[figure] : otherwise;
}

double budget_growth(const struct budget *b, const char *scheduler, const char *program,
                     enum figure figure)
{
	const struct budget_scheduler *s = scheduler_of(b, scheduler);
	const struct budget_program *p = program ? program_of(s, program) : NULL;
	double usual = figure == FIG_TIME ? NAN : BUDGET_GROWTH_PCT;

	if (program)
		return number(p ? p->growth : NULL, figure, NAN);
	return number(s ? s->growth : NULL, figure, number(b ? b->growth : NULL, figure, usual));
}

double budget_limit(const struct budget *b, const char *scheduler, const char *program,
                    enum figure figure)
{
	const struct budget_scheduler *s = scheduler_of(b, scheduler);
	const struct budget_program *p = program ? program_of(s, program) : NULL;

	if (program)
		return number(p ? p->limits : NULL, figure, NAN);
	return number(s ? s->limits : NULL, figure, number(b ? b->limits : NULL, figure, NAN));
}
