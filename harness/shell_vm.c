/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/shell_vm.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/term.h"
#include "harness/commands.h"
#include "harness/judge/guest.h"
#include "harness/pack.h"
#include "harness/plan.h"
#include "harness/scheduler_files.h"
#include "harness/shell_files.h"
#include "harness/shell_relay.h"

/* One thread runs the VM. Ours passes on what the user and the guest write. */
struct shell_vm {
	const struct harness_env *env;
	const struct shell_opts *o;
	struct job job;
	int inputs[3]; /* the job, the user's files, the scheduler; -1: none */
	uint64_t file_bytes;
	struct strv kernel_args;
	struct vm_port vm_port;
	struct vm_spec spec;
	struct shell_relay relay;
	/* of the VM's thread, until it has ended */
	struct guest_report guest;
	struct vm_result result;
	struct err err;
	int rc;
	size_t told; /* of guest.exits */
};

static void shell_vm_done(struct shell_vm *s)
{
	const int fds[] = { s->inputs[0],         s->inputs[1],         s->inputs[2],
		            s->vm_port.serial_fd, s->vm_port.region_fd, s->relay.bell,
		            s->relay.ended_fd,    s->relay.cancel_fd };

	if (s->relay.port.memory)
		munmap(s->relay.port.memory, PORT_BYTES);
	shell_relay_done(&s->relay);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		cleanup_close(&fds[i]);
	json_done(&job_table, &s->job);
	strv_done(&s->kernel_args);
	guest_report_done(&s->guest);
	vm_result_done(&s->result);
}

static bool is_interactive(const struct shell_opts *o)
{
	return !o->argv->n && isatty(0) && isatty(1);
}

/* The command, else the shell. The tools come with both. */
static int add_program(struct shell_vm *s, struct shell_files *f, struct err *err)
{
	struct job_shell *js = s->job.shell;
	const struct strv *argv = s->o->argv;
	_cleanup_free_ char *shell = NULL;
	char *path;

	if (shell_files_tools(f, s->o->kernel->version, &shell, &js->env, err) < 0)
		return -(int)err->code;
	if (!argv->n) {
		strv_take(&js->argv, steal_ptr(&shell));
		return 0;
	}
	if (shell_files_program(f, argv->v[0], &path, err) < 0)
		return -(int)err->code;
	strv_take(&js->argv, path);
	for (size_t i = 1; i < argv->n; i++)
		strv_add(&js->argv, argv->v[i]);
	return 0;
}

static int pack_files(struct shell_vm *s, struct err *err)
{
	struct shell_files f = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->o->files->n; i++)
		r = shell_files_add(&f, s->o->files->v[i], err);
	if (r == 0)
		r = add_program(s, &f, err);
	if (r == 0)
		r = shell_files_pack(&f, &s->inputs[1], err);
	s->file_bytes += f.bytes;
	shell_files_done(&f);
	return r;
}

static int pack_scheduler_files(struct shell_vm *s, struct err *err)
{
	struct scheduler_files f = { 0 };
	int r = scheduler_job_fill(s->o->scheduler, s->o->kernel, &s->job, 0, err);

	if (r == 0)
		r = scheduler_files_add(&f, s->o->scheduler, &s->job, 0, err);
	if (r == 0)
		r = commands_fill(s->o->variant, &s->job, err);
	if (r == 0)
		r = commands_add_files(&s->job, &f, err);
	if (r == 0)
		r = scheduler_files_pack(&f, s->o->kernel, &s->inputs[2], &s->file_bytes, err);
	scheduler_files_done(&f);
	return r;
}

static int make_job(struct shell_vm *s, struct err *err)
{
	struct job *job = &s->job;
	struct job_sched *js;

	json_init(&job_table, job);
	job->version = WIRE_VERSION;
	job->test = xstrdup("shell");
	job->topology = plan_topology(&s->o->topo);
	job->seed = job->duration_ns = job->quiet_ns = job->quiet_timeout_ns = 0;
	if (s->o->clock == VM_CLOCK_VIRTUAL)
		job->quantum_ns = vm_quantum_ns(&s->o->topo);
	js = xgrow(job->schedulers.v, job->schedulers.n);
	json_init(&job_sched_table, js);
	js->name = xstrdup(s->o->scheduler->name);
	profile_give(s->o->profile, &s->kernel_args, job);
	job->shell = xcalloc(1, sizeof(*job->shell));
	json_init(&job_shell_table, job->shell);
	job->shell->terminal = is_interactive(s->o);
	job->shell->dir = getcwd(NULL, 0);
	if (!job->shell->dir)
		return err_sys(err, errno, "working directory");
	if (pack_files(s, err) < 0 || pack_scheduler_files(s, err) < 0)
		return -(int)err->code;
	return pack_job(job, &s->inputs[0], err);
}

static void make_spec(struct shell_vm *s)
{
	const struct shell_opts *o = s->o;
	size_t n = s->inputs[2] < 0 ? 2 : 3;

	s->spec = (struct vm_spec){
		.qemu = &s->env->qemu,
		.vmlinux = o->kernel->vmlinux,
		.vmlinuz = o->kernel->vmlinuz,
		.pvh = o->kernel->pvh == 1,
		.initrd = s->env->agent_initrd,
		.inputs = s->inputs,
		.n_inputs = n,
		.input_bytes = vm_input_bytes(s->inputs, n),
		.extra_bytes = s->file_bytes,
		.kernel_args = strv_argv(&s->kernel_args),
		.topo = o->topo,
		.memory_bytes = o->memory_bytes,
		.accel = o->clock == VM_CLOCK_VIRTUAL ? VM_ACCEL_TCG : s->env->accel,
		.clock = o->clock,
		.deadline_ns = s->env->timeout_ns ? deadline_in(s->env->timeout_ns) : DEADLINE_NONE,
		.cancel_fd = s->relay.cancel_fd,
		.port = &s->vm_port,
	};
}

static int open_port(struct shell_vm *s, struct err *err)
{
	int pair[2];
	void *p;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys(err, errno, "socketpair");
	s->relay.bell = pair[0];
	s->vm_port.serial_fd = pair[1];
	s->relay.ended_fd = eventfd(0, EFD_CLOEXEC);
	s->relay.cancel_fd = eventfd(0, EFD_CLOEXEC);
	if (s->relay.ended_fd < 0 || s->relay.cancel_fd < 0)
		return err_sys(err, errno, "eventfd");
	make_spec(s);
	if (vm_region_new(&s->spec, &s->vm_port.region_fd, err) < 0)
		return -(int)err->code;
	p = mmap(NULL, PORT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, s->vm_port.region_fd,
	         VM_RING_BYTES);
	if (p == MAP_FAILED)
		return err_sys(err, errno, "mapping the port");
	s->relay.port.memory = p;
	return 0;
}

static const char *reason_of(const struct wire_sched_exit *e)
{
	return e->message && *e->message ? e->message : e->reason ? e->reason : e->kind;
}

/* A scheduler that was attached and is gone. */
static void tell_exits(struct shell_vm *s)
{
	for (; s->guest.scheds.n && s->told < s->guest.exits.n; s->told++) {
		const struct wire_sched_exit *e = &s->guest.exits.v[s->told];
		_cleanup_free_ char *line =
			xasprintf("scheduler %s exited: %s", s->o->scheduler->name, reason_of(e));

		if (!e->expected)
			shell_relay_say(&s->relay, line);
	}
}

static int on_ring(void *arg, const uint8_t *ring, size_t n, struct err *err)
{
	struct shell_vm *s = arg;
	int r = guest_report_read(&s->guest, ring, n, err);

	tell_exits(s);
	return r;
}

static void *vm_thread(void *arg)
{
	struct shell_vm *s = arg;
	const struct vm_events events = { .on_ring = on_ring, .arg = s };

	s->rc = vm_run(&s->spec, &events, &s->result, &s->err);
	eventfd_write(s->relay.ended_fd, 1);
	return NULL;
}

static void greet(const struct shell_vm *s)
{
	const struct shell_opts *o = s->o;
	_cleanup_free_ char *topo = topo_format(&o->topo);

	term_print(stderr, TERM_DIM,
	           "booting %s, %s, %s, %s clock; `exit` or " SHELL_QUIT_NAME " ends the VM\n",
	           o->kernel->release, topo, o->scheduler->name,
	           json_name(&vm_clock_names, o->clock));
}

static int run_vm(struct shell_vm *s, struct err *err)
{
	pthread_t thread;
	int r, errnum;

	if (s->job.shell->terminal)
		greet(s);
	if (shell_relay_init(&s->relay, err) < 0)
		return -(int)err->code;
	errnum = pthread_create(&thread, NULL, vm_thread, s);
	if (errnum)
		return err_sys(err, errnum, "starting a thread");
	r = shell_relay_run(&s->relay, err);
	pthread_join(thread, NULL);
	if (r == 0 && s->rc < 0) {
		*err = s->err;
		r = s->rc;
	}
	return r;
}

/* How it ended. */
static int sum_up(const struct shell_vm *s, int *status, struct err *err)
{
	const struct wire_sched_exit *e = guest_report_exit(&s->guest);
	const struct wire_end *end = s->guest.end;

	if (s->relay.ended_by) {
		*status = 128 + s->relay.ended_by;
		return 0;
	}
	if (s->guest.shell) {
		*status = (int)s->guest.shell->exit & 0xff;
		return 0;
	}
	if (e && !s->guest.scheds.n)
		return err_set(err, ERR_CHILD, "scheduler %s: %s", s->o->scheduler->name,
		               reason_of(e));
	return err_set(err, ERR_CHILD, "%s",
	               end && end->error ? end->error
	               : s->result.cause ? s->result.cause
	                                 : "the guest ended without a word");
}

int shell_vm_run(const struct harness_env *env, const struct shell_opts *o, int *status,
                 struct err *err)
{
	struct shell_vm s = {
		.env = env,
		.o = o,
		.inputs = { -1, -1, -1 },
		.vm_port = { -1, -1 },
		.relay = { .bell = -1, .ended_fd = -1, .cancel_fd = -1, .signal_fd = -1 }
	};
	int r;

	guest_report_init(&s.guest);
	r = make_job(&s, err);
	s.relay.terminal = r == 0 && s.job.shell->terminal;
	if (r == 0)
		r = open_port(&s, err);
	if (r == 0)
		r = run_vm(&s, err);
	if (r == 0)
		r = sum_up(&s, status, err);
	shell_vm_done(&s);
	return r;
}
