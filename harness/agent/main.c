/* SPDX-License-Identifier: GPL-2.0-only */
#include <sched.h>
#include <stdio.h>
#include <sys/personality.h>
#include <sys/reboot.h>
#include <sys/utsname.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/agent/agent.h"
#include "harness/agent/benches.h"
#include "harness/agent/cgroup.h"
#include "harness/agent/cputopo.h"
#include "harness/agent/job_commands.h"
#include "harness/agent/machine.h"
#include "harness/agent/procstat.h"
#include "harness/agent/progstat.h"
#include "harness/agent/quiet.h"
#include "harness/agent/run.h"
#include "harness/agent/scheduler.h"
#include "harness/agent/settings.h"
#include "harness/agent/shell.h"
#include "harness/agent/trace.h"

static void say_hello(struct agent *a, const struct cputopo *t)
{
	struct utsname u;

	uname(&u);
	agent_send(a, WIRE_HELLO,
	           &(struct wire_hello){
			   .version = WIRE_VERSION,
			   .agent_version = (char *)KTSTR_VERSION,
			   .kernel_release = u.release,
			   .kernel_build = u.version,
			   .cpus = t->cpus,
			   .llcs = t->llcs,
			   .nodes = t->nodes,
			   .threads_per_core = t->threads_per_core,
			   .sched_ext = fs_exists(a->root_fd, SCX_DIR "/state"),
			   .btf = fs_exists(a->root_fd, "sys/kernel/btf/vmlinux"),
			   .at_ns = clock_mono_ns(),
		   });
}

/* Without these settings figures are wrong, or differ from run to run. */
static void set_sysctls(struct agent *a)
{
	static const struct {
		const char *path, *value;
	} sysctls[] = {
		/* run delay in /proc/PID/schedstat; the kernel command line sets it too */
		{ "proc/sys/kernel/sched_schedstats", "1" },
		{ "proc/sys/kernel/printk",
		  "4" }, /* a console line stops a CPU for ms: errors only */
	};

	for (size_t i = 0; i < ARRAY_SIZE(sysctls); i++) {
		struct err err = ERR_INIT;
		if (fs_write(a->root_fd, sysctls[i].path, sysctls[i].value, &err) < 0)
			agent_log(a, "%s", err.msg);
	}
}

/* SCHED_FIFO 50 is above the scheduler under test and above the real-time workers (priority 1).
 * Neither a stalled scheduler nor a worker can keep the agent from an op that is due. */
static void set_own_priority(struct agent *a)
{
	struct sched_param p = { .sched_priority = 50 };

	if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &p) < 0)
		agent_log(a, "no real-time priority for the agent: %m");
}

/* What does not depend on the test. */
static void get_ready(struct agent *a)
{
	struct err err = ERR_INIT;

	set_sysctls(a);
	set_own_priority(a);
	settings_read(a);
	if (cgroups_prepare(a->root_fd, &err) < 0)
		err_clear(&err); /* the job that needs it reports it */
	a->progstat = progstat_open(a);
	a->trace = trace_start(a); /* before the quantum, which slows loading down */
	if (a->job.quantum_ns != U64_NONE)
		machine_set_quantum(a, a->job.quantum_ns);
}

static int read_job(struct agent *a, struct err *err)
{
	return machine_read_input(a, err) < 0 ? -(int)err->code
	                                      : cputopo_check(a->topo, &a->job.topology, err);
}

/* Has the machine saved, with the job's scheduler if it names one, once it is quiet. Returns in the
 * restored machine, with the job that is there now. */
static int be_saved(struct agent *a, struct wire_system *sys, struct err *err)
{
	uint32_t level = a->job.save_level;

	if (job_sched_is_ext(agent_scheduler(a)) && scheduler_start(a, 0, &a->scheduler, err) < 0)
		return -(int)err->code;
	json_done(&wire_system_table, sys);
	progstat_begin(a->progstat);
	quiet_wait(a, sys);
	machine_be_saved();
	ring_writer_init(&a->ring, a->ring.base, RING_BYTES);
	say_hello(a, a->topo);
	agent_phase(a, PHASE_SETUP);
	if (read_job(a, err) < 0)
		return -(int)err->code;
	if (a->job.save_level != U32_NONE && a->job.save_level <= level)
		return err_set(err, ERR_UNSUPPORTED, "the machine was not saved");
	return 0;
}

/* The machine may be saved more than once before it gets the job of a test. */
static int prepare(struct agent *a, struct wire_system *sys, struct err *err)
{
	if (a->job.save_level == U32_NONE)
		return 0;
	while (a->job.save_level != U32_NONE)
		if (be_saved(a, sys, err) < 0)
			return -(int)err->code;
	strv_each (&a->remarks, i)
		agent_log(a, "%s", a->remarks.v[i]);
	a->trace = trace_take_job(a->trace);
	return 0;
}

static int bring_scheduler(struct agent *a, struct err *err)
{
	agent_phase(a, PHASE_SCHEDULER);
	if (a->scheduler)
		scheduler_take_job(a, a->scheduler);
	else if (job_sched_is_ext(agent_scheduler(a)))
		return scheduler_start(a, 0, &a->scheduler, err);
	return 0;
}

static int run_and_disable(struct agent *a, struct wire_system *sys, struct err *err)
{
	int ret = run_load(a, sys, err);

	if (ret == 0)
		ret = commands_disable(a, err);
	agent_phase(a, PHASE_TEARDOWN);
	return ret;
}

static int load_and_run(struct agent *a, struct wire_system *sys, struct err *err)
{
	bool quiet = sys->quiet != TRI_NONE && !a->job.enable.n &&
	             (a->scheduler || !job_sched_is_ext(agent_scheduler(a)));
	int ret;

	allow_init(&a->allow, &a->job);
	ret = bring_scheduler(a, err);
	if (ret == 0)
		ret = commands_enable(a, err);
	if (ret == 0)
		ret = settings_apply(a, err);
	if (ret == 0)
		settings_send(a);
	if (ret == 0 && a->job.shell) {
		ret = shell_run(a, err);
	} else if (ret == 0) {
		agent_phase(a, PHASE_QUIET);
		if (!quiet) {
			json_done(&wire_system_table, sys); /* of the saved machine */
			quiet_wait(a, sys);
		}
		ret = a->job.bench ? benches_run(a, sys, err) : run_and_disable(a, sys, err);
	}
	allow_done(&a->allow);
	return ret;
}

static int run_job(struct agent *a, struct err *err)
{
	struct err late = ERR_INIT;
	struct wire_system sys;
	int ret;

	json_init(&wire_system_table, &sys);
	get_ready(a);
	ret = prepare(a, &sys, err);
	if (ret == 0)
		ret = load_and_run(a, &sys, err);
	/* The machine ends now: to detach the scheduler and the tracing took a tenth of a second. */
	if (a->scheduler && scheduler_exited(a, a->scheduler, &late) < 0 && ret == 0) {
		*err = late;
		ret = -(int)late.code;
	}
	json_done(&wire_system_table, &sys);
	return ret;
}

/* Without a console in the initramfs the kernel starts /init with no descriptors open. Then the
 * first file opened would become 0, 1 or 2 and receive what is printed. Occupies all three. */
static void hold_stdio(void)
{
	int fd;

	do
		fd = open("/", O_PATH | O_CLOEXEC);
	while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

static void open_console(void)
{
	_cleanup_close_ int fd = open("/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return;
	dup2(fd, 1);
	dup2(fd, 2);
}

static int work(struct agent *a, struct err *err)
{
	struct cputopo topo;
	int ret;

	if ((ret = machine_mount(err)) < 0)
		return ret;
	open_console();
	if ((ret = machine_map_ring(a, err)) < 0)
		return ret;
	ret = cputopo_read(a->root_fd, &topo, err);
	say_hello(a, &topo);
	agent_phase(a, PHASE_SETUP);
	a->topo = &topo;
	if (ret == 0 && (ret = read_job(a, err)) == 0)
		ret = run_job(a, err);
	cputopo_done(&topo);
	return ret;
}

/* Turns address randomization off, so that the same job uses the same addresses. */
static void without_aslr(char **argv)
{
	if (personality(0xffffffff) & ADDR_NO_RANDOMIZE)
		return;
	personality(ADDR_NO_RANDOMIZE);
	execv("/proc/self/exe", argv); /* fails if /proc is not mounted yet */
	execv(argv[0], argv);
}

int main(int argc UNUSED, char **argv)
{
	struct agent a = { .root_fd = -1, .started_ns = clock_mono_ns() };
	struct err err = ERR_INIT;

	without_aslr(argv);
	/* json-c's default hash waits a second or two for a random seed from the kernel. */
	json_global_set_string_hash(JSON_C_STR_HASH_PERLLIKE);
	hold_stdio();
	json_init(&job_table, &a.job);
	json_init(&wire_settings_table, &a.settings);
	a.root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool ok = work(&a, &err) == 0;
	if (!a.has_ring)
		fprintf(stderr, "agent: %s\n", err.msg);
	agent_send(&a, WIRE_END,
	           &(struct wire_end){
			   .ok = ok, .error = ok ? NULL : err.msg, .at_ns = clock_mono_ns() });
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
