/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/dry_run.h"

#include <json-c/json.h>

#include "base/cmd.h"
#include "base/mem.h"

static void put(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, text ? json_object_new_string(text) : NULL);
}

static void put_strv(struct json_object *o, const char *key, const struct strv *list)
{
	struct json_object *a = json_object_new_array();

	strv_each (list, i)
		json_object_array_add(a, json_object_new_string(list->v[i]));
	json_object_object_add(o, key, a);
}

static struct json_object *settings_json(const struct scheduler_settings *s)
{
	struct json_object *o = json_object_new_object();

	put_strv(o, "set", &s->set);
	put_strv(o, "ops", &s->ops);
	put_strv(o, "maps", &s->maps);
	put_strv(o, "resize", &s->resize);
	put_strv(o, "run_progs", &s->run_progs);
	put(o, "ops_map", s->ops_map);
	return o;
}

static struct json_object *test_json(const struct test *t)
{
	static const struct strv none = STRV_INIT;
	struct json_object *o = json_object_new_object();
	_cleanup_free_ char *topo = topo_format(&t->topo);

	put(o, "scenario", t->scenario->name);
	put(o, "scheduler", t->scheduler->name);
	put_strv(o, "flags", t->variant ? &t->variant->flags : &none);
	put(o, "object", t->scheduler->object);
	put_strv(o, "argv", &t->scheduler->argv);
	json_object_object_add(o, "settings", settings_json(&t->scheduler->settings));
	put(o, "topology", topo);
	put(o, "kernel", t->kernel->version);
	json_object_object_add(o, "kernel_in_store",
	                       json_object_new_boolean(dry_run_has_kernel(t->kernel)));
	put(o, "clock", json_name(&vm_clock_names, t->clock));
	json_object_object_add(o, "repeat", json_object_new_uint64(t->repeat));
	json_object_object_add(o, "seed", json_object_new_uint64(t->seed));
	json_object_object_add(o, "duration_ns", json_object_new_uint64(t->duration_ns));
	json_object_object_add(o, "memory_bytes",
	                       t->memory_bytes ? json_object_new_uint64(t->memory_bytes) : NULL);
	return o;
}

static void print_json(const struct plan *plan)
{
	struct json_object *o = json_object_new_object(), *tests = json_object_new_array();

	for (size_t i = 0; i < plan->n; i++)
		json_object_array_add(tests, test_json(&plan->tests[i]));
	if (plan->n)
		put(o, "suite", plan->tests[0].suite);
	json_object_object_add(o, "tests", tests);
	cmd_print_json(o);
}

void dry_run_print(const struct plan *plan, bool json)
{
	if (json) {
		print_json(plan);
		return;
	}
	size_t tests = 0;

	for (size_t i = 0; i < plan->n; i++) {
		_cleanup_free_ char *label = test_label(&plan->tests[i]);

		if (!plan_is_first(plan, i))
			continue;
		puts(label);
		tests++;
	}
	printf("%zu test%s", tests, tests == 1 ? "" : "s");
	printf(plan->n > tests ? ", %zu runs\n" : "\n", plan->n);
}

void dry_run_kernel(const char *spec, struct kernel *out)
{
	json_init(&kernel_table, out);
	out->version = xstrdup(spec);
	out->release = xstrdup(spec);
}

bool dry_run_has_kernel(const struct kernel *k)
{
	return k->dir != NULL;
}
