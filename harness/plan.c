/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/pick.h"
#include "base/strbuf.h"
#include "harness/catalogue.h"
#include "harness/plan.h"

#define MEMORY_MIN_BYTES (256ull << 20)
#define MEMORY_MAX_BYTES (1ull << 40)

static char *joined(const struct test *t, char sep, const char *before_repeat)
{
	_cleanup_free_ char *topo = topo_format(&t->topo);
	struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b, "%s%c%s%c%s%c%s%c%s", t->scenario->name, sep, t->scheduler->name, sep, topo,
	            sep, kernel_label(t->kernel), sep, json_name(&vm_clock_names, t->clock));
	if (!streq(t->profile->name, PROFILE_DEFAULT))
		strbuf_addf(&b, "%c%s", sep, t->profile->name);
	if (t->repeat)
		strbuf_addf(&b, "%s%u", before_repeat, t->repeat);
	return strbuf_steal(&b);
}

char *test_label(const struct test *t)
{
	return joined(t, ' ', " #");
}

struct profile test_profile(const struct test *t)
{
	const struct variant *v = t->variant;
	struct profile p = { .name = xstrdup(t->profile->name) };

	profile_add(&p, &t->profile->kernel_args, &t->profile->sysctls);
	if (v && v->kernel_args)
		profile_add(&p, v->kernel_args, v->sysctls);
	return p;
}

char *test_name(const struct test *t)
{
	return joined(t, '/', "/");
}

int plan_own_topo(const struct scenario *s, struct topo *out, struct err *err)
{
	if (topo_parse(s->topology ? s->topology : DEFAULT_TOPOLOGY, out, err) < 0) {
		place_wrap(s->at, "topology", err);
		return catalogue_blame(err);
	}
	return 0;
}

int plan_own_duration(const struct scenario *s, uint64_t *out, struct err *err)
{
	*out = DEFAULT_DURATION_NS;
	return s->duration ? parse_duration_ns(s->duration, s->path, out, err) : 0;
}

int plan_parse_repeats(const char *text, uint64_t *out, struct err *err)
{
	return parse_u64(text, "--repeat", 1, PLAN_REPEATS_MAX, out, err);
}

int plan_parse_memory(const char *text, uint64_t *out, struct err *err)
{
	uint64_t bytes;

	if (parse_size(text, "--memory", &bytes, err) < 0)
		return -(int)err->code;
	if (bytes < MEMORY_MIN_BYTES || bytes > MEMORY_MAX_BYTES)
		return err_set(err, ERR_USAGE, "--memory: %s is not from 256M to 1024G", text);
	*out = bytes;
	return 0;
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

static const struct variant *variant_of(const struct axes *a, size_t scheduler)
{
	return a->variants ? &a->variants[scheduler] : NULL;
}

/* How many topologies a scenario has under a scheduler. */
static size_t topos_of(const struct axes *a, size_t scheduler)
{
	const struct variant *v = variant_of(a, scheduler);

	return !a->n_topos || (v && v->has_topo && !a->topos_win) ? 1 : a->n_topos;
}

/* The i-th: of --topology, else the scheduler's, else one of the suite file's, else the scenario's. */
static int topo_of(const struct axes *a, const struct scenario *s, size_t scheduler, size_t i,
                   struct topo *out, struct err *err)
{
	const struct variant *v = variant_of(a, scheduler);

	if (v && v->has_topo && !(a->topos_win && a->n_topos)) {
		*out = v->topo;
		return 0;
	}
	if (!a->n_topos)
		return plan_own_topo(s, out, err);
	*out = a->topos[i];
	return 0;
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

	if (a->filter && !pick_wants(a->filter, label)) {
		if (t->repeat == a->first_repeat)
			strv_take(left_out, steal_ptr(&label));
		return;
	}
	*xgrow(p->tests, p->n) = *t;
}

/* One topology, clock and repeat: the schedulers in turn. */
static int add_round(struct plan *p, const struct axes *a, struct test *t, size_t topo,
                     struct strv *left_out, struct err *err)
{
	uint32_t series = t->series;

	t->seed = a->seed + t->repeat;
	for (size_t s = 0; s < a->n_schedulers; s++) {
		if (topo >= topos_of(a, s))
			continue;
		t->series = series + (uint32_t)s;
		t->scheduler = &a->schedulers[s];
		t->variant = variant_of(a, s);
		if (topo_of(a, t->scenario, s, topo, &t->topo, err) < 0)
			return -(int)err->code;
		if (variant_supports(t->variant, t->kernel->version))
			add_if_wanted(p, a, t, left_out);
	}
	t->series = series;
	return 0;
}

/* How many repeats a test has unless somebody says so: enough to be compared. One if it is a soak
 * test, or if each repeat has to boot under emulation. */
static uint32_t repeats_of(const struct axes *a, const struct scenario *s, enum vm_clock clock)
{
	bool boots = a->cold && (clock == VM_CLOCK_VIRTUAL || !a->kvm);

	if (a->repeats)
		return a->repeats;
	return boots || scenario_level(s) == LEVEL_SOAK ? 1 : PLAN_REPEATS;
}

/* One topology and clock: all repeats and profiles, which take turns. */
static int add_repeats(struct plan *p, const struct axes *a, struct test *t, size_t topo,
                       struct strv *left_out, struct err *err)
{
	uint32_t n = repeats_of(a, t->scenario, t->clock);

	for (t->repeat = a->first_repeat; t->repeat < a->first_repeat + n; t->repeat++)
		for (size_t i = 0; i < a->n_profiles; i++) {
			t->profile = &a->profiles[i];
			t->series = (uint32_t)(p->n_series + i * a->n_schedulers);
			if (add_round(p, a, t, topo, left_out, err) < 0)
				return -(int)err->code;
		}
	p->n_series += a->n_profiles * a->n_schedulers;
	return 0;
}

/* Adds the tests of one scenario on one kernel. */
static int expand(struct plan *p, const struct axes *a, struct test *t, struct strv *left_out,
                  struct err *err)
{
	const size_t n_topos = a->n_topos ? a->n_topos : 1;

	if (duration_of(a, t->scenario, &t->duration_ns, err) < 0)
		return -(int)err->code;
	for (size_t o = 0; o < n_topos; o++)
		for (size_t c = 0; c < a->n_clocks; c++) {
			t->clock = a->clocks[c];
			if (add_repeats(p, a, t, o, left_out, err) < 0)
				return -(int)err->code;
		}
	return 0;
}

static int check_kernels(const struct axes *a, struct err *err)
{
	for (size_t k = 0; k < a->n_kernels; k++)
		for (size_t s = 0; s < a->n_schedulers; s++) {
			const struct kernel *kernel = &a->kernels[k];

			if (a->schedulers[s].kind == SCHEDULER_KERNEL || !kernel_lacks(kernel) ||
			    !variant_supports(variant_of(a, s), kernel->version))
				continue;
			return err_set(err, ERR_UNSUPPORTED,
			               "kernel %s was built without %s: it can "
			               "run " KERNEL_SCHEDULER ", not %s",
			               kernel->release, kernel_lacks(kernel),
			               a->schedulers[s].name);
		}
	return 0;
}

/* The lowest of the higher levels with tests that the filter matches; NULL: none has. */
static const char *level_above(const struct axes *a)
{
	struct axes higher = *a;
	struct err ignored = ERR_INIT;
	enum level lowest = LEVEL_COUNT;
	struct plan p;

	higher.scenarios = a->above;
	higher.n_scenarios = a->n_above;
	higher.n_above = 0;
	if (!a->n_above || plan_make(&higher, &p, &ignored) < 0)
		return NULL;
	for (size_t i = 0; i < p.n; i++) {
		enum level level = scenario_level(p.tests[i].scenario);

		lowest = level < lowest ? level : lowest;
	}
	plan_done(&p);
	return json_name(&level_names, (int)lowest);
}

static int nothing_left(const struct axes *a, const struct strv *left_out, struct err *err)
{
	_cleanup_strv_ struct strv some = STRV_INIT;
	_cleanup_free_ char *list = NULL, *filter = NULL;
	const char *above;

	if (!left_out->n)
		return err_set(
			err, ERR_USAGE,
			"no test is left: none of the schedulers supports one of the kernels");
	strv_each (left_out, i) {
		if (i < 6)
			strv_add(&some, left_out->v[i]);
	}
	if (left_out->n > some.n)
		strv_addf(&some, "%zu more", left_out->n - some.n);
	filter = pick_options(a->filter);
	above = level_above(a);
	if (above)
		return err_set(err, ERR_USAGE,
		               "%s matches no test of this level: --level %s has some", filter,
		               above);
	list = strv_join(&some, "; ");
	return err_set(err, ERR_USAGE, "%s matches none of these tests: %s", filter, list);
}

static void count_repeats(struct plan *p)
{
	_cleanup_free_ uint32_t *n = xcalloc(p->n_series + 1, sizeof(*n));

	for (size_t i = 0; i < p->n; i++)
		n[p->tests[i].series]++;
	for (size_t i = 0; i < p->n; i++)
		p->tests[i].repeats = n[p->tests[i].series];
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
				          .step_schedulers = a->step_schedulers,
				          .memory_bytes = a->memory_bytes,
				          .suite = a->suite };

			if (expand(&p, a, &t, &left_out, err) < 0) {
				plan_done(&p);
				return -(int)err->code;
			}
		}
	if (p.n == 0)
		return nothing_left(a, &left_out, err);
	count_repeats(&p);
	*out = p;
	return 0;
}

/* The repeats of a test are not far apart. */
bool plan_is_first(const struct plan *p, size_t i)
{
	for (size_t k = i; k-- > 0;)
		if (p->tests[k].series == p->tests[i].series)
			return false;
	return true;
}

size_t plan_n_tests(const struct plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += plan_is_first(p, i);
	return n;
}

void plan_done(struct plan *p)
{
	free(p->tests);
	*p = (struct plan){ 0 };
}
