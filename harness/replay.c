/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/replay.h"

#include <math.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/identity.h"
#include "harness/wire/job.h"

static void differ(struct replay *r, const char *what, const char *now, const char *then)
{
	strv_addf(&r->differs, "%s is another one now (SHA-256 %.12s, then %.12s)", what,
	          now ? now : "none", then ? then : "none");
}

static int take_scenario(struct replay *r, struct err *err)
{
	const struct sidecar_replay *rp = r->sidecar.replay;

	if (scenario_load_texts(rp->scenario ? rp->scenario : "", &rp->files, &r->scenario, err) <
	    0)
		return -(int)err->code;
	free(r->scenario->name); /* it may have been renamed, to tell it from another */
	r->scenario->name = xstrdup(r->sidecar.test_name);
	if (rp->suite && suite_file_load(rp->suite, &r->suite, err) < 0)
		return -(int)err->code;
	if (step_schedulers_add(&r->steps, r->suite, r->scenario, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < r->steps.n; i++) {
		const struct scheduler_spec *s = &r->steps.v[i];
		const char *then = strmap_get(&rp->schedulers, s->spec);
		_cleanup_free_ char *what = xasprintf("scheduler %s of a step", s->spec);

		if (!streq_null(then, s->sha256))
			differ(r, what, s->sha256, then);
	}
	return 0;
}

static int take_scheduler(struct replay *r, struct err *err)
{
	const struct sidecar_replay *rp = r->sidecar.replay;
	const struct scheduler_settings settings = {
#define X(member, option) .member = rp->member,
		SCHEDULER_SETTINGS(X)
#undef X
			.ops_map = rp->ops_map
	};
	const char *spec = rp->scheduler ? rp->scheduler : KERNEL_SCHEDULER;
	_cleanup_free_ char *what = xasprintf("scheduler %s", spec);

	if (scheduler_spec_resolve(spec, &r->scheduler, err) < 0)
		return -(int)err->code;
	free(r->scheduler.name);
	r->scheduler.name = xstrdup(r->sidecar.scheduler);
	strv_copy(&r->scheduler.argv, &rp->args);
	if (rp->attach_timeout_ns != U64_NONE)
		r->scheduler.attach_timeout_ns = rp->attach_timeout_ns;
	scheduler_settings_add(&r->scheduler.settings, &settings);
	strv_copy(&r->variant.flags, &r->sidecar.active_flags);
	r->variant.enable = &rp->enable;
	r->variant.disable = &rp->disable;
	if (!streq_null(r->scheduler.sha256, rp->scheduler_sha256))
		differ(r, what, r->scheduler.sha256, rp->scheduler_sha256);
	return 0;
}

/* The very one, else one of its version, which may have to be fetched. */
static int take_kernel(struct replay *r, const struct kernel_opts *ko, struct err *err)
{
	const char *name = r->sidecar.replay->kernel, *version = r->sidecar.kernel_version;
	const char *then = r->sidecar.kernel ? r->sidecar.kernel->image_sha256 : NULL;
	const struct kernel_opts cached = { .offline = true, .no_build = true };
	_cleanup_free_ char *plain =
		xstrndup(version ? version : "", strcspn(version ? version : "", "@"));
	_cleanup_free_ char *what = xasprintf("kernel %s", version ? version : "unknown");

	if (!name || kernel_resolve(name, &cached, &r->kernel, err) < 0) {
		err_clear(err);
		if (kernel_resolve(plain, ko, &r->kernel, err) < 0)
			return -(int)err->code;
	}
	free(r->kernel.label);
	r->kernel.label = xstrdup(version);
	if (!streq_null(r->kernel.image_sha256, then))
		differ(r, what, r->kernel.image_sha256, then);
	return 0;
}

static int name_of(const struct json_names *names, const char *text, const char *what, int *out,
                   struct err *err)
{
	int i = text ? json_name_index(names, text) : *out;

	if (i < 0)
		return err_set(err, ERR_FORMAT, "%s: unknown value \"%s\"", what, text);
	*out = i;
	return 0;
}

static int take_test(struct replay *r, struct err *err)
{
	const struct sidecar *s = &r->sidecar;
	int clock = VM_CLOCK_REAL;

	if (topo_parse(s->topology, &r->test.topo, err) < 0 ||
	    name_of(&vm_clock_names, s->clock, "clock", &clock, err) < 0 ||
	    name_of(&vm_accel_names, s->vm ? s->vm->accel : NULL, "vm.accel", &r->accel, err) < 0 ||
	    name_of(&start_kind_names, s->vm ? s->vm->start : NULL, "vm.start", &r->start, err) < 0)
		return -(int)err->code;
	r->profile.name = xstrdup(s->profile ? s->profile : PROFILE_DEFAULT);
	profile_add(&r->profile, &s->replay->kernel_args, &s->replay->sysctls);
	r->test = (struct test){
		.scenario = r->scenario,
		.scheduler = &r->scheduler,
		.variant = &r->variant,
		.step_schedulers = &r->steps,
		.kernel = &r->kernel,
		.profile = &r->profile,
		.topo = r->test.topo,
		.clock = (enum vm_clock)clock,
		.repeat = s->repeat,
		.seed = s->seed,
		.duration_ns = s->duration_ns,
		.memory_bytes = s->replay->memory_bytes == U64_NONE ? 0 : s->replay->memory_bytes,
	};
	return 0;
}

static const struct json_f64pair *recorded(const struct replay *r, const char *name)
{
	const struct json_f64map *limits = &r->sidecar.replay->limits;

	for (size_t i = 0; i < limits->n; i++)
		if (streq(limits->v[i].key, name))
			return &limits->v[i];
	return NULL;
}

/* An infinite limit turns a check off. */
static void take_limits(struct replay *r)
{
	for (int i = 0; i < CHECK_COUNT; i++) {
		const struct json_f64pair *p = recorded(r, check_defs[i].name);

		r->limit[i] = !p || isnan(p->value) ? (double)INFINITY : p->value;
	}
#define X(id, key, kind, def, unit, doc)                                                           \
	r->limits.key = recorded(r, check_defs[id].name) ? &r->limit[id] : NULL;
	CHECKS(X)
#undef X
}

static int take_metrics(struct replay *r, struct err *err)
{
	struct sidecar_replay *rp = r->sidecar.replay;

	r->metrics = xcalloc(rp->metrics.n + 1, sizeof(*r->metrics));
	for (size_t i = 0; i < rp->metrics.n; i++) {
		struct sidecar_replay_metric *m = &rp->metrics.v[i];

		r->metrics[i] = (struct scenario_metric){ .name = m->name,
			                                  .from = m->from,
			                                  .path = m->path,
			                                  .pick = m->pick,
			                                  .unit = m->unit,
			                                  .better = m->better,
			                                  .min = isnan(m->min) ? NULL : &m->min,
			                                  .max = isnan(m->max) ? NULL : &m->max };
	}
	r->variant.metrics = r->metrics;
	r->variant.n_metrics = (uint32_t)rp->metrics.n;
	return scenario_metrics_check(r->metrics, r->variant.n_metrics, NULL, err);
}

/* Whatever has no line yet. */
static void check_identity(struct replay *r)
{
	_cleanup_free_ char *ran = identity_of_test(&r->test);

	if (!r->differs.n && !streq_null(ran, r->sidecar.ran_sha256))
		differ(r, "what this harness makes of the record", ran, r->sidecar.ran_sha256);
}

static int take_all(struct replay *r, const struct kernel_opts *ko, struct err *err)
{
	const struct sidecar *s = &r->sidecar;

	if (!s->replay || !s->test_name || !s->topology || !s->scheduler || s->seed == U64_NONE ||
	    s->duration_ns == U64_NONE)
		return err_set(
			err, ERR_FORMAT,
			"it does not say how to run its test again: an older harness wrote it");
	if (take_scenario(r, err) < 0 || take_scheduler(r, err) < 0 ||
	    take_kernel(r, ko, err) < 0 || take_test(r, err) < 0 || take_metrics(r, err) < 0)
		return -(int)err->code;
	take_limits(r);
	check_identity(r);
	return 0;
}

int replay_load(const char *path, const struct kernel_opts *ko, struct replay *out, struct err *err)
{
	*out = (struct replay){ .accel = VM_ACCEL_AUTO, .start = START_AUTO };
	json_init(&sidecar_table, &out->sidecar);
	if (sidecar_read(AT_FDCWD, path, &out->sidecar, err) < 0)
		return -(int)err->code;
	return take_all(out, ko, err) < 0 ? err_wrap(err, "%s", path) : 0;
}

void replay_env(const struct replay *r, struct harness_env *env)
{
	uint64_t timeout_ns = r->sidecar.replay->timeout_ns;

	env->start = (enum start_kind)r->start;
	env->suite_checks = &r->limits;
	env->timeout_ns = timeout_ns == U64_NONE ? 0 : timeout_ns;
}

void replay_done(struct replay *r)
{
	scenario_free(&r->scenario);
	scheduler_spec_done(&r->scheduler);
	variant_done(&r->variant);
	free(r->metrics);
	step_schedulers_done(&r->steps);
	suite_file_free(&r->suite);
	kernel_done(&r->kernel);
	profile_done(&r->profile);
	strv_done(&r->differs);
	json_done(&sidecar_table, &r->sidecar);
}
