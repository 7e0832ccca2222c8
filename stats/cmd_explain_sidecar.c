/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "stats/cmds.h"
#include "stats/opts.h"

enum absence {
	ABSENCE_EXPECTED,   /* nothing is wrong */
	ABSENCE_ACTIONABLE, /* another run could record it */
};

/* Why a field may be null. For a field without a line here, its doc string is shown. */
static const struct {
	const char *field;
	enum absence absence;
	const char *cause, *fix;
} reasons[] = {
	{ "cause", ABSENCE_EXPECTED, "the test passed", NULL },
	{ "payload", ABSENCE_EXPECTED, "the test runs no payload", NULL },
	{ "beside", ABSENCE_EXPECTED, "not of harness bench --with", NULL },
	{ "benchmark", ABSENCE_EXPECTED, "a scenario, not of harness bench", NULL },
	{ "scheduler_commit", ABSENCE_EXPECTED,
	  "the kernel's own scheduler, or an object outside a repository", NULL },
	{ "scheduler_info", ABSENCE_EXPECTED,
	  "the kernel's own scheduler, or the scheduler was not loaded", NULL },
	{ "scheduler_exit", ABSENCE_EXPECTED,
	  "the scheduler stayed attached until the test detached it", NULL },
	{ "monitor", ABSENCE_ACTIONABLE,
	  "the test did not run, it was too short for a sample of the run queues (90 ms), or the "
	  "kernel was not traced",
	  "test on a kernel with BTF, without --no-trace, with a longer --duration" },
	{ "kvm_stats", ABSENCE_EXPECTED,
	  "the guest did not run under KVM: TCG has no such counters", NULL },
	{ "kernel_version", ABSENCE_ACTIONABLE, "the kernel's directory does not name a version",
	  "give KTSTR_KERNEL or --kernel a built tree or a kernel of the store" },
	{ "kernel_commit", ABSENCE_ACTIONABLE, "the kernel does not come from a git tree",
	  "build it in its repository and give that as the kernel" },
	{ "project_commit", ABSENCE_ACTIONABLE,
	  "the run was not started in a git repository, or it has no commit",
	  "start it from the scheduler's repository" },
	{ "run_source", ABSENCE_ACTIONABLE, "an older record", "run again" },
	{ "host", ABSENCE_ACTIONABLE, "an older record, or the host could not be read",
	  "run again" },
	{ "end_timestamp", ABSENCE_ACTIONABLE, "the test was cut short", NULL },
};

static const char *const absence_names[] = {
	[ABSENCE_EXPECTED] = "expected", [ABSENCE_ACTIONABLE] = "actionable"
};

struct field_count {
	size_t none, some;
};

struct explained {
	struct field_count *counts; /* by field of the sidecar's table */
	size_t walked, valid;
	struct strv bad;
};

static size_t reason_of(const char *field)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(reasons) && !streq(reasons[i].field, field))
		i++;
	return i;
}

static bool is_nullable(const struct json_field *f)
{
	return f->flags & (JSON_NULLABLE | JSON_OPTIONAL);
}

static bool count_fields(void *arg, const char *path UNUSED, struct sidecar *s)
{
	struct explained *e = arg;
	_cleanup_json_ struct json_object *o = json_encode(&sidecar_table, s);

	for (size_t i = 0; i < sidecar_table.n; i++) {
		if (json_object_object_get(o, sidecar_table.fields[i].name))
			e->counts[i].some++;
		else
			e->counts[i].none++;
	}
	e->valid++;
	return true;
}

static void print_line(const char *what, const char *text)
{
	_cleanup_free_ char *line = xasprintf("  %s: %s", what, text);

	term_prose(stdout, TERM_PLAIN, 4, line);
}

static void print_field(const struct json_field *f, const struct field_count *c)
{
	size_t r = reason_of(f->name);
	bool known = r < ARRAY_SIZE(reasons);

	printf("%s: null in %zu of %zu%s%s%s\n", f->name, c->none, c->none + c->some,
	       known ? " (" : "", known ? absence_names[reasons[r].absence] : "", known ? ")" : "");
	print_line(known ? "because" : "what it is", known ? reasons[r].cause : f->doc);
	if (known && reasons[r].fix)
		print_line("fix", reasons[r].fix);
}

static void print_text(const struct explained *e)
{
	printf("%zu sidecars walked, %zu read\n", e->walked, e->valid);
	for (size_t i = 0; i < sidecar_table.n; i++)
		if (is_nullable(&sidecar_table.fields[i]) && e->counts[i].none)
			print_field(&sidecar_table.fields[i], &e->counts[i]);
}

static struct json_object *encode_field(const struct json_field *f, const struct field_count *c)
{
	struct json_object *o = json_object_new_object(), *causes = json_object_new_array();
	size_t r = reason_of(f->name);
	bool known = r < ARRAY_SIZE(reasons);
	const char *fix = known ? reasons[r].fix : NULL;

	json_object_array_add(causes, json_object_new_string(known ? reasons[r].cause : f->doc));
	json_object_object_add(o, "none_count", json_object_new_int64((int64_t)c->none));
	json_object_object_add(o, "some_count", json_object_new_int64((int64_t)c->some));
	json_object_object_add(o, "classification",
	                       known ? json_object_new_string(absence_names[reasons[r].absence])
	                             : NULL);
	json_object_object_add(o, "causes", causes);
	json_add_text(o, "fix", fix);
	return o;
}

static void print_json(const struct explained *e)
{
	struct json_object *o = json_object_new_object(), *w = json_object_new_object();
	struct json_object *fields = json_object_new_object(), *bad = json_object_new_array();

	strv_each (&e->bad, i)
		json_object_array_add(bad, json_object_new_string(e->bad.v[i]));
	json_object_object_add(w, "walked", json_object_new_int64((int64_t)e->walked));
	json_object_object_add(w, "valid", json_object_new_int64((int64_t)e->valid));
	json_object_object_add(w, "errors", bad);
	for (size_t i = 0; i < sidecar_table.n; i++)
		if (is_nullable(&sidecar_table.fields[i]))
			json_object_object_add(
				fields, sidecar_table.fields[i].name,
				encode_field(&sidecar_table.fields[i], &e->counts[i]));
	json_object_object_add(o, "_schema_version", json_object_new_string("1"));
	json_object_object_add(o, "_walk", w);
	json_object_object_add(o, "fields", fields);
	cmd_print_json(o);
}

static int explain(const struct opts *o, struct err *err)
{
	_cleanup_scan_ struct scan s = SCAN_INIT;
	struct explained e = { 0 };
	int rc;

	if (opts_scan_run(o, o->run, &s, err) < 0)
		return -(int)err->code;
	if (!s.n_files)
		return err_set(err, ERR_NOT_FOUND, "run %s has no sidecars", s.runs[0].name);
	e.walked = s.n_files;
	e.counts = xcalloc(sidecar_table.n, sizeof(*e.counts));
	opts_tell_bad(&s.bad);
	rc = opts_read(&s, &e.bad, count_fields, &e, err);
	if (rc == 0)
		(o->json ? print_json : print_text)(&e);
	free(e.counts);
	strv_done(&e.bad);
	return rc;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	_cleanup_opts_ struct opts o = { .one_run = true };
	int rc = opts_parse(self, &o, NULL, argc, argv, NULL, err);

	return rc == CMD_RUN ? explain(&o, err) : rc;
}

const struct cmd cmd_stats_explain_sidecar = {
	.name = "explain-sidecar",
	.summary = "which values a run did not record, and possible reasons",
	.usage = "[OPTION...]",
	.run = run,
};
