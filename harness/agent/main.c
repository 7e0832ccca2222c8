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
#include "harness/agent/cputopo.h"
#include "harness/agent/machine.h"
#include "harness/agent/procstat.h"
#include "harness/agent/run.h"
#include "harness/agent/scheduler.h"
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
		{ "proc/sys/kernel/printk", "1" }, /* a console line stops a CPU for ms */
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

static int run_job(struct agent *a, const struct cputopo *topo, struct err *err)
{
	struct err late = ERR_INIT;
	int ret;

	if (cputopo_check(topo, &a->job.topology, err) < 0)
		return -(int)err->code;
	a->topo = topo;
	set_sysctls(a);
	set_own_priority(a);
	allow_init(&a->allow, &a->job);
	a->trace = trace_start(a); /* before the quantum, which slows loading down */
	if (a->job.quantum_ns != U64_NONE)
		machine_set_quantum(a, a->job.quantum_ns);
	agent_phase(a, PHASE_SCHEDULER);
	ret = job_sched_is_ext(agent_scheduler(a)) ? scheduler_start(a, 0, &a->scheduler, err) : 0;
	if (ret == 0) {
		ret = run_load(a, err);
		agent_phase(a, PHASE_TEARDOWN);
	}
	trace_free(a->trace);
	allow_done(&a->allow);
	if (a->scheduler && scheduler_stop(a, a->scheduler, &late) < 0 && ret == 0) {
		*err = late;
		ret = -(int)late.code;
	}
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
	if (ret == 0 && (ret = machine_read_job(a, err)) == 0)
		ret = run_job(a, &topo, err);
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
	struct agent a = { .root_fd = -1 };
	struct err err = ERR_INIT;

	without_aslr(argv);
	/* json-c's default hash waits a second or two for a random seed from the kernel. */
	json_global_set_string_hash(JSON_C_STR_HASH_PERLLIKE);
	hold_stdio();
	json_init(&job_table, &a.job);
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
