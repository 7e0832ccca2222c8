/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/lineup.h"

#include "base/mem.h"
#include "base/parse.h"
#include "harness/catalogue.h"
#include "harness/commands.h"
#include "harness/suite_file.h"
#include "harness/wire/job.h"

static char *label_of(const char *name, const struct strv *flags)
{
	_cleanup_free_ char *joined = strv_join(flags, "+");

	return flags->n ? xasprintf("%s+%s", name, joined) : xstrdup(name);
}

/* A path of the file such that it cannot be taken for a name. The caller frees. */
static char *path_of(const struct suite_file *suite, const char *name)
{
	_cleanup_free_ char *path = suite_file_path(suite, name);

	return strchr(path, '/') ? steal_ptr(&path) : xasprintf("./%s", path);
}

/* What scheduler_spec_resolve() takes for a scheduler of the file. The caller frees. */
static char *spec_of(const struct suite_file *suite, const struct suite_scheduler *s)
{
	_cleanup_free_ char *word = NULL;

	if (s->object && (strchr(s->object, '/') || ends_with(s->object, ".o")))
		return path_of(suite, s->object);
	if (s->enable.n)
		return xstrdup(KERNEL_SCHEDULER);
	if (!s->exec)
		return xstrdup(s->object ? s->object : s->name);
	if (strchr(s->exec, '/'))
		return path_of(suite, s->exec);
	word = format_word(s->exec); /* on $PATH */
	return xasprintf(SCHEDULER_EXEC "%s", word);
}

static int check_kind(const struct suite_scheduler *s, const struct scheduler_spec *spec,
                      struct err *err)
{
	if (s->exec && spec->kind != SCHEDULER_EXECUTABLE)
		return place_refuse(s->at, "exec", err,
		                    "%s is a BPF object: name it with object:", s->exec);
	if (s->object && spec->kind == SCHEDULER_EXECUTABLE)
		return place_refuse(s->at, "object", err,
		                    "%s is an executable: name it with exec:", s->object);
	if (spec->kind == SCHEDULER_KERNEL && scheduler_settings_any(&spec->settings))
		return place_refuse(s->at, NULL, err,
		                    "the kernel's own scheduler has no object to set anything in");
	return 0;
}

static void set_string(char **to, const char *value)
{
	free(*to);
	*to = xstrdup(value);
}

/* The scheduler's own settings, then those of the flags that are on: what comes later wins. */
static void take_set(const struct suite_scheduler *s, uint32_t set, struct scheduler_spec *spec,
                     struct variant *v)
{
	scheduler_settings_add(&spec->settings, &s->settings.object);
	strv_copy(&spec->argv, &s->settings.args);
	for (uint32_t i = 0; i < s->flags_count; i++)
		if (set & 1u << i) {
			scheduler_settings_add(&spec->settings, &s->flags[i].settings.object);
			strv_copy(&spec->argv, &s->flags[i].settings.args);
			strv_add(&v->flags, s->flags[i].name);
		}
}

static int check_commands(const struct suite_scheduler *s, const char *key,
                          const struct strv *lines, struct err *err)
{
	strv_each (lines, i) {
		if (command_check(lines->v[i], err) < 0)
			return place_wrap(s->at, key, err);
	}
	return 0;
}

static int add_one(struct lineup *l, const struct suite_file *suite,
                   const struct suite_scheduler *s, uint32_t set, struct err *err)
{
	const char *key = s->object ? "object" : s->exec ? "exec" : "name";
	_cleanup_free_ char *name = spec_of(suite, s), *label = NULL;
	struct scheduler_spec spec;
	struct variant *v;

	if (scheduler_spec_resolve(name, &spec, err) < 0) {
		place_wrap(s->at, key, err);
		return catalogue_blame(err);
	}
	if (check_commands(s, "enable", &s->enable, err) < 0 ||
	    check_commands(s, "disable", &s->disable, err) < 0) {
		scheduler_spec_done(&spec);
		return catalogue_blame(err);
	}
	v = xgrow(l->v, l->n);
	*v = (struct variant){ .kernels = &s->kernels,
		               .checks = s->checks,
		               .metrics = s->metrics,
		               .n_metrics = s->metrics_count,
		               .kernel_args = &s->kernel_args,
		               .sysctls = &s->sysctls,
		               .enable = &s->enable,
		               .disable = &s->disable,
		               .build = s->build };
	spec.attach_timeout_ns = s->attach_timeout_ns;
	take_set(s, set, &spec, v);
	label = label_of(s->name, &v->flags);
	set_string(&spec.name, label);
	set_string(&spec.spec, label);
	*xgrow(l->specs, l->n_specs) = spec;
	if (check_kind(s, &spec, err) < 0)
		return catalogue_blame(err);
	v->has_topo = s->topology != NULL;
	return s->topology ? topo_parse(s->topology, &v->topo, err) : 0;
}

static int add_chosen(struct lineup *l, const struct suite_file *suite,
                      const struct suite_scheduler *s, struct err *err)
{
	for (size_t i = 0; i < s->chosen.n; i++)
		if (add_one(l, suite, s, s->chosen.v[i], err) < 0)
			return -(int)err->code;
	return 0;
}

/* "name+a+b". ERR_NOT_FOUND when no scheduler of the file has the name. */
static int add_with_flags(struct lineup *l, const struct suite_file *suite, const char *label,
                          struct err *err)
{
	_cleanup_strv_ struct strv flags = STRV_INIT;
	const char *plus = strchr(label, '+');
	_cleanup_free_ char *name = xstrndup(label, (size_t)(plus - label));
	const struct suite_scheduler *s = suite_file_scheduler(suite, name);
	uint32_t set;

	if (!s)
		return err_set(err, ERR_NOT_FOUND, "%s has no scheduler \"%s\"", suite->path, name);
	strv_split(&flags, plus, "+");
	if (flag_sets_find(s->rules, s->flags_count, &flags, &set, err) < 0)
		return err_wrap(err, "scheduler %s", label);
	return add_one(l, suite, s, set, err);
}

/* An unknown name may be one of the file, mistyped. Puts the file's into the message. */
static int unknown_beside(const struct suite_file *suite, const char *name, struct err *err)
{
	_cleanup_strv_ struct strv own = STRV_INIT;
	_cleanup_free_ char *list = NULL, *others = xstrdup(err->msg);
	const char *near;

	for (uint32_t i = 0; i < suite->schedulers_count; i++)
		strv_add(&own, suite->schedulers[i].name);
	near = parse_suggest(name, (const char *const *)own.v, own.n);
	if (near)
		return err_set(err, ERR_USAGE,
		               "scheduler: no scheduler \"%s\", did you mean \"%s\" of %s?", name,
		               near, suite->path);
	list = strv_join(&own, ", ");
	return own.n ? err_set(err, ERR_USAGE, "%s; %s has %s", others, suite->path, list)
	             : -(int)err->code;
}

/* A scheduler that is not in the file. */
static int add_other(struct lineup *l, const struct suite_file *suite, const char *name,
                     struct err *err)
{
	struct scheduler_spec spec;

	if (scheduler_spec_resolve(name, &spec, err) == 0) {
		*xgrow(l->specs, l->n_specs) = spec;
		xgrow(l->v, l->n);
		return 0;
	}
	return suite && err->code == ERR_USAGE ? unknown_beside(suite, name, err) : -(int)err->code;
}

int lineup_add(struct lineup *l, const struct suite_file *suite, const char *name, struct err *err)
{
	const struct suite_scheduler *s = suite ? suite_file_scheduler(suite, name) : NULL;

	if (s)
		return add_chosen(l, suite, s, err);
	if (suite && strchr(name, '+') && !strchr(name, '/')) {
		if (add_with_flags(l, suite, name, err) == 0)
			return 0;
		if (err->code != ERR_NOT_FOUND)
			return -(int)err->code;
		err_clear(err);
	}
	return add_other(l, suite, name, err);
}

int lineup_add_all(struct lineup *l, const struct suite_file *suite, struct err *err)
{
	for (uint32_t i = 0; i < suite->schedulers_count; i++)
		if (add_chosen(l, suite, &suite->schedulers[i], err) < 0)
			return -(int)err->code;
	return 0;
}

int lineup_take_attach_timeout(struct lineup *l, const char *text, struct err *err)
{
	uint64_t ns;
	bool any = false;

	if (scheduler_parse_attach_timeout(text, &ns, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < l->n_specs; i++)
		if (l->specs[i].kind == SCHEDULER_EXECUTABLE) {
			l->specs[i].attach_timeout_ns = ns;
			any = true;
		}
	return any ? 0
	           : err_set(err, ERR_USAGE,
	                     "--attach-timeout needs a scheduler that is an executable");
}

void lineup_drop(struct lineup *l, size_t at)
{
	scheduler_spec_done(&l->specs[at]);
	variant_done(&l->v[at]);
	l->n_specs--;
	l->n--;
	memmove(&l->specs[at], &l->specs[at + 1], (l->n_specs - at) * sizeof(*l->specs));
	memmove(&l->v[at], &l->v[at + 1], (l->n - at) * sizeof(*l->v));
}

void lineup_done(struct lineup *l)
{
	for (size_t i = 0; i < l->n_specs; i++)
		scheduler_spec_done(&l->specs[i]);
	for (size_t i = 0; i < l->n; i++)
		variant_done(&l->v[i]);
	free(l->specs);
	free(l->v);
	*l = (struct lineup){ 0 };
}
