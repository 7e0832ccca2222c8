/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/load_check.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "harness/launch.h"
#include "harness/pack.h"
#include "harness/profile.h"
#include "harness/scheduler_files.h"

#define RUN_NS  NS_PER_MS          /* there is no load: the run ends with the last op */
#define EACH_NS (120 * NS_PER_SEC) /* to verify one scheduler, in guest time */

struct check {
	const struct harness_env *env;
	const struct kernel *kernel;
	enum vm_clock clock;
	uint64_t memory_bytes;
	struct job job;
	struct guest_report guest;
	int inputs[2]; /* the job, the schedulers; -1: none */
	uint64_t file_bytes;
};

static void check_done(struct check *c)
{
	json_done(&job_table, &c->job);
	guest_report_done(&c->guest);
	cleanup_close(&c->inputs[0]);
	cleanup_close(&c->inputs[1]);
}

static void add_scheduler(struct job *job, const char *name)
{
	struct job_sched *s = xgrow(job->schedulers.v, job->schedulers.n);

	json_init(&job_sched_table, s);
	s->name = xstrdup(name);
}

static void add_op(struct job *job, enum op_kind kind, size_t scheduler)
{
	struct job_op *op = xgrow(job->ops.v, job->ops.n);

	json_init(&job_op_table, op);
	op->kind = kind;
	op->at_ns = 0;
	op->sched = (uint32_t)scheduler;
}

/* The job's own scheduler is the kernel's. The schedulers to check are attached by ops. */
static void init_job(struct check *c, const struct topo *topo)
{
	json_init(&job_table, &c->job);
	c->job.version = WIRE_VERSION;
	c->job.test = xstrdup("load");
	c->job.topology = plan_topology(topo);
	c->job.seed = 0;
	c->job.duration_ns = RUN_NS;
	c->job.quiet_ns = c->job.quiet_timeout_ns = 0;
	if (c->clock == VM_CLOCK_VIRTUAL)
		c->job.quantum_ns = vm_quantum_ns(topo);
	add_scheduler(&c->job, KERNEL_SCHEDULER);
}

/* A scheduler that the host cannot prepare is not loaded: its result says why. */
static int add_all(struct check *c, const struct scheduler_spec *schedulers, size_t n,
                   struct load_result *out, struct err *err)
{
	struct scheduler_files files = { 0 };
	int ret;

	for (size_t i = 0; i < n; i++) {
		struct err why = ERR_INIT;

		add_scheduler(&c->job, schedulers[i].name);
		if (out[i].excluded)
			continue;
		if (scheduler_job_fill(&schedulers[i], c->kernel, &c->job, i + 1, &why) < 0 ||
		    scheduler_files_add(&files, &schedulers[i], &c->job, i + 1, &why) < 0) {
			out[i].reason = xstrdup(why.msg);
			out[i].misset = why.code == ERR_USAGE;
			continue;
		}
		add_op(&c->job, OP_ATTACH_SCHEDULER, i + 1);
		add_op(&c->job, OP_DETACH_SCHEDULER, 0);
	}
	ret = scheduler_files_pack(&files, c->kernel, &c->inputs[1], &c->file_bytes, err);
	scheduler_files_done(&files);
	return ret < 0 ? ret : pack_job(&c->job, &c->inputs[0], err);
}

static int boot(struct check *c, const struct topo *topo, size_t n, struct vm_result *vm,
                struct err *err)
{
	size_t n_inputs = c->inputs[1] < 0 ? 1 : 2;
	_cleanup_profile_ struct profile profile = profile_default();
	_cleanup_strv_ struct strv notes =
		STRV_INIT; /* of no interest to who waits for an answer */
	const struct scheduler_spec own = { .name = (char *)KERNEL_SCHEDULER,
		                            .kind = SCHEDULER_KERNEL };
	const struct test test = { .scheduler = &own,
		                   .kernel = c->kernel,
		                   .topo = *topo,
		                   .clock = c->clock,
		                   .profile = &profile };
	const struct vm_spec spec = {
		.qemu = &c->env->qemu,
		.vmlinux = c->kernel->vmlinux,
		.vmlinuz = c->kernel->vmlinuz,
		.pvh = c->kernel->pvh == 1,
		.initrd = c->env->agent_initrd,
		.inputs = c->inputs,
		.n_inputs = n_inputs,
		.memory_bytes = c->memory_bytes,
		.extra_bytes = c->file_bytes,
		.input_bytes = vm_input_bytes(c->inputs, n_inputs) + PACK_NOW_MAX,
		.kernel_args = strv_argv(&profile.kernel_args),
		.topo = *topo,
		/* virtual time needs TCG, even where there is KVM */
		.accel = c->clock == VM_CLOCK_VIRTUAL ? VM_ACCEL_TCG : c->env->accel,
		.clock = c->clock,
		.cancel_fd = c->env->cancel_fd,
	};
	const struct launch l = { .env = c->env,
		                  .test = &test,
		                  .job = &c->job,
		                  .spec = &spec,
		                  .guest_ns = n * EACH_NS,
		                  .guest = &c->guest };
	struct start start;

	if (launch(&l, &start, vm, &notes, err) < 0)
		return -(int)err->code;
	start_done(&start);
	return 0;
}

static const struct wire_sched *started(const struct guest_report *g, size_t index)
{
	for (size_t i = 0; i < g->scheds.n; i++)
		if (g->scheds.v[i].sched == index)
			return &g->scheds.v[i];
	return NULL;
}

static const struct wire_sched_exit *ended(const struct guest_report *g, size_t index)
{
	for (size_t i = 0; i < g->exits.n; i++)
		if (g->exits.v[i].sched == index && !g->exits.v[i].expected)
			return &g->exits.v[i];
	return NULL;
}

static char *why_not(const struct wire_sched_exit *e)
{
	if (e->reason && e->message)
		return xasprintf("%s: %s", e->reason, e->message);
	return xstrdup(e->message ? e->message : e->reason ? e->reason : e->kind);
}

/* *lost: the guest was lost before this turn. It counts as refused by the scheduler whose turn it was. */
static void take_result(const struct check *c, size_t i, const struct vm_result *vm, bool *lost,
                        struct load_result *out)
{
	const struct wire_sched *s = started(&c->guest, i + 1);
	const struct wire_sched_exit *e = ended(&c->guest, i + 1);

	if (out->reason || out->excluded)
		return;
	if (s) {
		out->load_ns = s->load_ns;
		out->attach_ns = s->attach_ns;
		figures_of_guest(s, &out->figures);
	}
	out->ok = s && !e;
	if (e) {
		out->reason = why_not(e);
		out->log = xstrdup(e->log);
	} else if (!s) {
		out->untried = *lost;
		*lost = true;
		out->reason = xstrdup(vm->cause ? vm->cause
		                      : c->guest.end && c->guest.end->error
		                              ? c->guest.end->error
		                              : "the guest did not get to it");
	}
}

int load_check(const struct load_setting *setting, const struct kernel *kernel,
               const struct scheduler_spec *schedulers, size_t n, struct load_result *out,
               struct err *err)
{
	const struct topo *topo = setting->topo;
	struct check c = { .env = setting->env,
		           .kernel = kernel,
		           .clock = setting->clock,
		           .memory_bytes = setting->memory_bytes,
		           .inputs = { -1, -1 } };
	struct vm_result vm = { 0 };
	bool lost;
	int ret;

	for (size_t i = 0; i < n; i++)
		out[i] = (struct load_result){ .scheduler = &schedulers[i],
			                       .kernel = kernel,
			                       .excluded = out[i].excluded,
			                       .load_ns = U64_NONE,
			                       .attach_ns = U64_NONE };
	guest_report_init(&c.guest);
	init_job(&c, topo);
	ret = add_all(&c, schedulers, n, out, err);
	if (ret == 0 && c.job.ops.n)
		ret = boot(&c, topo, n, &vm, err);
	lost = !c.guest.hello;
	for (size_t i = 0; ret == 0 && i < n; i++)
		take_result(&c, i, &vm, &lost, &out[i]);
	vm_result_done(&vm);
	check_done(&c);
	return ret;
}

void load_result_done(struct load_result *r)
{
	free(r->reason);
	free(r->log);
	figures_done(&r->figures);
	*r = (struct load_result){ 0 };
}
