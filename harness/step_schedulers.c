/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/step_schedulers.h"

#include "base/mem.h"

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

static int add(struct step_schedulers *all, const char *name, struct err *err)
{
	struct scheduler_spec found;

	if (step_schedulers_find(all, name))
		return 0;
	if (scheduler_spec_resolve(name, &found, err) < 0)
		return -(int)err->code;
	*xgrow(all->v, all->n) = found;
	return 0;
}

int step_schedulers_add(struct step_schedulers *all, const struct scenario *s, struct err *err)
{
	for (uint32_t i = 0; i < s->steps_count; i++)
		for (uint32_t k = 0; k < s->steps[i].ops_count; k++) {
			const struct scenario_op *op = &s->steps[i].ops[k];
			const char *name = named_by(op);

			if (name && add(all, name, err) < 0)
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
