/* SPDX-License-Identifier: GPL-2.0-only */
#include <fcntl.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cmd.h"
#include "base/fs.h"
#include "base/hardening.h"
#include "base/mem.h"
#include "harness/identity.h"
#include "harness/record.h"
#include "harness/replay_record.h"
#include "harness/wire/describe.h"
#include "sidecar/host.h"

#define CONFIG_MAX_BYTES (4u << 20)

/* "hackbench+cyclictest"; NULL if there are no payloads. */
static char *payload_names(const struct scenario *s)
{
	struct strbuf b = STRBUF_INIT;

	for (uint32_t i = 0; i < s->payloads_count; i++)
		strbuf_addf(&b, "%s%s", i ? "+" : "", s->payloads[i].name);
	return b.n ? strbuf_steal(&b) : NULL;
}

static void record_identity(struct sidecar *s, const struct test *t, const struct job *job)
{
	s->schema = SIDECAR_SCHEMA;
	s->test_name = xstrdup(t->scenario->name);
	s->topology = topo_format(&t->topo);
	s->scheduler = xstrdup(t->scheduler->name);
	s->work_type = job ? scenario_work_types(job, U32_NONE) : xstrdup("none");
	s->payload = payload_names(t->scenario);
	s->clock = xstrdup(json_name(&vm_clock_names, t->clock));
	s->profile = xstrdup(t->profile->name);
	if (t->variant)
		strv_copy(&s->active_flags, &t->variant->flags);
	for (uint32_t i = 0; i < t->scenario->headlines_count; i++)
		strv_add(&s->headlines, t->scenario->headlines[i]);
	s->ran_sha256 = identity_of_test(t);
	s->repeat = t->repeat;
	s->seed = t->seed;
	s->duration_ns = t->duration_ns;
}

static void record_kernel(struct sidecar *s, const struct kernel *k)
{
	s->kernel_commit = xstrdup(k->kernel_commit);
	s->kernel = xcalloc(1, sizeof(*s->kernel));
	json_init(&sidecar_kernel_table, s->kernel);
	s->kernel->release = xstrdup(k->release);
	s->kernel->source = xstrdup(k->source);
	s->kernel->package_version = xstrdup(k->package_version);
	s->kernel->image_sha256 = xstrdup(k->image_sha256);
}

void record_start(struct sidecar *s, const struct harness_env *env, const struct test *t,
                  const struct job *job, const struct rundir *rd)
{
	struct err ignored = ERR_INIT;

	json_init(&sidecar_table, s);
	record_identity(s, t, job);
	record_kernel(s, t->kernel);
	s->kernel_version = xstrdup(rundir_kernel_version(rd));
	s->project_commit = xstrdup(rundir_project_commit(rd));
	s->scheduler_commit = xstrdup(t->scheduler->commit);
	s->run_source = xstrdup(env->run_source);
	s->run_id = xstrdup(env->run_id);
	s->harness_version = xstrdup(cmd_version());
	s->timestamp = clock_format_utc(time(NULL));
	s->outcome = OUTCOME_ERROR;
	s->cause = xstrdup("did not finish: the harness ended before the test did");
	s->replay = replay_record(env, t);
	if (host_new(rundir_path(rd), &s->host, &ignored) < 0)
		s->host = NULL;
}

/* KVM's counters; absent under TCG, which has none. */
static void record_kvm(struct sidecar *s, const struct vm_result *vm)
{
	if (!vm->n_vcpu_stats)
		return;
	s->kvm_stats = xcalloc(1, sizeof(*s->kvm_stats));
	for (size_t i = 0; i < vm->n_vcpu_stats; i++) {
		struct sidecar_vcpu *v = xgrow(s->kvm_stats->per_vcpu.v, s->kvm_stats->per_vcpu.n);

		v->vcpu = (uint32_t)i;
		for (size_t k = 0; k < vm->vcpu_stats[i].n; k++)
			json_f64map_set(&v->stats, vm->vcpu_stats[i].v[k].key,
			                vm->vcpu_stats[i].v[k].value);
	}
}

void record_vm(struct sidecar *s, const struct harness_env *env, const struct vm_spec *spec,
               const struct start *start, const struct vm_result *vm, const struct guest_report *g)
{
	struct sidecar_vm *v = s->vm = xcalloc(1, sizeof(*v));

	json_init(&sidecar_vm_table, v);
	v->accel = xstrdup(json_name(&vm_accel_names, spec->accel));
	v->accel_reason = xstrdup(env->accel_reason);
	v->qemu_version = xstrdup(env->qemu.version);
	v->vcpus = topo_cpus(&spec->topo);
	v->memory_bytes = vm->memory_bytes;
	v->icount_shift = vm->icount_shift;
	v->boot = xstrdup(vm->boot);
	v->start = xstrdup(start->level ? "saved" : "cold");
	v->start_reason = xstrdup(start->why_cold);
	v->image = start->level ? xstrdup(start->key) : NULL;
	v->idle_rounds = start->level ? start->image.idle_rounds : U32_NONE;
	v->image_level = start->level ? (uint32_t)start->level : U32_NONE;
	v->wall_s = (double)(vm->end_ns - vm->start_ns) / NS_PER_SEC;
	if (g->first_word_ns > vm->start_ns)
		v->boot_s = (double)(g->first_word_ns - vm->start_ns) / NS_PER_SEC;
	record_kvm(s, vm);
}

static double ms_or_none(uint64_t ns)
{
	return ns == U64_NONE ? F64_NONE : (double)ns / NS_PER_MS;
}

void record_scheduler(struct sidecar *s, const struct scheduler_spec *spec,
                      const struct guest_report *g)
{
	const struct wire_sched *attached = guest_report_sched(g);
	const struct wire_sched_program *program = guest_report_program(g);
	struct sidecar_scheduler *info = s->scheduler_info = xcalloc(1, sizeof(*info));

	json_init(&sidecar_scheduler_table, info);
	info->kind = xstrdup(json_name(&scheduler_kind_names, (int)spec->kind));
	info->object = xstrdup(spec->argv.n ? spec->argv.v[0] : spec->object);
	for (size_t i = 1; i < spec->argv.n; i++)
		strv_add(&info->args, spec->argv.v[i]);
	info->sha256 = xstrdup(spec->sha256);
	info->commit = xstrdup(spec->commit);
	if (program) {
		info->exit = program->exit;
		info->ended_by = xstrdup(program->ended_by);
		info->cpu_ms = ms_or_none(program->cpu_ns);
	}
	if (!attached)
		return;
	info->ops = xstrdup(attached->ops);
	info->load_ms = ms_or_none(attached->load_ns);
	info->attach_ms = ms_or_none(attached->attach_ns);
}

/* Options of its configuration that harden, if the store has it. */
static void add_config(const struct kernel *k, struct strmap *out)
{
	_cleanup_strbuf_ struct strbuf config = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	if (k->config && fs_read(AT_FDCWD, k->config, CONFIG_MAX_BYTES, &config, &ignored) == 0)
		hardening_of_config(strbuf_cstr(&config), out);
}

void record_settings(struct sidecar *s, const struct guest_report *g, const struct kernel *k)
{
	const struct wire_settings *set = g->settings;

	if (!set)
		return;
	strv_copy(&s->kargs, &set->kargs);
	strv_copy(&s->sysctls, &set->sysctls);
	s->hardening = xcalloc(1, sizeof(*s->hardening));
	json_init(&sidecar_hardening_table, s->hardening);
	strmap_each (&set->hardening, i)
		strmap_set(&s->hardening->facts, set->hardening.v[i].key,
		           set->hardening.v[i].value);
	strmap_each (&set->mitigations, i)
		strmap_set(&s->hardening->mitigations, set->mitigations.v[i].key,
		           set->mitigations.v[i].value);
	add_config(k, &s->hardening->facts);
}

void record_ops(struct sidecar *s, const struct job *job, const struct guest_report *g)
{
	const struct wire_op *done = g->ops.v;

	for (size_t i = 0; i < g->ops.n; i++) {
		if (done[i].at_ns == U64_NONE || done[i].op >= job->ops.n)
			continue;
		const struct job_op *op = &job->ops.v[done[i].op];
		struct sidecar_stimulus *e = xgrow(s->stimulus_events.v, s->stimulus_events.n);

		e->elapsed_ms = (double)done[i].at_ns / NS_PER_MS;
		e->label = xstrdup(op->step < job->steps.n ? job->steps.v[op->step] : "");
		e->op_kind = xstrdup(json_name(&op_names, op->kind));
		e->detail = op_describe(job, op);
		e->total_iterations = done[i].iterations;
		e->took_ms = (double)done[i].took_ns / NS_PER_MS;
		e->cgroups = done[i].cgroups;
		e->workers = done[i].workers;
		if (done[i].error)
			e->error = xstrdup(done[i].error);
	}
}

void record_end(struct sidecar *s, uint64_t took_ns)
{
	time_t start = clock_parse_utc(s->timestamp);

	s->end_timestamp = clock_format_utc(start + (time_t)(took_ns / NS_PER_SEC));
}
