/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/term.h"
#include "harness/bench_record.h"
#include "harness/bench_session.h"
#include "harness/launch.h"
#include "harness/pack.h"
#include "harness/record.h"
#include "harness/shell_files.h"
#include "harness/tell.h"

#define BOOT_NS   (20 * NS_PER_SEC) /* profiles that harden boot slower than the default one */
#define EACH_NS   (3 * NS_PER_SEC)  /* a row beyond its samples: setting up, calibration */
#define OVERTIMES 4                 /* its samples may take so many times their time */

/* One VM. */
struct bench_vm {
	struct bench_session *session;
	const struct harness_env *env;
	struct rundir *rd;
	struct test test;
	struct job job;
	int inputs[2]; /* the job, the program of --with; -1: none */
	uint64_t file_bytes;
	struct strv kernel_args;
	struct guest_report guest;
	struct start start;
	struct vm_result vm;
};

static void bench_vm_done(struct bench_vm *v)
{
	for (size_t i = 0; i < ARRAY_SIZE(v->inputs); i++)
		cleanup_close(&v->inputs[i]);
	json_done(&job_table, &v->job);
	strv_done(&v->kernel_args);
	guest_report_done(&v->guest);
}

static uint64_t image_bytes(const struct kernel *k)
{
	const char *path = k->vmlinuz ? k->vmlinuz : k->vmlinux;
	struct stat st;

	return path && stat(path, &st) == 0 ? (uint64_t)st.st_size : U64_NONE;
}

static int pack_with(struct bench_vm *v, struct err *err)
{
	const struct strv *with = &v->session->with;
	struct job_bench *b = v->job.bench;
	struct shell_files files = { 0 };
	char *path;
	int r;

	if (!with->n)
		return 0;
	r = shell_files_program(&files, with->v[0], &path, err);
	if (r == 0) {
		strv_take(&b->with, path);
		for (size_t i = 1; i < with->n; i++)
			strv_add(&b->with, with->v[i]);
		r = shell_files_pack(&files, &v->inputs[1], err);
	}
	v->file_bytes = files.bytes;
	shell_files_done(&files);
	return r < 0 ? err_wrap(err, "--with") : 0;
}

static void make_rows(struct bench_vm *v)
{
	const struct bench_session *s = v->session;
	struct job_bench *b = v->job.bench = xcalloc(1, sizeof(*b));

	json_init(&job_bench_table, b);
	for (size_t i = 0; i < s->n_rows; i++)
		strv_add(&b->names, bench_about(s->rows[i])->name);
	b->repeat = v->test.repeat;
	b->time_ns = s->time_ns;
	b->file = xstrdup(s->file);
	b->image_bytes = image_bytes(v->test.kernel);
	b->with_first = v->test.repeat % 2;
}

static int make_job(struct bench_vm *v, struct err *err)
{
	struct job *job = &v->job;
	struct job_sched *own = xgrow(job->schedulers.v, job->schedulers.n);

	job->version = WIRE_VERSION;
	job->test = xstrdup("bench");
	job->topology = plan_topology(&v->test.topo);
	job->seed = v->test.seed;
	job->quiet_ns = START_QUIET_NS;
	job->quiet_timeout_ns = START_QUIET_TIMEOUT_NS;
	job->duration_ns = v->session->time_ns;
	if (v->test.clock == VM_CLOCK_VIRTUAL)
		job->quantum_ns = vm_quantum_ns(&v->test.topo);
	json_init(&job_sched_table, own);
	own->name = xstrdup(KERNEL_SCHEDULER);
	profile_give(v->test.profile, &v->kernel_args, job);
	make_rows(v);
	return pack_with(v, err) < 0 ? -(int)err->code : pack_job(job, &v->inputs[0], err);
}

static struct vm_spec make_spec(struct bench_vm *v)
{
	const struct test *t = &v->test;
	size_t n = v->inputs[1] < 0 ? 1 : 2;

	return (struct vm_spec){
		.qemu = &v->env->qemu,
		.vmlinux = t->kernel->vmlinux,
		.vmlinuz = t->kernel->vmlinuz,
		.pvh = t->kernel->pvh == 1,
		.initrd = v->env->agent_initrd,
		.inputs = v->inputs,
		.n_inputs = n,
		.input_bytes = vm_input_bytes(v->inputs, n) + PACK_NOW_MAX,
		.extra_bytes = v->file_bytes,
		.kernel_args = strv_argv(&v->kernel_args),
		.topo = t->topo,
		/* virtual time needs TCG, even where there is KVM */
		.accel = t->clock == VM_CLOCK_VIRTUAL ? VM_ACCEL_TCG : v->env->accel,
		.clock = t->clock,
		.cancel_fd = v->env->cancel_fd,
	};
}

/* Writes the record of one benchmark. */
static int write_one(struct bench_vm *v, const struct vm_spec *spec, struct wire_bench *w,
                     struct err *err)
{
	struct sidecar s;

	record_start(&s, v->env, &v->test, NULL, v->rd);
	json_done(&sidecar_replay_table, s.replay);
	free(s.replay);
	s.replay = NULL; /* harness replay runs scenarios */
	record_vm(&s, v->env, spec, &v->start, &v->vm, &v->guest);
	s.vm->quantum_ns = v->job.quantum_ns;
	record_scheduler(&s, v->test.scheduler, &v->guest);
	record_settings(&s, &v->guest, v->test.kernel);
	record_end(&s, v->vm.end_ns - v->vm.start_ns);
	return bench_session_write(v->session, v->rd, w, &s, err);
}

/* Those that the guest did not come to. */
static int write_missing(struct bench_vm *v, const struct vm_spec *spec, bool beside,
                         struct err *err)
{
	const struct wire_end *end = v->guest.end;
	const char *why = end && end->error ? end->error
	                  : v->vm.cause     ? v->vm.cause
	                                    : "the guest ended before it";

	strv_each (&v->job.bench->names, i) {
		struct wire_bench w;
		bool there = false;
		int r;

		for (size_t k = 0; k < v->guest.benches.n && !there; k++)
			there = v->guest.benches.v[k].beside == beside &&
			        streq_null(v->guest.benches.v[k].name, v->job.bench->names.v[i]);
		if (there)
			continue;
		json_init(&wire_bench_table, &w);
		w.name = xstrdup(v->job.bench->names.v[i]);
		w.repeat = v->test.repeat;
		w.beside = beside;
		w.error = xstrdup(why);
		r = write_one(v, spec, &w, err);
		json_done(&wire_bench_table, &w);
		if (r < 0)
			return r;
	}
	return 0;
}

static int write_all(struct bench_vm *v, const struct vm_spec *spec, struct err *err)
{
	for (size_t i = 0; i < v->guest.benches.n; i++) {
		struct wire_bench w = v->guest.benches.v[i];

		/* the report keeps the name, which write_missing() looks for */
		w.name = xstrdup(w.name);
		json_init(&timing_table, &v->guest.benches.v[i].timing);
		if (write_one(v, spec, &w, err) < 0)
			return -(int)err->code;
	}
	for (int beside = 0; beside <= (v->session->with.n != 0); beside++)
		if (write_missing(v, spec, beside, err) < 0)
			return -(int)err->code;
	return 0;
}

static int fly(struct bench_vm *v, struct err *err)
{
	const struct bench_session *s = v->session;
	uint64_t passes = s->with.n ? 2 : 1;
	struct vm_spec spec = make_spec(v);
	_cleanup_strv_ struct strv notes = STRV_INIT;
	const struct launch l = { .env = v->env,
		                  .test = &v->test,
		                  .job = &v->job,
		                  .spec = &spec,
		                  .guest_ns =
		                          BOOT_NS + START_QUIET_TIMEOUT_NS +
		                          passes * s->n_rows * (OVERTIMES * s->time_ns + EACH_NS),
		                  .guest = &v->guest };
	int r;

	if (launch(&l, &v->start, &v->vm, &notes, err) < 0)
		return -(int)err->code;
	r = v->vm.end == VM_END_CANCELLED ? err_set(err, ERR_CANCELLED, "interrupted")
	                                  : write_all(v, &spec, err);
	start_done(&v->start);
	vm_result_done(&v->vm);
	return r;
}

/* All that the VMs of an invocation share. */
struct bench_fleet {
	struct bench_session *session;
	struct harness_env env;
	struct rundir **rds; /* of each kernel */
	struct scenario scenario;
	struct scheduler_spec scheduler;
};

static int run_vm(struct bench_fleet *f, size_t kernel, size_t profile, uint32_t repeat,
                  struct err *err)
{
	struct bench_session *s = f->session;
	struct bench_vm v = { .session = s,
		              .env = &f->env,
		              .rd = f->rds[kernel],
		              .inputs = { -1, -1 },
		              .start = START_NONE,
		              .test = { .scenario = &f->scenario,
		                        .scheduler = &f->scheduler,
		                        .kernel = &s->kernels[kernel],
		                        .topo = s->topo,
		                        .profile = &s->profiles[profile],
		                        .clock = s->clock,
		                        .repeat = repeat,
		                        .seed = repeat + 1,
		                        .duration_ns = s->time_ns } };
	int r;

	json_init(&job_table, &v.job);
	guest_report_init(&v.guest);
	r = make_job(&v, err);
	if (r == 0)
		r = fly(&v, err);
	bench_vm_done(&v);
	return r;
}

/* A B, B A: what changes on the host in the meantime hits all sides alike. */
static int run_repeats(struct bench_fleet *f, struct err *err)
{
	struct bench_session *s = f->session;
	const size_t sides = s->n_kernels * s->n_profiles;

	for (uint32_t r = 0; r < s->repeats; r++)
		for (size_t i = 0; i < sides; i++) {
			size_t side = r % 2 ? sides - 1 - i : i;
			size_t k = side / s->n_profiles, p = side % s->n_profiles;

			term_progress("kernel %s, profile %s, repeat %u of %u",
			              kernel_label(&s->kernels[k]), s->profiles[p].name, r + 1,
			              s->repeats);
			if (run_vm(f, k, p, r, err) < 0)
				return -(int)err->code;
		}
	term_progress_end();
	return 0;
}

static int open_dirs(struct bench_fleet *f, struct err *err)
{
	struct bench_session *s = f->session;

	f->rds = xcalloc(s->n_kernels + 1, sizeof(struct rundir *));
	for (size_t i = 0; i < s->n_kernels; i++) {
		const struct rundir_opts o = { .kernel_version = kernel_label(&s->kernels[i]),
			                       .kernel_image = s->kernels[i].image_sha256,
			                       .run_id = f->env.run_id,
			                       .keep = s->keep };

		if (rundir_open(&o, &f->rds[i], err) < 0)
			return -(int)err->code;
		if (rundir_warning(f->rds[i]))
			fprintf(stderr, "%s\n", rundir_warning(f->rds[i]));
		tell_replaced(f->rds[i]);
		strv_add(&s->dirs, rundir_path(f->rds[i]));
	}
	return 0;
}

int bench_vms(struct bench_session *s, struct err *err)
{
	struct bench_fleet f = { .session = s,
		                 .scenario = { .name = (char *)"bench", .path = (char *)"bench" },
		                 .scheduler = { .name = (char *)KERNEL_SCHEDULER,
		                                .kind = SCHEDULER_KERNEL } };
	int r = harness_env_init(&f.env, VM_ACCEL_AUTO, false, err);

	f.env.start =
		START_COLD; /* a saved machine's memory is a mapped file: its faults are not ours */
	f.env.timeout_ns = s->timeout_ns;
	if (r == 0)
		r = open_dirs(&f, err);
	if (r == 0)
		r = run_repeats(&f, err);
	for (size_t i = 0; f.rds && i < s->n_kernels; i++)
		rundir_close(&f.rds[i]);
	free(f.rds);
	harness_env_done(&f.env);
	return r;
}
