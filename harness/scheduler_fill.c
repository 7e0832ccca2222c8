/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scheduler_fill.h"

#include "base/mem.h"

typedef int setter(struct object *o, const char *text, struct err *err);

static int set_each(struct object *o, const struct strv *texts, setter *set, const char *option,
                    struct err *err)
{
	strv_each (texts, i)
		if (set(o, texts->v[i], err) < 0)
			return err_wrap(err, "%s %s", option, texts->v[i]);
	return 0;
}

static int set_all(struct object *o, const struct scheduler_settings *s, struct err *err)
{
	if (s->ops_map && object_choose_ops(o, s->ops_map, err) < 0)
		return err_wrap(err, "--ops-map %s", s->ops_map);
	if (set_each(o, &s->resize, object_resize, "--resize", err) < 0 ||
	    set_each(o, &s->set, object_set, "--set", err) < 0 ||
	    set_each(o, &s->ops, object_set_ops, "--ops", err) < 0 ||
	    set_each(o, &s->maps, object_set_map, "--map", err) < 0)
		return -(int)err->code;
	return set_each(o, &s->run_progs, object_run_prog, "--run-prog", err);
}

static void use_machine(struct object *o, const struct job_topology *t)
{
	const struct object_machine m = { .cpus = t->cpus,
		                          .llcs = t->llcs,
		                          .nodes = t->nodes,
		                          .threads_per_core = t->threads_per_core };

	object_use_machine(o, &m);
}

/* Reading a kernel's BTF takes a tenth of a second, so it is read only for schedulers that need
 * it. */
static int use_kernel(struct object *o, const struct scheduler_settings *s, const struct kernel *k,
                      struct err *err)
{
	if (!k || !k->vmlinux || k->btf != 1 ||
	    (!object_wants_kernel(o) && !scheduler_settings_any(s)))
		return 0;
	return object_use_kernel(o, k->vmlinux, err);
}

int scheduler_open(const struct scheduler_spec *s, const struct kernel *kernel,
                   const struct job_topology *topology, struct object **out, struct err *err)
{
	struct object *o;

	if (object_open(s->object, &o, err) < 0)
		return err_wrap(err, "scheduler %s", s->name);
	if (topology)
		use_machine(o, topology);
	if (use_kernel(o, &s->settings, kernel, err) < 0 || object_choose_ops(o, NULL, err) < 0 ||
	    set_all(o, &s->settings, err) < 0) {
		object_free(o);
		return err_wrap(err, "scheduler %s", s->name);
	}
	*out = o;
	return 0;
}

static int check_config(const struct object *o, const struct kernel *kernel, struct err *err)
{
	_cleanup_strv_ struct strv options = STRV_INIT;
	_cleanup_free_ char *fetch = NULL;

	object_kconfig(o, &options);
	if (!options.n || !kernel || kernel->config)
		return 0;
	if (streq_null(kernel->source, "debian"))
		fetch = xasprintf("`harness kernel fetch %s` looks for it; or ", kernel->release);
	return err_set(err, ERR_UNSUPPORTED,
	               "reads %s, but the store has no configuration of kernel %s: %sput it at "
	               "%s/config",
	               options.v[0], kernel->release, fetch ? fetch : "", kernel->dir);
}

static void take_patches(const struct object *o, struct job_sched *out)
{
	struct object_patches patches;

	object_patches(o, &patches);
	for (size_t i = 0; i < patches.n; i++) {
		struct job_patch *p = xgrow(out->patches.v, out->patches.n);

		json_init(&job_patch_table, p);
		p->section = xstrdup(patches.v[i].section);
		p->ops = patches.v[i].ops;
		p->offset = patches.v[i].offset;
		p->hex = xstrdup(patches.v[i].hex);
	}
	object_patches_done(&patches);
}

static void take_runs(const struct object *o, struct job_sched *out)
{
	const struct object_runs *runs = object_runs(o);

	for (size_t i = 0; i < runs->n; i++) {
		struct job_run *r = xgrow(out->runs.v, out->runs.n);

		json_init(&job_run_table, r);
		r->prog = xstrdup(runs->v[i].prog);
		r->hex = xstrdup(runs->v[i].hex);
	}
}

static void take_ops_map(const struct object *o, struct job_sched *out)
{
	_cleanup_strv_ struct strv all = STRV_INIT;

	object_ops_maps(o, &all);
	if (all.n > 1)
		out->ops_map = xstrdup(object_ops_map(o));
}

int scheduler_fill(const struct scheduler_spec *s, const struct kernel *kernel,
                   const struct job_topology *topology, struct job_sched *out, struct err *err)
{
	struct object *o;

	if (!s->object)
		return 0;
	if (scheduler_open(s, kernel, topology, &o, err) < 0)
		return -(int)err->code;
	if (check_config(o, kernel, err) < 0) {
		object_free(o);
		return err_wrap(err, "scheduler %s", s->name);
	}
	take_patches(o, out);
	take_ops_map(o, out);
	object_entries(o, &out->map_entries);
	object_sizes(o, &out->sizes);
	take_runs(o, out);
	object_free(o);
	return 0;
}
