/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/dry_run.h"

#include <json-c/json.h>
#include <math.h>

#include "base/cmd.h"
#include "base/mem.h"

static struct json_object *settings_json(const struct scheduler_settings *s)
{
	struct json_object *o = json_object_new_object();

#define X(member, option) json_add_strv(o, #member, &s->member);
	SCHEDULER_SETTINGS(X)
#undef X
	json_add_text(o, "ops_map", s->ops_map);
	return o;
}

static struct json_object *test_json(const struct test *t, double seconds)
{
	static const struct strv none = STRV_INIT;
	struct json_object *o = json_object_new_object();
	_cleanup_free_ char *topo = topo_format(&t->topo);

	json_add_text(o, "scenario", t->scenario->name);
	json_add_text(o, "scheduler", t->scheduler->name);
	json_add_strv(o, "flags", t->variant ? &t->variant->flags : &none);
	json_add_text(o, "object", t->scheduler->object);
	json_add_strv(o, "argv", &t->scheduler->argv);
	json_object_object_add(o, "settings", settings_json(&t->scheduler->settings));
	json_add_text(o, "topology", topo);
	json_add_text(o, "kernel", kernel_label(t->kernel));
	json_object_object_add(o, "kernel_in_store",
	                       json_object_new_boolean(dry_run_has_kernel(t->kernel)));
	json_add_text(o, "profile", t->profile->name);
	json_add_text(o, "clock", json_name(&vm_clock_names, t->clock));
	json_object_object_add(o, "repeat", json_object_new_uint64(t->repeat));
	json_object_object_add(o, "seed", json_object_new_uint64(t->seed));
	json_object_object_add(o, "duration_ns", json_object_new_uint64(t->duration_ns));
	json_object_object_add(o, "memory_bytes",
	                       t->memory_bytes ? json_object_new_uint64(t->memory_bytes) : NULL);
	json_add_number(o, "estimated_s", seconds);
	return o;
}

static void print_json(const struct plan *plan, const double *seconds)
{
	struct json_object *o = json_object_new_object(), *tests = json_object_new_array();

	for (size_t i = 0; i < plan->n; i++)
		json_object_array_add(tests, test_json(&plan->tests[i], seconds[i]));
	if (plan->n)
		json_add_text(o, "suite", plan->tests[0].suite);
	json_object_object_add(o, "tests", tests);
	cmd_print_json(o);
}

static char *about(double s)
{
	if (s < 1)
		return xstrdup("less than 1 s");
	if (s < 100)
		return xasprintf("about %.0f s", s);
	return s < 6000 ? xasprintf("about %.0f min", s / 60) : xasprintf("about %.1f h", s / 3600);
}

double dry_run_wall(const double *seconds, size_t n, unsigned int jobs, size_t *known)
{
	double sum = 0, longest = 0;

	*known = 0;
	for (size_t i = 0; i < n; i++)
		if (isfinite(seconds[i])) {
			++*known;
			sum += seconds[i];
			longest = fmax(longest, seconds[i]);
		}
	return fmax(sum / jobs, longest);
}

static void print_total(const struct plan *plan, const double *seconds, unsigned int jobs)
{
	size_t tests = plan_n_tests(plan), known;
	_cleanup_free_ char *text = about(dry_run_wall(seconds, plan->n, jobs, &known));

	printf("%zu test%s", tests, tests == 1 ? "" : "s");
	if (plan->n > tests)
		printf(", %zu runs", plan->n);
	if (!known)
		printf("; no earlier result tells how long\n");
	else if (known < plan->n)
		printf("; no earlier result tells how long %zu of them take\nthe other %zu: ",
		       plan->n - known, known);
	if (known)
		printf("%s%s with %u VM%s at a time\n", known < plan->n ? "" : ", ", text, jobs,
		       jobs == 1 ? "" : "s");
}

/* Of all repeats of a test; NaN: not known. */
static double seconds_of_series(const struct plan *plan, const double *seconds, size_t first)
{
	double sum = 0;

	for (size_t i = first; i < plan->n; i++)
		if (plan->tests[i].series == plan->tests[first].series)
			sum += seconds[i];
	return sum;
}

/* A line for each test. */
static void print_text(const struct plan *plan, const double *seconds, unsigned int jobs)
{
	_cleanup_strv_ struct strv labels = STRV_INIT;
	size_t width = 0;

	for (size_t i = 0; i < plan->n; i++) {
		strv_take(&labels, test_label(&plan->tests[i]));
		if (strlen(labels.v[i]) > width)
			width = strlen(labels.v[i]);
	}
	strv_each (&labels, i) {
		_cleanup_free_ char *text = NULL;
		double all;

		if (!plan_is_first(plan, i))
			continue;
		all = seconds_of_series(plan, seconds, i);
		text = isfinite(all) ? about(all) : NULL;
		printf("%-*s%s%s\n", text ? (int)width : 0, labels.v[i], text ? "  " : "",
		       text ? text : "");
	}
	print_total(plan, seconds, jobs);
}

void dry_run_print(const struct plan *plan, const struct earlier *earlier, unsigned int jobs,
                   bool json)
{
	_cleanup_free_ double *seconds = xcalloc(plan->n + 1, sizeof(*seconds));
	_cleanup_free_ size_t *first = xcalloc(plan->n_series + 1, sizeof(*first));

	for (size_t i = 0; i < plan->n; i++) { /* the repeats of a test take equally long */
		const struct test *t = &plan->tests[i];

		if (plan_is_first(plan, i)) {
			first[t->series] = i;
			seconds[i] = earlier_seconds(earlier, t);
		} else {
			seconds[i] = seconds[first[t->series]];
		}
	}
	if (json)
		print_json(plan, seconds);
	else
		print_text(plan, seconds, jobs);
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
