/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/earlier.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/sort.h"
#include "sidecar/rundir.h"
#include "stats/scan.h"

void earlier_done(struct earlier *e)
{
	for (size_t i = 0; i < e->n; i++) {
		struct earlier_result *r = &e->v[i];

		free(r->test);
		free(r->scheduler);
		free(r->topology);
		free(r->clock);
		free(r->kernel);
		free(r->profile);
		free(r->timestamp);
	}
	free(e->v);
	*e = (struct earlier){ 0 };
}

static void take(struct earlier *e, struct sidecar *s)
{
	*xgrow(e->v, e->n) = (struct earlier_result){
		.test = steal_ptr(&s->test_name),
		.scheduler = steal_ptr(&s->scheduler),
		.topology = steal_ptr(&s->topology),
		.clock = steal_ptr(&s->clock),
		.kernel = steal_ptr(&s->kernel_version),
		.profile = steal_ptr(&s->profile),
		.timestamp = steal_ptr(&s->timestamp),
		.repeat = s->repeat,
		.outcome = s->outcome,
		.boot_s = s->vm ? s->vm->boot_s : NAN,
		.wall_s = s->vm ? s->vm->wall_s : NAN,
		.duration_ns = s->duration_ns,
	};
}

int earlier_read(struct earlier *out, struct err *err)
{
	_cleanup_scan_ struct scan scan = SCAN_INIT;
	_cleanup_free_ char *root = rundir_root();
	struct sidecar_brief brief = { 0 };
	struct earlier e = { 0 };

	if (scan_root(&scan, root, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < scan.n_files; i++) {
		struct err ignored = ERR_INIT;
		struct sidecar s;

		json_init(&sidecar_table, &s);
		if (sidecar_read_brief(scan.dirfd, scan.files[i].path, &brief, &s, &ignored) < 0)
			continue;
		take(&e, &s);
		json_done(&sidecar_table, &s);
	}
	strbuf_done(&brief.text);
	*out = e;
	return 0;
}

/* How much a record is like the test; 0: not at all. */
static int likeness(const struct earlier_result *r, const struct test *t)
{
	_cleanup_free_ char *topo = NULL;
	bool scheduler = streq_null(r->scheduler, t->scheduler->name);

	if (!streq_null(r->test, t->scenario->name) ||
	    !streq_null(r->clock, json_name(&vm_clock_names, t->clock)))
		return 0;
	topo = topo_format(&t->topo);
	if (!streq_null(r->topology, topo))
		return 0;
	if (!scheduler)
		return 1;
	return streq_null(r->kernel, kernel_label(t->kernel)) &&
	                       streq_null(r->profile, t->profile->name)
	               ? 3
	               : 2;
}

/* The results that are most like a test. */
struct samples {
	double *duration_s, *wall_s;
	double *rate; /* wall seconds after the boot per second of load: too high after a short load */
	size_t n;
};

static void samples_done(struct samples *s)
{
	free(s->duration_s);
	free(s->wall_s);
	free(s->rate);
}

static void samples_add(struct samples *s, size_t at, const struct earlier_result *r)
{
	double boot = isfinite(r->boot_s) ? r->boot_s : 0;
	double duration = (double)r->duration_ns / NS_PER_SEC;

	s->duration_s[at] = duration;
	s->wall_s[at] = r->wall_s;
	s->rate[at] = fmax(r->wall_s - boot, 0) / duration;
}

static bool has_duration(const struct earlier_result *r)
{
	return isfinite(r->wall_s) && r->duration_ns && r->duration_ns != U64_NONE;
}

static void find_samples(const struct earlier *e, const struct test *t, struct samples *s)
{
	int best = 1;

	*s = (struct samples){ .duration_s = xcalloc(e->n + 1, sizeof(double)),
		               .wall_s = xcalloc(e->n + 1, sizeof(double)),
		               .rate = xcalloc(e->n + 1, sizeof(double)) };
	for (size_t i = 0; i < e->n; i++) {
		int like = has_duration(&e->v[i]) ? likeness(&e->v[i], t) : 0;

		if (like < best)
			continue;
		if (like > best)
			s->n = 0;
		best = like;
		samples_add(s, s->n++, &e->v[i]);
	}
}

/* Wall seconds per second of load by least squares. NaN if no load was twice as long as another. */
static double slope(const struct samples *s)
{
	double x = 0, y = 0, xx = 0, xy = 0, least = INFINITY, most = 0, n = (double)s->n;

	for (size_t i = 0; i < s->n; i++) {
		x += s->duration_s[i] / n;
		y += s->wall_s[i] / n;
		least = fmin(least, s->duration_s[i]);
		most = fmax(most, s->duration_s[i]);
	}
	if (most < 2 * least)
		return NAN;
	for (size_t i = 0; i < s->n; i++) {
		xx += (s->duration_s[i] - x) * (s->duration_s[i] - x);
		xy += (s->duration_s[i] - x) * (s->wall_s[i] - y);
	}
	return fmax(xy / xx, 0);
}

static double median(double *v, size_t n)
{
	sort_doubles(v, n);
	return v[n / 2];
}

/* A second of load takes a second of the real clock. Under the virtual clock one host thread emulates
 * all vCPUs in turn, each at about the host's speed. */
static double most_per_second(const struct test *t)
{
	return t->clock == VM_CLOCK_VIRTUAL ? (double)topo_cpus(&t->topo) : 1;
}

double earlier_seconds(const struct earlier *e, const struct test *t)
{
	double want = (double)t->duration_ns / NS_PER_SEC, per_second, seconds = NAN;
	struct samples s;

	find_samples(e, t, &s);
	if (s.n) {
		per_second = slope(&s);
		if (isnan(per_second))
			per_second = fmin(median(s.rate, s.n), most_per_second(t));
		for (size_t i = 0; i < s.n; i++) /* as if the load had lasted as long as this one */
			s.wall_s[i] = fmax(s.wall_s[i] + per_second * (want - s.duration_s[i]), 0);
		seconds = median(s.wall_s, s.n);
	}
	samples_done(&s);
	return seconds;
}

static bool is_newer(const struct earlier_result *a, const struct earlier_result *b)
{
	return !b || strcmp(a->timestamp ? a->timestamp : "", b->timestamp ? b->timestamp : "") > 0;
}

static const struct earlier_result *newest_of(const struct earlier *e, const struct test *t)
{
	const struct earlier_result *newest = NULL;

	for (size_t i = 0; i < e->n; i++) {
		const struct earlier_result *r = &e->v[i];

		if (r->repeat == t->repeat && likeness(r, t) == 3 && is_newer(r, newest))
			newest = r;
	}
	return newest;
}

int earlier_keep_failed(const struct earlier *e, struct plan *plan, struct earlier_kept *kept,
                        struct err *err)
{
	struct earlier_kept k = { .all = plan->n };
	size_t n = 0;

	for (size_t i = 0; i < k.all; i++) {
		const struct earlier_result *r = newest_of(e, &plan->tests[i]);

		if (r && (r->outcome == OUTCOME_PASS || r->outcome == OUTCOME_SKIP))
			continue;
		k.failed += r != NULL;
		k.fresh += !r;
		plan->tests[n++] = plan->tests[i];
	}
	plan->n = n;
	if (!n)
		return err_set(
			err, ERR_NOT_FOUND,
			"--rerun-failed: each of %zu runs passed or was skipped the last time",
			k.all);
	*kept = k;
	return 0;
}
