/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/work.h"

const struct work_impl *const work_impls[WORK_TYPE_COUNT] = {
	[WORK_CPU_SPIN] = &work_cpu_spin,
	[WORK_PIPE_PING_PONG] = &work_pipe_ping_pong,
};

static const struct work_param *find_param(const struct work_impl *impl, const char *name,
                                           size_t *index)
{
	for (size_t i = 0; i < WORK_PARAMS_MAX && impl->params[i].name; i++)
		if (streq(impl->params[i].name, name)) {
			*index = i;
			return &impl->params[i];
		}
	return NULL;
}

int work_params(const struct job_work *w, double param[WORK_PARAMS_MAX], struct err *err)
{
	const struct work_impl *impl = work_impls[w->type];
	const char *type = json_name(&work_type_names, w->type);
	size_t at = 0;

	if (w->workers % impl->group_size)
		return err_set(err, ERR_USAGE, "%s: %u workers, not a multiple of %u", type,
		               w->workers, impl->group_size);
	for (size_t i = 0; i < WORK_PARAMS_MAX; i++)
		param[i] = impl->params[i].def;
	for (size_t i = 0; i < w->params.n; i++) {
		const struct json_f64pair *p = &w->params.v[i];
		const struct work_param *row = find_param(impl, p->key, &at);

		if (!row)
			return err_set(err, ERR_USAGE, "%s: no parameter %s", type, p->key);
		if (!(p->value >= row->min && p->value <= row->max))
			return err_set(err, ERR_USAGE, "%s: %s must be %g to %g, not %g", type,
			               p->key, row->min, row->max, p->value);
		param[at] = p->value;
	}
	return 0;
}
