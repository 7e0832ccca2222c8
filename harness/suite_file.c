/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/suite_file.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/variable.h"
#include "harness/catalogue.h"
#include "harness/kernel/kernel.h"
#include "harness/plan.h"
#include "harness/scenario/scenario.h"

#define SUITE_MAX_BYTES (1u << 20)

static int check_name(const struct yaml_place *at, const char *name, struct err *err)
{
	return name[strspn(name, SUITE_NAME_CHARS)]
	               ? place_refuse(at, "name", err, "\"%s\": use letters, digits, _ . and -",
	                              name)
	               : 0;
}

static int check_of(const struct yaml_place *at, const char *text, const struct json_names *names,
                    struct err *err)
{
	_cleanup_free_ char *hint = NULL;

	if (!text || json_name_index(names, text) >= 0)
		return 0;
	hint = parse_hint(text, names->names, names->n);
	return place_refuse(at, NULL, err, "there is no \"%s\"%s", text, hint);
}

/* The place of an item of a list, or the place of the single value that stands for the list. */
static const struct yaml_place *item_of(const struct yaml_place *at, const char *key, size_t i)
{
	const struct yaml_place *item = place_item(at, key, (uint32_t)i);

	return item ? item : place_at(at, key);
}

/* --- flags -------------------------------------------------------------------------------------
 */

/* The flags of a list of the file, as a set. */
static int read_set(const struct suite_scheduler *s, const struct yaml_place *list, uint32_t *out,
                    struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;

	if (list->form != YAML_FORM_LIST)
		return place_refuse(list, NULL, err, "expected a list of flags, as [a, b]");
	for (const struct yaml_place *p = list->first; p; p = p->next) {
		if (p->form != YAML_FORM_VALUE)
			return place_refuse(p, NULL, err, "expected the name of a flag");
		strv_add(&names, p->text);
	}
	if (flag_sets_find(s->rules, s->flags_count, &names, out, err) < 0)
		return place_wrap(list, NULL, err);
	return 0;
}

static int read_sets(struct suite_scheduler *s, struct err *err)
{
	for (const struct yaml_place *p = s->flag_sets->first; p; p = p->next) {
		uint32_t set;

		if (read_set(s, p, &set, err) < 0)
			return -(int)err->code;
		for (size_t i = 0; i < s->chosen.n; i++)
			if (s->chosen.v[i] == set)
				return place_refuse(p, NULL, err, "this set is there twice");
		*xgrow(s->chosen.v, s->chosen.n) = set;
	}
	return s->chosen.n ? 0 : place_refuse(s->flag_sets, NULL, err, "needs at least one set");
}

static int choose_sets(struct suite_scheduler *s, struct err *err)
{
	const struct yaml_place *p = s->flag_sets;

	if (p && p->form == YAML_FORM_LIST)
		return read_sets(s, err);
	if (p &&
	    (p->form != YAML_FORM_VALUE || (!streq(p->text, "all") && !streq(p->text, "pairwise"))))
		return place_refuse(p, NULL, err,
		                    "expected all, pairwise, or a list of sets: [[], [a], [a, b]]");
	if (p && streq(p->text, "pairwise")) {
		flag_sets_pairwise(&s->all, s->flags_count, &s->chosen);
		return 0;
	}
	for (size_t i = 0; i < s->all.n; i++)
		*xgrow(s->chosen.v, s->chosen.n) = s->all.v[i];
	return 0;
}

static int check_args(const struct suite_scheduler *s, const struct suite_settings *settings,
                      const struct yaml_place *at, struct err *err)
{
	if (settings->args.n && !s->exec)
		return place_refuse(at, "args", err, "only an executable (exec:) has arguments");
	if (s->exec && scheduler_settings_any(&settings->object))
		return place_refuse(
			at, NULL, err,
			"set, ops, maps, resize, run_progs and ops_map are for an object, "
			"not for an executable");
	return 0;
}

static int check_flags(struct suite_scheduler *s, struct err *err)
{
	size_t culprit = 0;

	for (uint32_t i = 0; i < s->flags_count; i++) {
		const struct suite_flag *f = &s->flags[i];

		if (check_name(f->at, f->name, err) < 0 ||
		    check_args(s, &f->settings, f->at, err) < 0)
			return -(int)err->code;
		for (uint32_t k = 0; k < i; k++)
			if (streq(s->flags[k].name, f->name))
				return place_refuse(f->at, "name", err,
				                    "there is another flag \"%s\"", f->name);
		s->rules[i] = (struct flag_rule){ f->name, &f->requires, &f->excludes };
	}
	if (flag_sets_all(s->rules, s->flags_count, &s->all, &culprit, err) < 0)
		return place_wrap(s->flags[culprit].at, NULL, err);
	return choose_sets(s, err);
}

/* --- schedulers --------------------------------------------------------------------------------
 */

static int check_switch(const struct suite_scheduler *s, struct err *err)
{
	if ((s->object || s->exec) && (s->enable.n || s->disable.n))
		return place_refuse(s->at, s->enable.n ? "enable" : "disable", err,
		                    "only for a scheduler of the kernel's, without object: and "
		                    "exec:");
	if (s->disable.n && !s->enable.n)
		return place_refuse(s->at, "disable", err, "there is no enable:");
	return 0;
}

static int check_topology(const struct yaml_place *at, const char *text, struct err *err)
{
	struct topo ignored;

	return topo_parse(text, &ignored, err) < 0 ? place_wrap(at, NULL, err) : 0;
}

static int check_sysctls(const struct yaml_place *at, const char *key, const struct strv *sysctls,
                         struct err *err)
{
	strv_each (sysctls, i) {
		if (profile_check_sysctl(sysctls->v[i], err) < 0)
			return place_wrap(item_of(at, key, i), NULL, err);
	}
	return 0;
}

static int check_attach_timeout(struct suite_scheduler *s, struct err *err)
{
	if (!s->attach_timeout)
		return 0;
	if (!s->exec)
		return place_refuse(s->at, "attach_timeout", err,
		                    "only an executable (exec:) attaches its scheduler itself");
	if (scheduler_parse_attach_timeout(s->attach_timeout, &s->attach_timeout_ns, err) < 0)
		return place_wrap(s->at, "attach_timeout", err);
	return 0;
}

static int check_scheduler(struct suite_scheduler *s, struct err *err)
{
	if (check_name(s->at, s->name, err) < 0 || check_switch(s, err) < 0)
		return -(int)err->code;
	if (s->object && s->exec)
		return place_refuse(s->at, "exec", err,
		                    "a scheduler has an object or an executable");
	if (s->topology && check_topology(place_at(s->at, "topology"), s->topology, err) < 0)
		return -(int)err->code;
	strv_each (&s->kernels, i) {
		if (kernel_span_check(s->kernels.v[i], err) < 0)
			return place_wrap(item_of(s->at, "kernels", i), NULL, err);
	}
	if (s->metrics_count && !s->exec)
		return place_refuse(s->at, "metrics", err, "only an executable (exec:) prints any");
	if (check_attach_timeout(s, err) < 0 || check_args(s, &s->settings, s->at, err) < 0 ||
	    scenario_metrics_check(s->metrics, s->metrics_count, NULL, err) < 0 ||
	    check_sysctls(s->at, "sysctls", &s->sysctls, err) < 0)
		return -(int)err->code;
	return check_flags(s, err);
}

static int check_schedulers(struct suite_file *s, struct err *err)
{
	for (uint32_t i = 0; i < s->schedulers_count; i++) {
		struct suite_scheduler *one = &s->schedulers[i];

		if (check_scheduler(one, err) < 0)
			return -(int)err->code;
		for (uint32_t k = 0; k < i; k++)
			if (streq(s->schedulers[k].name, one->name))
				return place_refuse(one->at, "name", err,
				                    "there is another scheduler \"%s\"", one->name);
	}
	return 0;
}

/* --- the file ----------------------------------------------------------------------------------
 */

static int check_numbers(const struct suite_file *s, struct err *err)
{
	struct err why = ERR_INIT;
	uint64_t n;

	if (s->repeat && plan_parse_repeats(s->repeat, &n, &why) < 0)
		return place_refuse(s->at, "repeat", err, "\"%s\" is not a number from 1 to %d",
		                    s->repeat, PLAN_REPEATS_MAX);
	if (s->duration && plan_parse_duration(s->duration, &n, &why) < 0)
		return place_refuse(s->at, "duration", err,
		                    "\"%s\" is not a duration of at least 1ms: 250ms, 2s",
		                    s->duration);
	if (s->memory && plan_parse_memory(s->memory, &n, &why) < 0)
		return place_refuse(s->at, "memory", err,
		                    "\"%s\" is not a size of at least 256M: 512M, 2G", s->memory);
	return 0;
}

static int check_profile(const struct suite_file *s, uint32_t i, struct err *err)
{
	const struct profile_own *p = &s->profiles[i];
	struct profile whole;

	if (check_name(p->at, p->name, err) < 0 ||
	    check_sysctls(p->at, "sysctl", &p->sysctl, err) < 0)
		return -(int)err->code;
	if (profile_is_bundled(p->name))
		return place_refuse(p->at, "name", err, "\"%s\" is a bundled profile", p->name);
	for (uint32_t k = 0; k < i; k++)
		if (streq(s->profiles[k].name, p->name))
			return place_refuse(p->at, "name", err, "there is another profile \"%s\"",
			                    p->name);
	if (profile_resolve(p->name, s->profiles, s->profiles_count, &whole, err) < 0)
		return place_wrap(p->at, "extends", err);
	profile_done(&whole);
	return 0;
}

static int check_profiles(const struct suite_file *s, struct err *err)
{
	for (uint32_t i = 0; i < s->profiles_count; i++)
		if (check_profile(s, i, err) < 0)
			return -(int)err->code;
	strv_each (&s->profile, i) {
		struct profile whole;

		if (profile_resolve(s->profile.v[i], s->profiles, s->profiles_count, &whole, err) <
		    0)
			return place_wrap(item_of(s->at, "profile", i), NULL, err);
		profile_done(&whole);
	}
	return 0;
}

static int check_suite(struct suite_file *s, struct err *err)
{
	if (check_profiles(s, err) < 0 || check_numbers(s, err) < 0 ||
	    check_of(place_at(s->at, "level"), s->level, &level_names, err) < 0)
		return -(int)err->code;
	strv_each (&s->clocks, i) {
		if (!streq(s->clocks.v[i], CLOCK_AUTO) &&
		    check_of(item_of(s->at, "clock", i), s->clocks.v[i], &vm_clock_names, err) < 0)
			return -(int)err->code;
	}
	strv_each (&s->topologies, i) {
		if (check_topology(item_of(s->at, "topologies", i), s->topologies.v[i], err) < 0)
			return -(int)err->code;
	}
	return check_schedulers(s, err);
}

static int read_file(const char *path, struct suite_file *s, struct err *err)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	if (fs_read(AT_FDCWD, path, SUITE_MAX_BYTES, &text, err) < 0)
		return err_wrap(err, "suite file");
	if (yaml_tree_parse(path, &text, &s->tree, err) < 0)
		return -(int)err->code;
	if (!s->tree->root) /* only comments: all keys have defaults */
		return 0;
	return yaml_read(&suite_file_table, s->tree->root, s, err) < 0 ? -(int)err->code
	                                                               : check_suite(s, err);
}

int suite_file_load(const char *path, struct suite_file **out, struct err *err)
{
	struct suite_file *s = xcalloc(1, sizeof(*s));

	s->path = xstrdup(path);
	if (read_file(path, s, err) < 0) {
		suite_file_free(&s);
		return catalogue_blame(err);
	}
	*out = s;
	return 0;
}

int suite_file_open(const char *path, bool none, struct suite_file **out, struct err *err)
{
	_cleanup_free_ char *found = NULL;

	*out = NULL;
	if (none && path)
		return err_set(err, ERR_USAGE, "--suite and --no-suite exclude each other");
	if (none)
		return 0;
	if (!path && suite_file_find(variable_get(VAR_HOME), &found, err) < 0)
		return -(int)err->code;
	return path || found ? suite_file_load(path ? path : found, out, err) : 0;
}

void suite_file_free(struct suite_file **s)
{
	if (!s || !*s)
		return;
	for (uint32_t i = 0; i < (*s)->schedulers_count; i++) {
		flag_sets_done(&(*s)->schedulers[i].all);
		flag_sets_done(&(*s)->schedulers[i].chosen);
	}
	yaml_record_done(&suite_file_table, *s);
	yaml_tree_free(&(*s)->tree);
	free((*s)->path);
	free(*s);
	*s = NULL;
}

/* Whether the search ends in this folder: the root, or the home directory. */
static bool is_last(const char *dir, const char *home)
{
	return !dir[0] || streq_null(dir, home);
}

int suite_file_find(const char *home, char **out, struct err *err)
{
	_cleanup_free_ char *dir = getcwd(NULL, 0);
	_cleanup_strbuf_ struct strbuf up = STRBUF_INIT;

	if (!dir)
		return err_sys(err, errno, "the working directory");
	if (streq(dir, "/"))
		dir[0] = '\0';
	*out = NULL;
	for (;; strbuf_adds(&up, "../")) {
		_cleanup_free_ char *path = xasprintf("%s" SUITE_FILE_NAME, strbuf_cstr(&up));

		if (fs_exists(AT_FDCWD, path)) {
			*out = steal_ptr(&path);
			return 0;
		}
		if (is_last(dir, home))
			return 0;
		*strrchr(dir, '/') = '\0';
	}
}

char *suite_file_path(const struct suite_file *s, const char *name)
{
	const char *slash = strrchr(s->path, '/');

	while (slash && starts_with(name, "./"))
		name += 2;
	if (name[0] == '/' || !slash)
		return xstrdup(name);
	return xasprintf("%.*s%s", (int)(slash + 1 - s->path), s->path, name);
}

const struct suite_scheduler *suite_file_scheduler(const struct suite_file *s, const char *name)
{
	for (uint32_t i = 0; i < s->schedulers_count; i++)
		if (streq(s->schedulers[i].name, name))
			return &s->schedulers[i];
	return NULL;
}
