/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/commands.h"
#include "harness/judge/judge.h"
#include "harness/launch.h"
#include "harness/limits.h"
#include "harness/pack.h"
#include "harness/record.h"
#include "harness/runner.h"
#include "harness/scheduler_files.h"

/* One test while it runs. */
struct running {
	const struct harness_env *env;
	const struct test *test;
	struct rundir *rd;
	struct job job;
	bool has_job;
	int job_input, sched_input, payload_input; /* archives; -1: none */
	uint64_t file_bytes;                       /* of what schedulers and payloads bring */
	struct guest_report guest;
	struct start start;
	struct strv kernel_args; /* of profile and scheduler */
	struct vm_result vm;
	bool has_vm;
	struct vm_host_time host_begin, host_end; /* of the load; run_ns none: not reported */
	struct sidecar *sidecar;                  /* in the caller's result */
};

static void running_done(struct running *r)
{
	if (r->has_job)
		json_done(&job_table, &r->job);
	cleanup_close(&r->job_input);
	cleanup_close(&r->sched_input);
	cleanup_close(&r->payload_input);
	guest_report_done(&r->guest);
	strv_done(&r->kernel_args);
	if (!r->has_vm)
		return;
	start_done(&r->start);
	vm_result_done(&r->vm);
}

static int fill_schedulers(struct running *r, struct err *err)
{
	for (size_t i = 0; i < r->job.schedulers.n; i++) {
		const struct scheduler_spec *s = pack_scheduler(r->test, &r->job, i);

		if (s && scheduler_job_fill(s, r->test->kernel, &r->job, i, err) < 0)
			return -(int)err->code;
	}
	return 0;
}

/* The kernel's arguments and what the agent sets. */
static void take_settings(struct running *r)
{
	_cleanup_profile_ struct profile p = test_profile(r->test);

	profile_give(&p, &r->kernel_args, &r->job);
}

static int make_job(struct running *r, struct err *err)
{
	const struct topo *t = &r->test->topo;
	const struct scenario_setting setting = {
		.topology = plan_topology(t),
		.duration_ns = r->test->duration_ns,
		.seed = r->test->seed,
		.scheduler = r->test->scheduler->name,
		.sched_ext = !kernel_lacks(r->test->kernel), /* also if not known */
	};

	if (scenario_resolve(r->test->scenario, &setting, &r->job, err) < 0)
		return -(int)err->code;
	r->has_job = true;
	r->job.quiet_ns = START_QUIET_NS;
	r->job.quiet_timeout_ns = START_QUIET_TIMEOUT_NS;
	if (r->test->clock == VM_CLOCK_VIRTUAL)
		r->job.quantum_ns = vm_quantum_ns(t);
	if (r->env->traced)
		r->job.trace_object = xstrdup(GUEST_TRACE);
	/* the real clock would be disturbed */
	r->job.count_runs = r->env->traced && r->test->clock == VM_CLOCK_VIRTUAL;
	take_settings(r);
	if (pack_payloads(r->test->scenario, &r->job, &r->payload_input, &r->file_bytes, err) < 0)
		return -(int)err->code;
	if (fill_schedulers(r, err) < 0 || commands_fill(r->test->variant, &r->job, err) < 0 ||
	    pack_schedulers(r->test, &r->job, &r->sched_input, &r->file_bytes, err) < 0)
		return -(int)err->code;
	return pack_job(&r->job, &r->job_input, err);
}

/* The load runs from the beginning of the guest's "run" phase until the next phase. */
static void on_host_time(void *arg, const struct vm_host_time *t)
{
	struct running *r = arg;

	if (r->guest.phase < PHASE_RUN)
		r->host_begin = *t;
	if (r->guest.phase <= PHASE_RUN)
		r->host_end = *t;
}

static double host_wait_pct(const struct running *r)
{
	uint64_t run = r->host_end.run_ns - r->host_begin.run_ns;
	uint64_t wait = r->host_end.wait_ns - r->host_begin.wait_ns;

	if (r->host_begin.run_ns == U64_NONE || r->host_end.run_ns == U64_NONE || run + wait == 0)
		return F64_NONE;
	return 100.0 * (double)wait / (double)(run + wait);
}

static uint64_t longest_run_ns(const struct job *job)
{
	const struct job_op *ops = job->ops.v;
	uint64_t ns = job->duration_ns + scheduler_executables_ns(job);

	for (size_t i = 0; i < job->ops.n; i++)
		if (ops[i].kind == OP_WAIT_PAYLOAD)
			ns += ops[i].timeout_ns;
	return ns;
}

static void judge_run(struct running *r)
{
	struct check_set checks;
	const struct scenario_expect *expect = r->test->scenario->expect;
	const struct judge_expect want = {
		.outcome = expect ? json_name_index(&outcome_names, expect->outcome) : 0,
		.cause = expect ? expect->cause : NULL,
	};
	const struct variant *v = r->test->variant;
	size_t n_metrics = 0;
	_cleanup_free_ struct payload_metric *metrics =
		v ? scenario_metrics(v->metrics, v->n_metrics, NULL, &n_metrics) : NULL;
	struct judge_payload *payloads = judge_payloads_new(r->test->scenario);
	const struct judge_input in = {
		.job = &r->job,
		.payloads = payloads,
		.sched_metrics = metrics,
		.n_sched_metrics = n_metrics,
		.guest = &r->guest,
		.checks = &checks,
		.repeats = r->test->repeats,
		.host_wait_pct = r->sidecar->vm->host_wait_pct,
		.quantum_ns = r->job.quantum_ns == U64_NONE ? 0 : r->job.quantum_ns,
		.vm_cause = r->vm.cause,
		.vm_fault = r->vm.kind,
		.crash = r->vm.crash,
		.crash_fault = r->vm.crash_kind,
		.vm_timed_out = r->vm.end == VM_END_TIMEOUT && r->guest.last_word_ns,
		.vm_ns = r->vm.end_ns - r->vm.start_ns,
		.silent_ns = r->vm.end_ns - r->guest.last_word_ns,
		.expect = expect ? &want : NULL,
		.vm_cancelled = r->vm.end == VM_END_CANCELLED,
	};

	limits_in_force(r->env, r->test, &checks);
	free(r->sidecar->cause);
	r->sidecar->cause = NULL;
	judge(&in, r->sidecar);
	judge_payloads_free(payloads, r->test->scenario->payloads_count);
}

static int launch_test(struct running *r, const struct vm_spec *spec, struct run_result *out,
                       struct err *err)
{
	const struct launch l = {
		.env = r->env,
		.test = r->test,
		.job = &r->job,
		.spec = spec,
		.guest_ns = longest_run_ns(&r->job) + START_QUIET_TIMEOUT_NS,
		.guest = &r->guest,
		.on_host_time = on_host_time,
		.arg = r,
	};
	int rc = launch(&l, &r->start, &r->vm, &out->notes, err);

	r->has_vm = rc == 0;
	return rc;
}

static int run_vm(struct running *r, struct run_result *out, struct err *err)
{
	int inputs[3] = { r->job_input };
	size_t n = 1;

	if (r->sched_input >= 0)
		inputs[n++] = r->sched_input;
	if (r->payload_input >= 0)
		inputs[n++] = r->payload_input;
	struct vm_spec spec = {
		.qemu = &r->env->qemu,
		.vmlinux = r->test->kernel->vmlinux,
		.vmlinuz = r->test->kernel->vmlinuz,
		.pvh = r->test->kernel->pvh == 1,
		.initrd = r->env->agent_initrd,
		.inputs = inputs,
		.n_inputs = n,
		.input_bytes = vm_input_bytes(inputs, n) + PACK_NOW_MAX,
		.extra_bytes = r->file_bytes,
		.kernel_args = strv_argv(&r->kernel_args),
		.topo = r->test->topo,
		.memory_bytes = r->test->memory_bytes,
		/* virtual time needs TCG, even where there is KVM */
		.accel = r->test->clock == VM_CLOCK_VIRTUAL ? VM_ACCEL_TCG : r->env->accel,
		.clock = r->test->clock,
		.cancel_fd = r->env->cancel_fd,
	};

	if (launch_test(r, &spec, out, err) < 0)
		return -(int)err->code;
	record_vm(r->sidecar, r->env, &spec, &r->start, &r->vm, &r->guest);
	r->sidecar->vm->host_wait_pct = host_wait_pct(r);
	r->sidecar->vm->quantum_ns = r->job.quantum_ns;
	record_scheduler(r->sidecar, r->test->scheduler, &r->guest);
	record_ops(r->sidecar, &r->job, &r->guest);
	record_settings(r->sidecar, &r->guest, r->test->kernel);
	judge_run(r);
	return 0;
}

static void no_verdict(struct sidecar *s, int outcome, const char *cause)
{
	s->outcome = outcome;
	free(s->cause);
	s->cause = xstrdup(cause);
}

static void add_artefact(struct running *r, struct run_result *out, const char *suffix,
                         const char *data, size_t n)
{
	struct err ignored = ERR_INIT; /* writing the sidecar reports a full disk */
	_cleanup_free_ char *name = NULL;

	if (!data || !n ||
	    rundir_write_artefact(r->rd, r->sidecar, suffix, data, n, &name, &ignored) < 0)
		return;
	strv_add(&r->sidecar->artefacts, name);
	strv_take(&out->artefacts, fs_join(rundir_path(r->rd), name));
}

/* Keeps the output of payloads whatever the outcome: their metrics come from it. */
static void add_outputs(struct running *r, struct run_result *out)
{
	const struct wire_payload *w = r->guest.payloads.v;

	for (size_t i = 0; i < r->guest.payloads.n; i++) {
		_cleanup_free_ char *suffix = NULL;

		if (w[i].payload >= r->job.payloads.n || !w[i].output)
			continue;
		suffix = xasprintf("%s-%zu.txt", r->job.payloads.v[w[i].payload].name, i);
		add_artefact(r, out, suffix, w[i].output, strlen(w[i].output));
	}
}

/* Likewise of the schedulers' programs. That of the test's own comes without a number. */
static void add_scheduler_outputs(struct running *r, struct run_result *out)
{
	for (uint32_t i = 0; i < r->job.schedulers.n; i++) {
		_cleanup_free_ char *text = guest_report_sched_output(&r->guest, i);
		_cleanup_free_ char *suffix = i ? xasprintf("scheduler-output-%u.txt", i)
		                                : xstrdup("scheduler-output.txt");

		if (text)
			add_artefact(r, out, suffix, text, strlen(text));
	}
}

static void add_artefacts(struct running *r, struct run_result *out)
{
	const struct wire_sched_exit *e = guest_report_exit(&r->guest);

	add_outputs(r, out);
	add_scheduler_outputs(r, out);
	if (r->sidecar->outcome == OUTCOME_PASS && !r->env->keep_artefacts)
		return;
	if (r->has_vm)
		add_artefact(r, out, "console.txt", r->vm.console.s, r->vm.console.n);
	add_artefact(r, out, "guest.jsonl", r->guest.raw.s, r->guest.raw.n);
	if (e && e->log)
		add_artefact(r, out, "scheduler-log.txt", e->log, strlen(e->log));
	if (e && e->dump)
		add_artefact(r, out, "scheduler-dump.txt", e->dump, strlen(e->dump));
}

int run_test(const struct harness_env *env, const struct test *t, struct rundir *rd,
             struct run_result *out, struct err *err)
{
	struct running r = { .env = env,
		             .test = t,
		             .rd = rd,
		             .job_input = -1,
		             .sched_input = -1,
		             .payload_input = -1,
		             .host_begin = { U64_NONE, U64_NONE },
		             .host_end = { U64_NONE, U64_NONE },
		             .sidecar = &out->sidecar };
	struct err why = ERR_INIT;
	uint64_t start = clock_mono_ns();
	_cleanup_free_ char *name = NULL;
	int rc;

	*out = (struct run_result){ 0 };
	guest_report_init(&r.guest);
	rc = make_job(&r, &why);
	record_start(&out->sidecar, env, t, r.has_job ? &r.job : NULL, rd);
	if (rundir_write(rd, &out->sidecar, NULL, err) < 0) {
		running_done(&r);
		return -(int)err->code;
	}
	if (rc < 0)
		no_verdict(&out->sidecar,
		           why.code == ERR_UNSUPPORTED ? OUTCOME_SKIP : OUTCOME_ERROR, why.msg);
	else if (run_vm(&r, out, &why) < 0)
		no_verdict(&out->sidecar, OUTCOME_ERROR, why.msg);
	record_end(&out->sidecar, clock_mono_ns() - start);
	out->wall_s = (double)(clock_mono_ns() - start) / NS_PER_SEC;
	add_artefacts(&r, out);
	rc = rundir_write(rd, &out->sidecar, &name, err);
	if (rc == 0)
		out->path = fs_join(rundir_path(rd), name);
	running_done(&r);
	return rc;
}

char *run_result_again(const struct run_result *r)
{
	_cleanup_free_ char *path = r->path ? format_word(r->path) : NULL;

	return path ? xasprintf("harness replay %s", path) : NULL;
}

void run_result_done(struct run_result *r)
{
	json_done(&sidecar_table, &r->sidecar);
	free(r->path);
	strv_done(&r->artefacts);
	strv_done(&r->notes);
}
