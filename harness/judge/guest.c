/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "harness/judge/guest.h"

#define RAW_MAX_BYTES (8u << 20)

void guest_report_init(struct guest_report *g)
{
	*g = (struct guest_report){ .phase = -1 };
}

static void done_ptr(const struct json_table *t, void *rec)
{
	if (!rec)
		return;
	json_done(t, rec);
	free(rec);
}

void guest_report_done(struct guest_report *g)
{
	done_ptr(&wire_hello_table, g->hello);
	json_array_done(&wire_sched_table, &g->scheds);
	json_array_done(&wire_sched_exit_table, &g->exits);
	done_ptr(&wire_system_table, g->system);
	done_ptr(&wire_settings_table, g->settings);
	done_ptr(&wire_shell_table, g->shell);
	done_ptr(&wire_end_table, g->end);
	json_array_done(&wire_sched_output_table, &g->sched_outputs);
	json_array_done(&wire_sched_program_table, &g->programs);
	json_array_done(&wire_cgroup_table, &g->cgroups);
	json_array_done(&wire_op_table, &g->ops);
	json_array_done(&wire_payload_table, &g->payloads);
	json_array_done(&wire_bench_table, &g->benches);
	strv_done(&g->log);
	strbuf_done(&g->raw);
	guest_report_init(g);
}

/* Keeps the record in *slot. A later record of the kind replaces the first. */
static void keep(void **slot, const struct json_table *t, void *rec)
{
	done_ptr(t, *slot);
	*slot = xmemdup(rec, t->size);
}

const struct wire_sched *guest_report_sched(const struct guest_report *g)
{
	return g->scheds.n ? &g->scheds.v[0] : NULL;
}

const struct wire_sched_exit *guest_report_exit(const struct guest_report *g)
{
	for (size_t i = 0; i < g->exits.n; i++)
		if (!g->exits.v[i].expected)
			return &g->exits.v[i];
	return g->exits.n ? &g->exits.v[g->exits.n - 1] : NULL;
}

const struct wire_sched_program *guest_report_program(const struct guest_report *g)
{
	for (size_t i = 0; i < g->programs.n; i++)
		if (g->programs.v[i].sched == 0)
			return &g->programs.v[i];
	return NULL;
}

char *guest_report_sched_output(const struct guest_report *g, uint32_t sched)
{
	struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < g->sched_outputs.n; i++)
		if (g->sched_outputs.v[i].sched == sched)
			strbuf_adds(&b, g->sched_outputs.v[i].text);
	return b.n ? strbuf_steal(&b) : NULL;
}

union any_record {
	struct wire_hello hello;
	struct wire_phase phase;
	struct wire_sched sched;
	struct wire_sched_exit exit;
	struct wire_sched_output output;
	struct wire_sched_program program;
	struct wire_cgroup cgroup;
	struct wire_op op;
	struct wire_payload payload;
	struct wire_system system;
	struct wire_settings settings;
	struct wire_log log;
	struct wire_shell shell;
	struct wire_bench bench;
	struct wire_end end;
};

/* Moves the decoded record into the report. */
static void take(struct guest_report *g, enum wire_msg type, union any_record *rec)
{
	const struct json_table *t = wire_msg_table(type);

	switch (type) {
	case WIRE_HELLO: keep((void **)&g->hello, t, rec); break;
	case WIRE_PHASE: g->phase = rec->phase.phase; break;
	case WIRE_SCHED: *xgrow(g->scheds.v, g->scheds.n) = rec->sched; break;
	case WIRE_SCHED_EXIT: *xgrow(g->exits.v, g->exits.n) = rec->exit; break;
	case WIRE_SCHED_OUTPUT: *xgrow(g->sched_outputs.v, g->sched_outputs.n) = rec->output; break;
	case WIRE_SCHED_PROGRAM: *xgrow(g->programs.v, g->programs.n) = rec->program; break;
	case WIRE_CGROUP: *xgrow(g->cgroups.v, g->cgroups.n) = rec->cgroup; break;
	case WIRE_OP: *xgrow(g->ops.v, g->ops.n) = rec->op; break;
	case WIRE_PAYLOAD: *xgrow(g->payloads.v, g->payloads.n) = rec->payload; break;
	case WIRE_SYSTEM: keep((void **)&g->system, t, rec); break;
	case WIRE_SETTINGS: keep((void **)&g->settings, t, rec); break;
	case WIRE_SHELL: keep((void **)&g->shell, t, rec); break;
	case WIRE_BENCH: *xgrow(g->benches.v, g->benches.n) = rec->bench; break;
	case WIRE_LOG: strv_take(&g->log, rec->log.text); break;
	case WIRE_END: keep((void **)&g->end, t, rec); break;
	case WIRE_MSG_COUNT: break;
	}
}

static void note_raw(struct guest_report *g, const struct ring_frame *f)
{
	if (g->raw.n + f->n > RAW_MAX_BYTES)
		return;
	strbuf_addf(&g->raw, "{\"%s\":", json_name(&wire_msg_names, f->type));
	strbuf_add(&g->raw, f->payload, f->n);
	strbuf_adds(&g->raw, "}\n");
}

static int take_frame(struct guest_report *g, const struct ring_frame *f, struct err *err)
{
	const struct json_table *t = wire_msg_table(f->type);
	union any_record rec;

	json_init(t, &rec);
	if (json_decode(t, f->payload, f->n, &rec, err) < 0)
		return err_wrap(err, "%s frame", t->name);
	take(g, f->type, &rec);
	return 0;
}

int guest_report_read(struct guest_report *g, const uint8_t *ring, size_t size, struct err *err)
{
	struct ring_frame f;
	int r;

	while ((r = ring_next(&g->reader, ring, size, &f, err)) > 0) {
		g->last_word_ns = clock_mono_ns();
		if (!g->first_word_ns)
			g->first_word_ns = g->last_word_ns;
		note_raw(g, &f);
		if (take_frame(g, &f, err) < 0)
			return err_wrap(err, "guest");
	}
	if (r < 0)
		return err_wrap(err, "guest");
	g->dropped = ring_dropped(ring, size);
	return g->end != NULL;
}
