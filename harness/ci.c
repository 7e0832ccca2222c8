/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/ci.h"

#include <fcntl.h>
#include <stdio.h>

#include "base/fs.h"
#include "base/junit.h"
#include "base/mem.h"
#include "base/variable.h"

struct ci {
	const struct ci_opts *o;
	const struct plan *plan;
	struct junit junit; /* one case per test of the plan, in its order */
	bool *ended;        /* likewise */
	size_t told;        /* lines of KTAP */
	bool github;
};

/* How an outcome is told: to JUnit, as "ok" or "not ok" and as an annotation (NULL: none). What could
 * not be judged is no success. */
static const struct {
	enum junit_state state;
	bool ok;
	const char *annotation;
} told_as[OUTCOME_COUNT] = {
	[OUTCOME_PASS] = { JUNIT_PASSED, true, NULL },
	[OUTCOME_FAIL] = { JUNIT_FAILED, false, "error" },
	[OUTCOME_SKIP] = { JUNIT_SKIPPED, true, NULL },
	[OUTCOME_INCONCLUSIVE] = { JUNIT_ERROR, false, "warning" },
	[OUTCOME_ERROR] = { JUNIT_ERROR, false, "error" },
};

static void set_case(struct junit_case *c, enum junit_state state, const char *type,
                     const char *message)
{
	c->state = state;
	free(c->type);
	free(c->message);
	c->type = state == JUNIT_PASSED ? NULL : xstrdup(type);
	c->message = state == JUNIT_PASSED ? NULL : xstrdup(message);
}

static int write_junit(const struct ci *ci, struct err *err)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (!ci->o->junit)
		return 0;
	junit_text(&ci->junit, &b);
	if (fs_write_atomic(AT_FDCWD, ci->o->junit, b.s, b.n, 0666, err) < 0)
		return err_wrap(err, "--junit");
	return 0;
}

int ci_new(const struct ci_opts *o, const struct plan *plan, struct ci **out, struct err *err)
{
	struct ci *ci = xcalloc(1, sizeof(*ci));

	*ci = (struct ci){ .o = o, .plan = plan, .junit.name = "harness.test" };
	ci->github = variable_get(VAR_GITHUB_ACTIONS) != NULL;
	ci->ended = xcalloc(plan->n + 1, sizeof(*ci->ended));
	for (size_t i = 0; i < plan->n; i++) {
		_cleanup_free_ char *name = test_name(&plan->tests[i]);

		set_case(junit_add(&ci->junit, name), JUNIT_ERROR, "not-run", "not run");
	}
	*out = ci;
	if (write_junit(ci, err) < 0)
		return -(int)err->code;
	if (o->tap)
		printf("KTAP version 1\n1..%zu\n", plan->n);
	fflush(stdout);
	return 0;
}

void ci_free(struct ci **cip)
{
	struct ci *ci = steal_ptr(cip);

	if (!ci)
		return;
	junit_done(&ci->junit);
	free(ci->ended);
	free(ci);
}

/* "#" begins a directive in KTAP. */
static void put_ktap(const char *text, bool is_name)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_add_printable(&b, text, strlen(text), false);
	for (const char *s = strbuf_cstr(&b); *s; s++)
		fputs(is_name && *s == '#' ? "\\x23" : (char[]){ *s, '\0' }, stdout);
}

static void tell_ktap(struct ci *ci, size_t i, bool ok, const char *skip)
{
	printf("%sok %zu ", ok ? "" : "not ", ++ci->told);
	put_ktap(ci->junit.v[i].name, true);
	if (skip) {
		fputs(" # SKIP ", stdout);
		put_ktap(skip, false);
	}
	putchar('\n');
}

/* Diagnostics: comments, which readers show with the test above. */
static void tell_lines(const char *text)
{
	_cleanup_strv_ struct strv lines = STRV_INIT;

	strv_split(&lines, text, "\n");
	strv_each (&lines, i) {
		fputs("# ", stdout);
		put_ktap(lines.v[i], false);
		putchar('\n');
	}
}

/* GitHub's escapes; in a property also those of ":" and ",". */
static void add_github(struct strbuf *b, const char *text, bool property)
{
	for (const char *s = text; *s; s++)
		if (strchr("%\r\n", *s) || (property && strchr(":,", *s)))
			strbuf_addf(b, "%%%02X", (unsigned char)*s);
		else
			strbuf_addc(b, *s);
}

static void annotate(const struct ci *ci, size_t i, const char *level, const char *text)
{
	const struct scenario *s = ci->plan->tests[i].scenario;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT, shown = STRBUF_INIT;

	strbuf_addf(&b, "::%s ", level);
	if (!s->bundled) {
		strbuf_adds(&b, "file=");
		add_github(&b, s->path, true);
		strbuf_addc(&b, ',');
	}
	strbuf_adds(&b, "title=");
	add_github(&b, ci->junit.v[i].name, true);
	strbuf_adds(&b, "::");
	add_github(&b, text, false);
	strbuf_add_printable(&shown, b.s, b.n, false);
	fprintf(stderr, "%s\n", strbuf_cstr(&shown));
}

/* What a person needs beside the cause, line by line. */
static char *details(const struct run_result *r)
{
	const struct sidecar_reason *reasons = r->sidecar.reasons.v;
	_cleanup_free_ char *again = run_result_again(r);
	struct strbuf b = STRBUF_INIT;

	strv_each (&r->sidecar.evidence, i)
		strbuf_addf(&b, "%s\n", r->sidecar.evidence.v[i]);
	for (size_t i = 0; i < r->sidecar.reasons.n; i++)
		if (!streq_null(reasons[i].text, r->sidecar.cause))
			strbuf_addf(&b, "also: %s\n", reasons[i].text);
	strv_each (&r->artefacts, i)
		strbuf_addf(&b, "see %s\n", r->artefacts.v[i]);
	if (again)
		strbuf_addf(&b, "again: %s\n", again);
	return strbuf_steal(&b);
}

void ci_result(struct ci *ci, const struct test *t, const struct run_result *r)
{
	size_t i = (size_t)(t - ci->plan->tests);
	int outcome = r->sidecar.outcome;
	const char *cause = r->sidecar.cause ? r->sidecar.cause : "no cause known";
	const char *level = told_as[outcome].annotation;
	bool skip = outcome == OUTCOME_SKIP, plain = skip || outcome == OUTCOME_PASS;
	struct junit_case *c = &ci->junit.v[i];

	ci->ended[i] = true;
	c->time_s = r->wall_s;
	set_case(c, told_as[outcome].state, json_name(&outcome_names, outcome), cause);
	c->text = plain ? NULL : details(r);
	if (ci->o->tap)
		tell_ktap(ci, i, told_as[outcome].ok, skip ? cause : NULL);
	if (ci->o->tap && !plain) {
		printf("# %s: ", json_name(&outcome_names, outcome));
		put_ktap(cause, false);
		putchar('\n');
		tell_lines(c->text);
	}
	if (ci->o->tap)
		fflush(stdout);
	if (ci->github && level)
		annotate(ci, i, level, cause);
}

int ci_end(struct ci *ci, const char *stopped, bool bail, struct err *err)
{
	_cleanup_free_ char *why = xasprintf("not run: %s", stopped ? stopped : "");

	for (size_t i = 0; stopped && i < ci->plan->n; i++) {
		if (ci->ended[i])
			continue;
		set_case(&ci->junit.v[i], bail ? JUNIT_ERROR : JUNIT_SKIPPED, "not-run", why);
		if (ci->o->tap && !bail)
			tell_ktap(ci, i, true, why);
	}
	if (ci->o->tap && bail)
		printf("Bail out! %s\n", stopped);
	fflush(stdout);
	return write_junit(ci, err);
}
