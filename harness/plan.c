/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/strbuf.h"
#include "harness/plan.h"

char *test_label(const struct test *t)
{
	_cleanup_free_ char *topo = topo_format(&t->topo);
	struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b, "%s %s %s %s %s", t->scenario->name, t->scheduler->name, topo,
	            t->kernel->version, json_name(&vm_clock_names, t->clock));
	if (t->repeat)
		strbuf_addf(&b, " #%u", t->repeat);
	return strbuf_steal(&b);
}

char *test_replay(const struct test *t)
{
	_cleanup_free_ char *topo = topo_format(&t->topo);
	_cleanup_free_ char *scheduler = format_word(t->scheduler->spec);
	bool ms = t->duration_ns % NS_PER_MS == 0, own = !t->scenario->bundled;
	bool soak = !own && scenario_level(t->scenario) == LEVEL_SOAK;

	return xasprintf("harness test --kernel %s --scheduler %s --topology %s --clock %s "
	                 "--duration %llu%s --seed %llu%s%s %s %s",
	                 t->kernel->release, scheduler, topo, json_name(&vm_clock_names, t->clock),
	                 (unsigned long long)(t->duration_ns / (ms ? NS_PER_MS : 1)),
	                 ms ? "ms" : "ns", (unsigned long long)t->seed, soak ? " --level soak" : "",
	                 t->cold ? " --start cold" : "", own ? "--scenario" : "-E",
	                 own ? t->scenario->path : t->scenario->name);
}

int plan_own_topo(const struct scenario *s, struct topo *out, struct err *err)
{
	if (topo_parse(s->topology ? s->topology : DEFAULT_TOPOLOGY, out, err) < 0)
		return err_wrap(err, "%s: topology", s->path);
	return 0;
}

int plan_own_duration(const struct scenario *s, uint64_t *out, struct err *err)
{
	*out = DEFAULT_DURATION_NS;
	return s->duration ? parse_duration_ns(s->duration, s->path, out, err) : 0;
}

int plan_parse_duration(const char *text, uint64_t *out, struct err *err)
{
	uint64_t ns;

	if (parse_duration_ns(text, "--duration", &ns, err) < 0)
		return -(int)err->code;
	if (ns < NS_PER_MS)
		return err_set(err, ERR_USAGE, "--duration: %s is too short: at least 1ms", text);
	*out = ns;
	return 0;
}

struct job_topology plan_topology(const struct topo *t)
{
	return (struct job_topology){ .cpus = topo_cpus(t),
		                      .llcs = t->llcs,
		                      .nodes = t->nodes,
		                      .threads_per_core = t->threads };
}

/* The topologies of one scenario: those of --topology, else its own. */
static int topos_of(const struct axes *a, const struct scenario *s, struct topo **out, size_t *n,
                    struct err *err)
{
	if (a->n_topos) {
		*out = xmemdup(a->topos, a->n_topos * sizeof(*a->topos));
		*n = a->n_topos;
		return 0;
	}
	*out = xcalloc(1, sizeof(**out));
	*n = 1;
	return plan_own_topo(s, *out, err);
}

static int duration_of(const struct axes *a, const struct scenario *s, uint64_t *out,
                       struct err *err)
{
	*out = a->duration_ns;
	return a->duration_ns ? 0 : plan_own_duration(s, out, err);
}

static void add_if_wanted(struct plan *p, const struct axes *a, const struct test *t,
                          struct strv *left_out)
{
	_cleanup_free_ char *label = test_label(t);

	if (a->filter && !strstr(label, a->filter)) {
		strv_take(left_out, steal_ptr(&label));
		return;
	}
	*xgrow(p->tests, p->n) = *t;
}

/* Adds the tests of one scenario on one kernel: all schedulers, topologies, clocks and repeats. */
static int expand(struct plan *p, const struct axes *a, struct test *t, struct strv *left_out,
                  struct err *err)
{
	_cleanup_free_ struct topo *topos = NULL;
	size_t n_topos = 0;

	if (topos_of(a, t->scenario, &topos, &n_topos, err) < 0 ||
	    duration_of(a, t->scenario, &t->duration_ns, err) < 0)
		return -(int)err->code;
	for (size_t s = 0; s < a->n_schedulers; s++)
		for (size_t o = 0; o < n_topos; o++)
			for (size_t c = 0; c < a->n_clocks; c++)
				for (uint32_t r = 0; r < a->repeats; r++) {
					t->scheduler = &a->schedulers[s];
					t->topo = topos[o];
					t->clock = a->clocks[c];
					t->repeat = r;
					t->seed = a->seed + r;
					t->cold = a->cold;
					add_if_wanted(p, a, t, left_out);
				}
	return 0;
}

static int check_kernels(const struct axes *a, struct err *err)
{
	for (size_t k = 0; k < a->n_kernels; k++)
		for (size_t s = 0; s < a->n_schedulers; s++) {
			const struct kernel *kernel = &a->kernels[k];

			if (a->schedulers[s].kind == SCHEDULER_KERNEL || kernel->sched_ext != 0)
				continue;
			return err_set(err, ERR_UNSUPPORTED,
			               "kernel %s was built without sched_ext: it can "
			               "run " KERNEL_SCHEDULER ", not %s",
			               kernel->release, a->schedulers[s].name);
		}
	return 0;
}

static int nothing_left(const struct axes *a, const struct strv *left_out, struct err *err)
{
	_cleanup_strv_ struct strv some = STRV_INIT;
	_cleanup_free_ char *list = NULL;

	strv_each (left_out, i) {
		if (i < 6)
			strv_add(&some, left_out->v[i]);
	}
	if (left_out->n > some.n)
		strv_addf(&some, "%zu more", left_out->n - some.n);
	list = strv_join(&some, "; ");
	return err_set(err, ERR_USAGE, "-E \"%s\" matches none of these tests: %s",
	               a->filter ? a->filter : "", list);
}

int plan_make(const struct axes *a, struct plan *out, struct err *err)
{
	_cleanup_strv_ struct strv left_out = STRV_INIT;
	struct plan p = { 0 };

	if (check_kernels(a, err) < 0)
		return -(int)err->code;
	for (size_t k = 0; k < a->n_kernels; k++)
		for (size_t s = 0; s < a->n_scenarios; s++) {
			struct test t = { .kernel = &a->kernels[k],
				          .scenario = a->scenarios[s],
				          .step_schedulers = a->step_schedulers };

			if (expand(&p, a, &t, &left_out, err) < 0) {
				plan_done(&p);
				return -(int)err->code;
			}
		}
	if (p.n == 0)
		return nothing_left(a, &left_out, err);
	*out = p;
	return 0;
}

void plan_done(struct plan *p)
{
	free(p->tests);
	*p = (struct plan){ 0 };
}
