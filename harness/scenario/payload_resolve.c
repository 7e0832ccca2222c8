/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scenario/payload_resolve.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/scenario/payloads.h"
#include "harness/scenario/value.h"

char *scenario_fill_in(const char *text, const struct job *job)
{
	const uint64_t ms = job->duration_ns / NS_PER_MS;
	const struct {
		const char *word;
		uint64_t value;
	} words[] = {
		{ "{cpus}", job->topology.cpus },
		{ "{duration_s}", (ms + 999) / 1000 },
		{ "{duration_ms}", ms },
		{ "{seed}", job->seed },
	};
	struct strbuf b = STRBUF_INIT;

	while (*text) {
		size_t k = 0;

		while (k < ARRAY_SIZE(words) && !starts_with(text, words[k].word))
			k++;
		if (k == ARRAY_SIZE(words)) {
			strbuf_addc(&b, *text++);
			continue;
		}
		strbuf_addf(&b, "%llu", (unsigned long long)words[k].value);
		text += strlen(words[k].word);
	}
	return b.n ? strbuf_steal(&b) : xstrdup("");
}

static int add_payload(struct resolver *r, const struct scenario_payload *p, struct err *err)
{
	struct job_payload *out = xgrow(r->job.payloads.v, r->job.payloads.n);

	json_init(&job_payload_table, out);
	out->name = xstrdup(p->name);
	for (uint32_t i = 0; i < p->run_count; i++)
		strv_take(&out->argv, scenario_fill_in(p->run[i], &r->job));
	for (uint32_t i = 0; i < p->env_count; i++)
		strv_take(&out->env, scenario_fill_in(p->env[i], &r->job));
	for (uint32_t i = 0; i < p->collect_count; i++)
		strv_add(&out->collect, p->collect[i]);
	return payload_output_max(p, &out->output_max_bytes, err);
}

static bool step_runs(const struct scenario *s, const char *name)
{
	for (uint32_t i = 0; i < s->steps_count; i++)
		for (uint32_t k = 0; k < s->steps[i].ops_count; k++)
			if (streq_null(s->steps[i].ops[k].arg[OP_RUN_PAYLOAD].text, name))
				return true;
	return false;
}

/* At the start of the run, before any op of a step. */
static int run_at_start(struct resolver *r, const struct scenario_payload *p, struct err *err)
{
	int ret;

	r->now_ns = 0;
	r->at = p->at;
	ret = resolve_payload_op(r, OP_RUN_PAYLOAD, p->name, U64_NONE, err);
	r->now_ns = U64_NONE;
	return ret;
}

int resolve_payloads(struct resolver *r, struct err *err)
{
	const struct scenario *s = r->scenario;

	for (uint32_t i = 0; i < s->payloads_count; i++)
		if (add_payload(r, &s->payloads[i], err) < 0)
			return resolver_wrap(err, "payloads[%u]", i);
	for (uint32_t i = 0; i < s->payloads_count; i++)
		if (!step_runs(s, s->payloads[i].name) && run_at_start(r, &s->payloads[i], err) < 0)
			return resolver_wrap(err, "payloads[%u]", i);
	return 0;
}

static int find_payload(const struct resolver *r, const char *name, uint32_t *out, struct err *err)
{
	for (uint32_t i = 0; i < r->job.payloads.n; i++)
		if (streq(r->job.payloads.v[i].name, name)) {
			*out = i;
			return 0;
		}
	return place_refuse(r->at, "payload", err, "there is no payload \"%s\"", name);
}

static bool was_run(const struct resolver *r, uint32_t index)
{
	const struct job_op *ops = r->job.ops.v;

	for (size_t i = 0; i < r->job.ops.n; i++)
		if (ops[i].kind == OP_RUN_PAYLOAD && ops[i].payload == index)
			return true;
	return false;
}

int resolve_payload_op(struct resolver *r, enum op_kind kind, const char *name, uint64_t timeout_ns,
                       struct err *err)
{
	struct job_op op = resolver_op(r, kind);
	uint32_t index = 0, cgroup = U32_NONE;
	const char *in;

	if (find_payload(r, name, &index, err) < 0)
		return -(int)err->code;
	in = r->scenario->payloads[index].cgroup;
	if (kind == OP_RUN_PAYLOAD && in && resolver_find_cgroup(r, in, "cgroup", &cgroup, err) < 0)
		return -(int)err->code;
	if (kind == OP_RUN_PAYLOAD)
		r->job.payloads.v[index].cgroup = cgroup;
	else if (!was_run(r, index))
		return place_refuse(r->at, "payload", err, "\"%s\" was not run before", name);
	op.payload = index;
	op.timeout_ns = timeout_ns;
	resolver_add(r, &op);
	return 0;
}

int resolve_payload_waits(struct resolver *r, struct err *err)
{
	const struct scenario *s = r->scenario;

	r->now_ns = r->job.duration_ns;
	r->step = U32_NONE;
	for (uint32_t i = 0; i < s->payloads_count; i++) {
		struct job_op op = resolver_op(r, OP_WAIT_PAYLOAD);

		if (!s->payloads[i].wait || !was_run(r, i))
			continue;
		op.payload = i;
		if (value_duration(s->payloads[i].at, "wait", s->payloads[i].wait, &op.timeout_ns,
		                   err) < 0)
			return -(int)err->code;
		resolver_add(r, &op);
	}
	return 0;
}
