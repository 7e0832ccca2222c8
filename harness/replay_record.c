/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/replay_record.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/limits.h"
#include "harness/step_schedulers.h"
#include "harness/wire/job.h"

/* Without looking at the file system: `..` and links stay. The caller frees. */
static char *absolute(const char *path)
{
	_cleanup_free_ char *dir = path[0] == '/' ? NULL : getcwd(NULL, 0);

	return dir ? fs_join(dir, path) : xstrdup(path);
}

static void take_scheduler(const struct scheduler_spec *s, struct sidecar_replay *r)
{
	const struct scheduler_settings *set = &s->settings;
	const char *file = s->argv.n ? s->argv.v[0] : s->object;

	if (s->kind == SCHEDULER_KERNEL)
		r->scheduler = xstrdup(KERNEL_SCHEDULER);
	else if (!s->bundled)
		r->scheduler = absolute(file + (starts_with(file, "./") ? 2 : 0));
	else /* its label may be another */
		r->scheduler = xstrndup(fs_basename(file), strcspn(fs_basename(file), "."));
	r->scheduler_sha256 = xstrdup(s->sha256);
	for (size_t i = 1; i < s->argv.n; i++)
		strv_add(&r->args, s->argv.v[i]);
	if (s->attach_timeout_ns)
		r->attach_timeout_ns = s->attach_timeout_ns;
#define X(member, option) strv_copy(&r->member, &set->member);
	SCHEDULER_SETTINGS(X)
#undef X
	r->ops_map = xstrdup(set->ops_map);
}

static void take_scenario(const struct test *t, struct sidecar_replay *r)
{
	const struct scenario *s = t->scenario;

	r->scenario = absolute(s->path);
	r->suite =
		t->suite && t->step_schedulers && t->step_schedulers->n ? absolute(t->suite) : NULL;
	for (size_t i = 0; i < s->texts.n; i++) {
		_cleanup_free_ char *path = absolute(s->texts.v[i].key);

		strmap_set(&r->files, path, s->texts.v[i].value);
	}
	for (uint32_t i = 0; t->step_schedulers && i < s->steps_count; i++)
		for (uint32_t k = 0; k < s->steps[i].ops_count; k++) {
			const struct scheduler_spec *named =
				step_schedulers_of(t->step_schedulers, &s->steps[i].ops[k]);

			if (named)
				strmap_set(&r->schedulers, named->spec, named->sha256);
		}
}

/* Not the defaults: a check that nobody asked for is judged otherwise. NaN: it is off. */
static void take_limits(const struct harness_env *env, const struct test *t,
                        struct sidecar_replay *r)
{
	struct check_set checks;

	limits_in_force(env, t, &checks);
	for (int i = 0; i < CHECK_COUNT; i++)
		if (!streq(checks.source[i], CHECK_SOURCE_DEFAULT))
			json_f64map_set(&r->limits, check_defs[i].name, checks.limit[i]);
}

static void take_profile(const struct test *t, struct sidecar_replay *r)
{
	_cleanup_profile_ struct profile p = test_profile(t);

	if (t->variant && t->variant->enable) {
		strv_copy(&r->enable, t->variant->enable);
		strv_copy(&r->disable, t->variant->disable);
	}
	strv_copy(&r->kernel_args, &p.kernel_args);
	strv_copy(&r->sysctls, &p.sysctls);
}

static void take_metrics(const struct variant *v, struct sidecar_replay *r)
{
	for (uint32_t i = 0; v && i < v->n_metrics; i++) {
		const struct scenario_metric *from = &v->metrics[i];
		struct sidecar_replay_metric *m = xgrow(r->metrics.v, r->metrics.n);

		json_init(&sidecar_replay_metric_table, m);
		m->name = xstrdup(from->name);
		m->from = xstrdup(from->from);
		m->path = xstrdup(from->path);
		m->pick = xstrdup(from->pick);
		m->unit = xstrdup(from->unit);
		m->better = xstrdup(from->better);
		if (from->min)
			m->min = *from->min;
		if (from->max)
			m->max = *from->max;
	}
}

struct sidecar_replay *replay_record(const struct harness_env *env, const struct test *t)
{
	struct sidecar_replay *r = xcalloc(1, sizeof(*r));

	json_init(&sidecar_replay_table, r);
	r->kernel = xstrdup(t->kernel->name);
	take_scheduler(t->scheduler, r);
	take_scenario(t, r);
	take_limits(env, t, r);
	if (t->memory_bytes)
		r->memory_bytes = t->memory_bytes;
	if (env->timeout_ns)
		r->timeout_ns = env->timeout_ns;
	take_profile(t, r);
	take_metrics(t->variant, r);
	r->traced = env->traced;
	r->agent_sha256 = xstrdup(env->initrd_sha256);
	return r;
}
