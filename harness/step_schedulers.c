/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/step_schedulers.h"

#include <stdlib.h>

#include "base/mem.h"
#include "harness/lineup.h"

/* The scheduler that the op attaches by name; NULL: none, or the test's own. */
static const char *named_by(const struct scenario_op *op)
{
	int kind = scenario_op_kind(op);
	const char *name;

	if (kind != OP_ATTACH_SCHEDULER && kind != OP_REPLACE_SCHEDULER)
		return NULL;
	name = op->arg[kind].text;
	return streq(name, "test") ? NULL : name;
}

/* The only one, or the one that has just this label: of "mine", "mine+a" that without flags. */
static int choose(const struct lineup *l, const char *name, size_t *out, struct err *err)
{
	_cleanup_strv_ struct strv labels = STRV_INIT;
	_cleanup_free_ char *list = NULL;

	*out = 0;
	if (l->n_specs == 1)
		return 0;
	for (size_t i = 0; i < l->n_specs; i++) {
		if (streq(l->specs[i].name, name)) {
			*out = i;
			return 0;
		}
		strv_add(&labels, l->specs[i].name);
	}
	list = strv_join(&labels, ", ");
	return err_set(err, ERR_USAGE, "scheduler %s has several sets of flags: name one of %s",
	               name, list);
}

static int add(struct step_schedulers *all, const struct suite_file *suite, const char *name,
               struct err *err)
{
	struct lineup l = { 0 };
	size_t i;
	int r;

	if (step_schedulers_find(all, name))
		return 0;
	r = lineup_add(&l, suite, name, err);
	if (r == 0)
		r = choose(&l, name, &i, err);
	if (r == 0 && l.v[i].enable && l.v[i].enable->n)
		r = err_set(err, ERR_USAGE,
		            "scheduler %s is switched on by commands: a step cannot attach it",
		            name);
	if (r == 0) {
		*xgrow(all->v, all->n) = l.specs[i];
		l.specs[i] = (struct scheduler_spec){ 0 };
		free(all->v[all->n - 1].spec);
		all->v[all->n - 1].spec = xstrdup(name);
	}
	lineup_done(&l);
	return r;
}

int step_schedulers_add(struct step_schedulers *all, const struct suite_file *suite,
                        const struct scenario *s, struct err *err)
{
	for (uint32_t i = 0; i < s->steps_count; i++)
		for (uint32_t k = 0; k < s->steps[i].ops_count; k++) {
			const struct scenario_op *op = &s->steps[i].ops[k];
			const char *name = named_by(op);

			if (name && add(all, suite, name, err) < 0)
				return err_wrap(err, "%s: steps[%u]: ops[%u]: %s", s->path, i, k,
				                json_name(&op_names, scenario_op_kind(op)));
		}
	return 0;
}

const struct scheduler_spec *step_schedulers_find(const struct step_schedulers *all,
                                                  const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (streq(all->v[i].spec, name))
			return &all->v[i];
	return NULL;
}

const struct scheduler_spec *step_schedulers_of(const struct step_schedulers *all,
                                                const struct scenario_op *op)
{
	const char *name = named_by(op);

	return name ? step_schedulers_find(all, name) : NULL;
}

void step_schedulers_done(struct step_schedulers *all)
{
	for (size_t i = 0; i < all->n; i++)
		scheduler_spec_done(&all->v[i]);
	free(all->v);
	*all = (struct step_schedulers){ 0 };
}
