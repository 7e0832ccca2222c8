/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/judge/judge_payload.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"

#define CHECK_NAME    "payload"
#define LAST_LINE_MAX 200

struct judge_payload *judge_payloads_new(const struct scenario *s)
{
	struct judge_payload *all = NULL;
	size_t n = 0;

	for (uint32_t i = 0; i < s->payloads_count; i++) {
		const struct scenario_payload *p = &s->payloads[i];
		struct judge_payload *j = xgrow(all, n);

		j->asks_exit = p->expect_exit != NULL;
		j->expect_exit = p->expect_exit ? *p->expect_exit : 0;
		j->metrics = scenario_metrics(p->metrics, p->metrics_count, p->preset, &j->n);
	}
	return all;
}

void judge_payloads_free(struct judge_payload *p, size_t n)
{
	for (size_t i = 0; p && i < n; i++)
		free(p[i].metrics);
	free(p);
}

static void record_value(const struct payload_value *v, struct sidecar_payload_metric *m)
{
	*m = (struct sidecar_payload_metric){ .name = xstrdup(v->name),
		                              .unit = xstrdup(v->def->unit),
		                              .value = v->value,
		                              .not_measured = xstrdup(v->why) };
	if (v->def->better != POLARITY_NONE)
		m->polarity = xstrdup(json_name(&payload_polarity_names, (int)v->def->better));
}

static void extract(const struct judge_input *in, const struct wire_payload *w,
                    const struct judge_payload *p, struct payload_values *out)
{
	uint64_t kept = in->job->payloads.v[w->payload].output_max_bytes;
	bool cut = w->output_bytes != U64_NONE && w->output_bytes > kept;

	payload_extract(p->metrics, p->n, w->output ? w->output : "", cut, out);
}

static void record_run(const struct judge_input *in, const struct wire_payload *w, const char *name,
                       const struct judge_payload *p, struct sidecar *out)
{
	struct sidecar_payload *sp = xgrow(out->payload_metrics.v, out->payload_metrics.n);
	struct payload_values got = { 0 };

	*sp = (struct sidecar_payload){ .payload_index = w->payload,
		                        .name = xstrdup(name),
		                        .exit_code = w->exit };
	extract(in, w, p, &got);
	for (size_t i = 0; i < got.n; i++)
		record_value(&got.v[i], xgrow(sp->metrics.v, sp->metrics.n));
	payload_values_done(&got);
}

static bool is_known(const struct judge_input *in, const struct wire_payload *w)
{
	return in->payloads && w->payload < in->job->payloads.n;
}

static const char *name_of(const struct judge_input *in, const struct wire_payload *w)
{
	return in->job->payloads.v[w->payload].name;
}

void judge_payloads_record(const struct judge_input *in, struct sidecar *out)
{
	for (size_t i = 0; i < in->guest->payloads.n; i++) {
		const struct wire_payload *w = &in->guest->payloads.v[i];

		if (is_known(in, w))
			record_run(in, w, name_of(in, w), &in->payloads[w->payload], out);
	}
}

/* The first scheduler of a job is the test's own. */
static void extract_scheduler(const struct judge_input *in, struct payload_values *got)
{
	_cleanup_free_ char *text = NULL;
	bool cut;

	if (!in->n_sched_metrics)
		return;
	text = guest_report_sched_output(in->guest, 0);
	/* as harness/agent/output.c says it */
	cut = text && strstr(text, " bytes left out]\n");
	payload_extract(in->sched_metrics, in->n_sched_metrics, text ? text : "", cut, got);
}

void judge_scheduler_metrics_record(const struct judge_input *in, struct sidecar *out)
{
	struct payload_values got = { 0 };

	extract_scheduler(in, &got);
	for (size_t i = 0; i < got.n; i++)
		record_value(&got.v[i], xgrow(out->scheduler_metrics.v, out->scheduler_metrics.n));
	payload_values_done(&got);
}

/* One run of a payload, or of the scheduler's program, while it is judged. */
struct judged_run {
	const struct judge_input *in;
	const struct wire_payload *said; /* NULL: the scheduler's program */
	const char *name;
	struct sidecar *out;
};

static PRINTF(4, 5) struct sidecar_reason *add_reason(const struct judged_run *run, int outcome,
                                                      double value, const char *fmt, ...)
{
	struct sidecar_reason *r = xgrow(run->out->reasons.v, run->out->reasons.n);
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	va_list ap;

	json_init(&sidecar_reason_table, r);
	r->check = xstrdup(run->said ? CHECK_NAME : "scheduler");
	r->outcome = outcome;
	r->value = value;
	strbuf_addf(&text, "%s %s: ", r->check, run->name);
	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	r->text = strbuf_steal(&text);
	return r;
}

/* The last line that a program prints usually says why it failed. */
static char *last_line(const char *text)
{
	size_t n = text ? strlen(text) : 0, from;

	while (n && strchr(" \t\n", text[n - 1]))
		n--;
	for (from = n; from && text[from - 1] != '\n';)
		from--;
	if (n - from > LAST_LINE_MAX)
		n = from + LAST_LINE_MAX;
	return xstrndup(text ? text + from : "", n - from);
}

static const char *failed_wait(const struct judged_run *run)
{
	const struct job *job = run->in->job;

	for (size_t i = 0; i < run->in->guest->ops.n; i++) {
		const struct wire_op *done = &run->in->guest->ops.v[i];
		const struct job_op *op = done->op < job->ops.n ? &job->ops.v[done->op] : NULL;

		if (op && !done->ok && op->kind == OP_WAIT_PAYLOAD &&
		    op->payload == run->said->payload)
			return done->error ? done->error : "did not end in time";
	}
	return NULL;
}

static void judge_end(const struct judged_run *run, const struct judge_payload *p)
{
	int64_t status = run->said->exit, expected = p->expect_exit;
	_cleanup_free_ char *last = last_line(run->said->output);
	_cleanup_free_ char *wanted =
		expected ? xasprintf(", not %lld as expected", (long long)expected) : xstrdup("");
	const char *colon = *last ? ": " : "", *late = failed_wait(run);

	if (!run->said->completed) {
		if (late)
			add_reason(run, OUTCOME_FAIL, NAN, "%s", late);
		else if (p->asks_exit)
			add_reason(
				run, OUTCOME_INCONCLUSIVE, NAN,
				"expect_exit: nothing to judge: it ran until the test stopped it");
	} else if (status != expected) {
		if (status > 128 && status < 128 + 65)
			add_reason(run, OUTCOME_FAIL, (double)status,
			           "killed by signal %d (%s)%s%s", (int)status - 128,
			           strsignal((int)status - 128), colon, last);
		else
			add_reason(run, OUTCOME_FAIL, (double)status, "exit status %lld%s%s%s",
			           (long long)status, wanted, colon, last);
	}
}

static void judge_bound(const struct judged_run *run, const struct payload_value *v)
{
	bool under = v->value<v->def->min, over = v->value> v->def->max;
	bool spoilt = run->in->host_wait_pct > HOST_WAIT_MAX_PCT;
	const char *unit = v->def->unit ? v->def->unit : "", *space = *unit ? " " : "";
	double limit = under ? v->def->min : v->def->max;
	struct sidecar_reason *r;

	if (isnan(v->value) && (!isnan(v->def->min) || !isnan(v->def->max))) {
		add_reason(run, OUTCOME_INCONCLUSIVE, NAN,
		           "%s has a bound, but was not measured, because %s", v->name, v->why);
		return;
	}
	if (!under && !over)
		return;
	r = add_reason(run, spoilt ? OUTCOME_INCONCLUSIVE : OUTCOME_FAIL, v->value,
	               "%s %.4g%s%s is %s the bound of %.4g%s%s%s", v->name, v->value, space, unit,
	               under ? "under" : "over", limit, space, unit,
	               spoilt ? ", but the VM waited for the host: try --clock virtual" : "");
	r->limit = limit;
	r->unit = xstrdup(v->def->unit);
}

static void judge_metrics(const struct judged_run *run, const struct judge_payload *p)
{
	struct payload_values got = { 0 };
	size_t found = 0;

	extract(run->in, run->said, p, &got);
	for (size_t i = 0; i < got.n; i++)
		found += !isnan(got.v[i].value);
	if (p->n && !found)
		add_reason(run, OUTCOME_INCONCLUSIVE, NAN,
		           "none of its metrics is in the %llu bytes it printed: %s: %s",
		           (unsigned long long)(run->said->output_bytes == U64_NONE
		                                        ? 0
		                                        : run->said->output_bytes),
		           got.v[0].name, got.v[0].why);
	for (size_t i = 0; found && i < got.n; i++)
		judge_bound(run, &got.v[i]);
	payload_values_done(&got);
}

void judge_payloads(const struct judge_input *in, struct sidecar *out)
{
	for (size_t i = 0; i < in->guest->payloads.n; i++) {
		const struct wire_payload *said = &in->guest->payloads.v[i];

		if (!is_known(in, said))
			continue;
		const struct judged_run run = { in, said, name_of(in, said), out };

		judge_end(&run, &in->payloads[said->payload]);
		judge_metrics(&run, &in->payloads[said->payload]);
	}
}

void judge_scheduler_metrics(const struct judge_input *in, struct sidecar *out)
{
	const struct judged_run run = { in, NULL, out->scheduler, out };
	struct payload_values got = { 0 };

	extract_scheduler(in, &got);
	for (size_t i = 0; i < got.n; i++)
		judge_bound(&run, &got.v[i]);
	payload_values_done(&got);
}
