/* SPDX-License-Identifier: GPL-2.0-only */
/* Rules for a record that its table cannot express. Each defect is one line that starts with the
 * path of the value. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "sidecar/sidecar.h"

#define COMMIT_HEX  7
#define TOPO_DIGITS 5    /* at most, in each of the four numbers */
#define SLACK       1e-9 /* relative: a sum in another order differs that little */
#define UNIT_PATH   "stats.cgroups[%zu]"

static void check_word(const char *path, const char *v, const char *const *words, size_t n,
                       struct strv *out)
{
	if (!v)
		return;
	for (size_t i = 0; i < n; i++)
		if (streq(v, words[i]))
			return;
	strv_addf(out, "%s: \"%s\" is not a known value", path, v);
}

static bool is_hex(const char *s, size_t n)
{
	return strspn(s, "0123456789abcdef") >= n;
}

static void check_commit(const char *path, const char *v, struct strv *out)
{
	if (!v)
		return;
	if (!is_hex(v, COMMIT_HEX) || (v[COMMIT_HEX] != '\0' && !streq(v + COMMIT_HEX, "-dirty")))
		strv_addf(out, "%s: \"%s\" is not 7 hex digits, with -dirty or without", path, v);
}

static void check_sha256(const char *path, const char *v, struct strv *out)
{
	if (v && (strlen(v) != SHA256_HEX - 1 || !is_hex(v, SHA256_HEX - 1)))
		strv_addf(out, "%s: \"%s\" is not 64 hex digits", path, v);
}

static void check_topology(const char *v, struct strv *out)
{
	const char *p = v;

	for (const char *unit = "nlct"; *unit; unit++) {
		size_t digits = strspn(p, "0123456789");

		if (!digits || digits > TOPO_DIGITS || *p == '0' || p[digits] != *unit) {
			p = " ";
			break;
		}
		p += digits + 1;
	}
	if (*p)
		strv_addf(out, "topology: \"%s\" is not of the form 1n2l4c1t", v);
}

static void check_labels(const struct sidecar *s, struct strv *out)
{
	static const char *const clocks[] = { "real", "virtual" };
	static const char *const sources[] = { "ci", "local", "archive" };
	static const char *const accels[] = { "kvm", "tcg", "native" };

	if (!s->schema)
		strv_add(out, "schema: 0");
	check_topology(s->topology, out);
	check_word("clock", s->clock, clocks, ARRAY_SIZE(clocks), out);
	check_word("run_source", s->run_source, sources, ARRAY_SIZE(sources), out);
	check_commit("project_commit", s->project_commit, out);
	check_commit("kernel_commit", s->kernel_commit, out);
	check_commit("scheduler_commit", s->scheduler_commit, out);
	check_sha256("ran_sha256", s->ran_sha256, out);
	if (s->scheduler_info)
		check_sha256("scheduler_info.sha256", s->scheduler_info->sha256, out);
	if (s->kernel)
		check_sha256("kernel.image_sha256", s->kernel->image_sha256, out);
	if (!s->vm)
		return;
	check_word("vm.accel", s->vm->accel, accels, ARRAY_SIZE(accels), out);
	if (streq(s->clock, "virtual") && streq(s->vm->accel, "kvm"))
		strv_add(out, "vm.accel: kvm has no virtual clock");
}

static void check_times(const struct sidecar *s, struct strv *out)
{
	time_t start = clock_parse_utc(s->timestamp), end;

	if (start == (time_t)-1)
		strv_addf(out, "timestamp: \"%s\" is not a UTC time", s->timestamp);
	if (!s->end_timestamp)
		return;
	end = clock_parse_utc(s->end_timestamp);
	if (end == (time_t)-1)
		strv_addf(out, "end_timestamp: \"%s\" is not a UTC time", s->end_timestamp);
	else if (end < start)
		strv_addf(out, "end_timestamp: %s is before the start, %s", s->end_timestamp,
		          s->timestamp);
}

static void check_verdict(const struct sidecar *s, struct strv *out)
{
	const struct sidecar_reason *r = s->reasons.v;

	if (s->outcome == OUTCOME_PASS && s->cause)
		strv_add(out, "cause: present, though the test passed");
	if (s->outcome != OUTCOME_PASS && (!s->cause || !*s->cause))
		strv_addf(out, "cause: missing, though the outcome is %s",
		          json_name(&outcome_names, s->outcome));
	for (size_t i = 0; i < s->reasons.n; i++) {
		if (r[i].outcome != OUTCOME_FAIL && r[i].outcome != OUTCOME_INCONCLUSIVE)
			strv_addf(out, "reasons[%zu].outcome: %s is not fail or inconclusive", i,
			          json_name(&outcome_names, r[i].outcome));
		else if (s->outcome == OUTCOME_PASS && !s->expected)
			strv_addf(out, "reasons[%zu]: %s, though the test passed", i,
			          json_name(&outcome_names, r[i].outcome));
	}
}

/* p50 ≤ p90 ≤ … ≤ max, among the values that were measured. */
static void check_order(size_t at, const struct cgroup_metrics *m, struct strv *out)
{
	static const struct {
		enum cgroup_metric first, last; /* rising in the registry's order */
	} order[] = {
		{ CG_WAKE_P50_US, CG_WAKE_MAX_US },
		{ CG_SCHED_P50_US, CG_SCHED_MAX_US },
		{ CG_SLEEP_P50_US, CG_SLEEP_MAX_US },
	};
	const struct json_field *f = cgroup_metrics_table.fields;

	for (size_t o = 0; o < ARRAY_SIZE(order); o++) {
		int below = -1;

		for (int i = (int)order[o].first; i <= (int)order[o].last; i++) {
			if (isnan(m->v[i]))
				continue;
			if (below >= 0 && m->v[below] > m->v[i])
				strv_addf(out, UNIT_PATH ".%s: %.17g is over %s, %.17g", at,
				          f[below].name, m->v[below], f[i].name, m->v[i]);
			below = i;
		}
	}
}

/* The same of a benchmark. */
static void check_benchmark(const struct timing *t, struct strv *out)
{
	const double order[] = { t->min, t->p50, t->p95, t->p99, t->max };
	const double interval[] = { t->min, t->median_low, t->p50, t->median_high, t->max };

	for (size_t i = 1; i < ARRAY_SIZE(order); i++)
		if (order[i - 1] > order[i] || interval[i - 1] > interval[i]) {
			strv_add(out, "benchmark: min, p50, p95, p99, max and the interval of "
			              "the median are not in order");
			return;
		}
}

static void check_not_negative(const char *where, const struct json_table *t, const double *v,
                               struct strv *out)
{
	for (size_t i = 0; i < t->n; i++)
		if (v[i] < 0)
			strv_addf(out, "%s.%s: %.17g is negative", where, t->fields[i].name, v[i]);
}

#define NO_WORK "none" /* a cgroup without workers: it holds a payload or other cgroups */

/* Every work type in `part` ("a+b") is also in `whole`. */
static bool types_within(const char *part, const char *whole)
{
	_cleanup_strv_ struct strv a = STRV_INIT, b = STRV_INIT;

	strv_split(&a, part, "+");
	strv_split(&b, whole, "+");
	strv_each (&a, i)
		if (!strv_has(&b, a.v[i]) && !streq(a.v[i], NO_WORK))
			return false;
	return true;
}

static int by_name(const void *a, const void *b)
{
	const struct sidecar_cgroup *x = *(const struct sidecar_cgroup *const *)a;
	const struct sidecar_cgroup *y = *(const struct sidecar_cgroup *const *)b;
	int rc = strcmp(x->name, y->name);

	return rc ? rc : (x > y) - (x < y);
}

static void check_names_once(const struct sidecar_cgroup *c, size_t n, struct strv *out)
{
	_cleanup_free_ const struct sidecar_cgroup **sorted = xcalloc(n + 1, sizeof(*sorted));

	for (size_t i = 0; i < n; i++)
		sorted[i] = &c[i];
	qsort(sorted, n, sizeof(*sorted), by_name);
	for (size_t i = 1; i < n; i++)
		if (streq(sorted[i - 1]->name, sorted[i]->name))
			strv_addf(out, UNIT_PATH ".name: \"%s\" is there twice",
			          (size_t)(sorted[i] - c), sorted[i]->name);
}

static void check_cgroups(const struct sidecar *s, struct strv *out)
{
	const struct sidecar_cgroup *c = s->stats.cgroups.v;

	for (size_t i = 0; i < s->stats.cgroups.n; i++) {
		char where[64];

		snprintf(where, sizeof(where), UNIT_PATH, i);
		check_not_negative(where, &cgroup_metrics_table, c[i].metrics.v, out);
		check_order(i, &c[i].metrics, out);
		if (!types_within(c[i].work_type, s->work_type))
			strv_addf(out, "%s.work_type: %s is not among the test's work types, %s",
			          where, c[i].work_type, s->work_type);
	}
	check_names_once(c, s->stats.cgroups.n, out);
}

static bool agree(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) && isnan(b);
	return fabs(a - b) <= SLACK * fmax(fabs(a), fabs(b));
}

/* The test's values must equal the roll-up of its cgroups' values. */
static void check_roll_up(const struct sidecar *s, struct strv *out)
{
	const struct cgroup_metrics **rows = xcalloc(s->stats.cgroups.n + 1, sizeof(*rows));
	struct metrics want = s->stats.metrics;

	for (size_t i = 0; i < s->stats.cgroups.n; i++)
		rows[i] = &s->stats.cgroups.v[i].metrics;
	metric_roll_up(rows, s->stats.cgroups.n, &want);
	free(rows);
	for (int m = 0; m < METRIC_COUNT; m++)
		if (!agree(want.v[m], s->stats.metrics.v[m]))
			strv_addf(out, "stats.%s: %.17g, but the roll-up of the cgroups is %.17g",
			          metric_defs[m].name, s->stats.metrics.v[m], want.v[m]);
}

static void check_artefacts(const struct sidecar *s, struct strv *out)
{
	strv_each (&s->artefacts, i) {
		const char *name = s->artefacts.v[i];

		if (!*name || *name == '.' || strchr(name, '/'))
			strv_addf(out, "artefacts[%zu]: \"%s\" is not a file beside this one", i,
			          name);
	}
}

size_t sidecar_check(const struct sidecar *s, struct strv *defects)
{
	size_t before = defects->n;

	check_labels(s, defects);
	check_times(s, defects);
	check_verdict(s, defects);
	check_cgroups(s, defects);
	check_not_negative("stats", &metrics_table, s->stats.metrics.v, defects);
	if (s->schema <= SIDECAR_SCHEMA) /* a newer schema may have another roll-up */
		check_roll_up(s, defects);
	if (s->benchmark)
		check_benchmark(&s->benchmark->timing, defects);
	check_artefacts(s, defects);
	return defects->n - before;
}
