/* SPDX-License-Identifier: GPL-2.0-only */
/* `stats` without a command: the results of one run, the newest or $KTSTR_SIDECAR_DIR. */
#include <inttypes.h>

#include "base/mem.h"
#include "sidecar/rundir.h"
#include "stats/cmds.h"
#include "stats/compare.h"
#include "stats/opts.h"
#include "stats/compare_text.h"

/* Numbers by name: verifier instructions, runs of a program, KVM's counters. */
struct tallies {
	struct index names;
	struct tallied {
		char *scheduler; /* of a BPF program; else "" */
		const char *name;
		double a, b; /* a: instructions, runs or sum of the counter; b: ns of all runs */
		uint32_t n;  /* values added */
	} * v;
	size_t n;
};

struct analysis {
	const char *name; /* of the run */
	struct row *rows;
	size_t n_rows;
	struct join tests; /* all rows on side A, repeats of a test grouped */
	struct tallies verifier, programs, kvm;
};

static struct tallied *tally(struct tallies *t, const char *scheduler, const char *name)
{
	_cleanup_free_ char *key = xasprintf("%s/%s", scheduler, name);
	size_t i = index_add(&t->names, key, strlen(key));

	if (i == t->n)
		xgrow(t->v, t->n)->scheduler = xstrdup(scheduler);
	t->v[i].name = t->names.entries[i].key + strlen(scheduler) + 1;
	t->v[i].n++;
	return &t->v[i];
}

static void tallies_done(struct tallies *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->v[i].scheduler);
	index_done(&t->names);
	free(t->v);
}

static void analysis_done(struct analysis *a)
{
	for (size_t i = 0; i < a->n_rows; i++)
		row_done(&a->rows[i]);
	free(a->rows);
	join_done(&a->tests);
	tallies_done(&a->verifier);
	tallies_done(&a->programs);
	tallies_done(&a->kvm);
}

static void add_kvm(struct analysis *a, const struct sidecar_kvm *kvm)
{
	const struct sidecar_vcpu *v = kvm->per_vcpu.v;

	for (size_t i = 0; i < kvm->per_vcpu.n; i++)
		for (size_t k = 0; k < v[i].stats.n; k++)
			if (isfinite(v[i].stats.v[k].value))
				tally(&a->kvm, "", v[i].stats.v[k].key)->a += v[i].stats.v[k].value;
}

static bool add_sidecar(void *arg, const char *path UNUSED, struct sidecar *s)
{
	struct analysis *a = arg;
	const struct sidecar_verifier *v = s->verifier_stats.v;
	const char *scheduler = s->scheduler ? s->scheduler : "unknown";

	for (size_t i = 0; i < s->verifier_stats.n; i++) {
		struct tallied *t = tally(&a->verifier, scheduler, v[i].name);

		t->a = fmax(t->a, (double)v[i].verified_insns);
	}
	for (size_t i = 0; s->monitor && i < s->monitor->prog_stats_deltas.n; i++) {
		const struct sidecar_prog *p = s->monitor->prog_stats_deltas.v;
		struct tallied *t = tally(&a->programs, scheduler, p[i].name);

		t->a += (double)p[i].cnt;
		t->b += (double)p[i].nsecs;
	}
	if (s->kvm_stats)
		add_kvm(a, s->kvm_stats);
	row_take(&a->rows[a->n_rows++], s);
	return true;
}

static int analyse(struct scan *s, struct analysis *a, struct err *err)
{
	_cleanup_rows_ struct rows all = { 0 };
	struct rows none = { 0 };

	a->name = s->runs[0].name;
	a->rows = xcalloc(s->n_files + 1, sizeof(*a->rows));
	if (opts_read(s, &s->bad, add_sidecar, a, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < a->n_rows; i++)
		*xgrow(all.v, all.n) = &a->rows[i];
	join_rows(join_parts(0, ~0u), &all, &none, &a->tests);
	return 0;
}

/* The metrics in the table; `stats show` and `stats export` have the others. */
static const enum metric shown[] = { M_WORST_SPREAD, M_WORST_GAP_MS, M_P99_WAKE_US,
	                             M_WORST_RUN_DELAY_US, M_TOTAL_ITERATIONS };

static void add_test(struct grid *g, const struct rows *rows)
{
	static const enum dim dims[] = { DIM_KERNEL, DIM_SCHEDULER, DIM_TOPOLOGY };
	struct tally t = tally_of(rows);
	bool good = t.by[OUTCOME_PASS] + t.by[OUTCOME_SKIP] == t.n;

	grid_row(g, good ? NULL : "not passed");
	grid_cell(g, TERM_PLAIN, "%s", rows->v[0]->test);
	for (size_t d = 0; d < ARRAY_SIZE(dims); d++)
		grid_cell(g, TERM_PLAIN, "%s", row_dim_text(rows->v[0], dims[d]));
	if (t.n == 1)
		grid_cell(g, good ? TERM_GOOD : TERM_BAD, "%s",
		          json_name(&outcome_names, (int)rows->v[0]->outcome));
	else
		grid_cell(g, good ? TERM_GOOD : TERM_BAD, "%u/%u pass", t.by[OUTCOME_PASS], t.n);
	for (size_t m = 0; m < ARRAY_SIZE(shown); m++) {
		struct sample s = sample_of_metric(rows, shown[m]);
		_cleanup_free_ char *text =
			s.n ? text_value(s.median, metric_defs[shown[m]].unit) : xstrdup("-");

		grid_cell(g, TERM_PLAIN, "%s", text);
	}
}

static void print_tests(const struct analysis *a)
{
	struct grid_col cols[5 + ARRAY_SIZE(shown)] = {
		{ "TEST", "test" },         { "KERNEL", "kernel" },   { "SCHEDULER", "scheduler" },
		{ "TOPOLOGY", "topology" }, { "OUTCOME", "outcome" },
	};
	_cleanup_grid_ struct grid *g = NULL;

	for (size_t m = 0; m < ARRAY_SIZE(shown); m++)
		cols[5 + m] = (struct grid_col){ metric_defs[shown[m]].name,
			                         metric_defs[shown[m]].name, .right = true };
	g = grid_new("report", cols, ARRAY_SIZE(cols));
	for (size_t i = 0; i < a->tests.n; i++)
		add_test(g, &a->tests.pairs[i].side[SIDE_A]);
	grid_print(g, FORMAT_TABLE, stdout);
}

static void print_causes(const struct analysis *a)
{
	static const struct grid_col cols[] = {
		{ "TEST", "test" },
		{ "SCHEDULER", "scheduler" },
		{ "OUTCOME", "outcome" },
		{ "CAUSE", "cause", .shrink = true },
	};
	_cleanup_grid_ struct grid *g = grid_new("report", cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < a->n_rows; i++) {
		const struct row *r = &a->rows[i];

		if (!r->cause)
			continue;
		grid_row(g, NULL);
		grid_cell(g, TERM_PLAIN, "%s", r->test);
		grid_cell(g, TERM_PLAIN, "%s", row_dim_text(r, DIM_SCHEDULER));
		grid_cell(g, TERM_PLAIN, "%s", json_name(&outcome_names, (int)r->outcome));
		grid_cell(g, TERM_PLAIN, "%s", r->cause);
	}
	if (!grid_rows(g))
		return;
	putchar('\n');
	grid_print(g, FORMAT_TABLE, stdout);
}

/* A table of numbers: what its columns are called, the first only for BPF programs. */
struct tally_cols {
	bool of_scheduler, per_run;
	const char *name, *number;
	const char *none; /* why there may be no values */
};

/* A section without values is one line that says why. */
static void print_tallies(const struct tallies *t, const struct tally_cols *tc)
{
	const struct grid_col cols[] = {
		{ "SCHEDULER", "scheduler", .machine = !tc->of_scheduler },
		{ tc->name, tc->name },
		{ tc->number, tc->number, .right = true },
		{ "PER RUN", "ns_per_run", .right = true, .machine = !tc->per_run },
	};
	_cleanup_grid_ struct grid *g = grid_new("report", cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < t->n; i++) {
		grid_row(g, NULL);
		grid_cell(g, TERM_PLAIN, "%s", t->v[i].scheduler);
		grid_cell(g, TERM_PLAIN, "%s", t->v[i].name);
		grid_cell(g, TERM_PLAIN, "%.0f", t->v[i].a);
		grid_cell(g, TERM_PLAIN, "%.0f ns", t->v[i].b / fmax(t->v[i].a, 1));
	}
	putchar('\n');
	if (t->n)
		grid_print(g, FORMAT_TABLE, stdout);
	else
		printf("%s\n", tc->none);
}

static void print_text(const struct analysis *a)
{
	static const struct tally_cols verifier = {
		true, false, "BPF PROGRAM", "VERIFIED INSNS",
		"no verifier figures: no sched_ext scheduler was loaded as an object"
	};
	static const struct tally_cols programs = {
		true, true, "CALLBACK", "RUNS",
		"no callback profile: measured under --clock virtual, of sched_ext schedulers"
	};
	static const struct tally_cols kvm = { false, false, "KVM COUNTER", "SUM",
		                               "no KVM counters: only guests under KVM have them" };

	printf("run %s: %zu result%s\n", a->name, a->n_rows, a->n_rows == 1 ? "" : "s");
	print_tests(a);
	print_causes(a);
	print_tallies(&a->verifier, &verifier);
	print_tallies(&a->programs, &programs);
	print_tallies(&a->kvm, &kvm);
}

/* Those of BPF programs are below their scheduler. */
static struct json_object *place_of(struct json_object *o, const char *scheduler)
{
	struct json_object *sub = o;

	if (*scheduler && !json_object_object_get_ex(o, scheduler, &sub)) {
		sub = json_object_new_object();
		json_object_object_add(o, scheduler, sub);
	}
	return sub;
}

static struct json_object *encode_tallies(const struct tallies *t, const char *a, const char *b)
{
	struct json_object *o = json_object_new_object();

	for (size_t i = 0; i < t->n; i++) {
		struct json_object *v = json_object_new_object();

		json_object_object_add(v, a, json_object_new_double(t->v[i].a));
		if (b)
			json_object_object_add(v, b, json_object_new_double(t->v[i].b));
		json_object_object_add(place_of(o, t->v[i].scheduler), t->v[i].name, v);
	}
	return o;
}

static struct json_object *encode_test(const struct rows *rows)
{
	struct json_object *o = json_object_new_object(), *m = json_object_new_object();
	struct tally t = tally_of(rows);

	json_object_object_add(o, "test", json_object_new_string(rows->v[0]->test));
	for (int d = 0; d < DIM_COUNT; d++)
		json_object_object_add(
			o, dim_defs[d].name,
			rows->v[0]->dim[d] ? json_object_new_string(rows->v[0]->dim[d]) : NULL);
	for (int i = 0; i < OUTCOME_COUNT; i++)
		json_object_object_add(o, json_name(&outcome_names, i),
		                       json_object_new_int64(t.by[i]));
	for (int i = 0; i < METRIC_COUNT; i++) {
		struct sample s = sample_of_metric(rows, (enum metric)i);

		json_object_object_add(m, metric_defs[i].name,
		                       s.n ? json_object_new_double(s.median) : NULL);
	}
	json_object_object_add(o, "median", m);
	return o;
}

static void print_json(const struct analysis *a)
{
	struct json_object *o = json_object_new_object(), *tests = json_object_new_array();

	for (size_t i = 0; i < a->tests.n; i++)
		json_object_array_add(tests, encode_test(&a->tests.pairs[i].side[SIDE_A]));
	json_object_object_add(o, "run", json_object_new_string(a->name));
	json_object_object_add(o, "results", json_object_new_int64((int64_t)a->n_rows));
	json_object_object_add(o, "tests", tests);
	json_object_object_add(o, "verifier", encode_tallies(&a->verifier, "verified_insns", NULL));
	json_object_object_add(o, "callbacks", encode_tallies(&a->programs, "runs", "nsecs"));
	json_object_object_add(o, "kvm", encode_tallies(&a->kvm, "sum", NULL));
	cmd_print_json(o);
}

/* Finds the run. 1: there are no runs yet, which is not an error for this command. */
static int find_run(const struct opts *o, struct scan *s, struct err *err)
{
	const char *override = o->dir || o->run ? NULL : rundir_override();
	_cleanup_free_ char *root = NULL;

	if (override)
		return scan_path(s, override, err);
	if (opts_root(o, &root, err) < 0)
		return -(int)err->code;
	if (opts_scan_run(o, o->run, s, err) == 0)
		return 0;
	if (o->run || err->code != ERR_NOT_FOUND)
		return -(int)err->code;
	err_clear(err);
	fprintf(stderr, "stats: no runs yet; 'harness test' makes one\n");
	return 1;
}

static int report(const struct opts *o, struct err *err)
{
	_cleanup_scan_ struct scan s = SCAN_INIT;
	CLEANUP(analysis_done) struct analysis a = { 0 };
	int rc = find_run(o, &s, err);

	if (rc != 0)
		return rc < 0 ? rc : EXIT_OK;
	if (analyse(&s, &a, err) < 0)
		return -(int)err->code;
	(o->json ? print_json : print_text)(&a);
	return EXIT_OK;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	_cleanup_opts_ struct opts o = { .one_run = true };
	int rc = opts_parse(self, &o, NULL, argc, argv, NULL, err);

	return rc == CMD_RUN ? report(&o, err) : rc;
}

const struct cmd cmd_stats_report = {
	.name = "report",
	.summary = "the results of one run: --run, KTSTR_SIDECAR_DIR or the newest",
	.usage = "[OPTION...]",
	.run = run,
};
