/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/schedlog.h"
#include "tests/unit/test.h"

#include <stdlib.h>

/* Copied from the log of a 6.17 kernel. */
TEST(schedlog_takes_reason_message_and_backtrace)
{
	struct schedlog l = { .disabled = false };

	schedlog_add(&l, "6,700,1,-;sched_ext: BPF scheduler \"stall\" enabled\n");
	ck_assert(!l.disabled);
	schedlog_add(&l, "6,701,1,-;random: crng init done\n");
	schedlog_add(&l, "3,702,9,-;sched_ext: BPF scheduler \"stall\" disabled (runnable task "
	                 "stall)\n SUBSYSTEM=x\n");
	schedlog_add(&l, "3,703,9,-;sched_ext: stall: kworker/2:1[63] failed to run for 2.560s\n");
	schedlog_add(&l, "3,704,9,-;   scx_watchdog_workfn+0x19a/0x220\n");
	schedlog_add(&l, "6,705,9,-;usb: not ours\n");
	schedlog_add(&l, "6,706,9,-;   indented, but not ours\n");
	ck_assert(l.disabled);
	ck_assert_str_eq(l.reason, "runnable task stall");
	ck_assert_str_eq(l.message, "kworker/2:1[63] failed to run for 2.560s");
	ck_assert_ptr_nonnull(strstr(l.lines.s, "scx_watchdog_workfn"));
	ck_assert_ptr_null(strstr(l.lines.s, "not ours"));
	schedlog_done(&l);
}

TEST(schedlog_remark)
{
	struct schedlog l = { .disabled = false };

	ck_assert_ptr_null(schedlog_remark(&l));
	schedlog_add(&l, "6,700,1,-;sched_ext: BPF scheduler \"x\" enabled\n");
	ck_assert_ptr_null(schedlog_remark(&l));
	schedlog_add(&l,
	             "3,701,1,-;sched_ext: Not compatible with \"isolcpus=\" domain isolation\n");
	schedlog_add(&l, "3,702,1,-;   a backtrace\n");
	char *remark = schedlog_remark(&l);
	ck_assert_str_eq(remark, "Not compatible with \"isolcpus=\" domain isolation");
	free(remark);
	schedlog_done(&l);
}

static const struct {
	const char *label, *reason, *message;
	enum fault fault;
} faults[] = {
	{ "stall", "runnable task stall", "a[1] failed to run for 2.0s", FAULT_STALL },
	{ "by user", "unregistered from user space", NULL, FAULT_UNREGISTERED },
	{ "by itself", "unregistered from BPF", "enough", FAULT_EXIT },
	{ "hotplug", "unregistered from the main kernel", "cpu 1 going offline, exiting scheduler",
	  FAULT_HOTPLUG },
	{ "hotplug, no message", "unregistered from the main kernel", NULL, FAULT_HOTPLUG },
	{ "by BPF error", "scx_bpf_error", "ops.init looks odd", FAULT_BPF_ERROR },
	{ "by the kernel", "runtime error", "invalid DSQ ID 0x7", FAULT_ERROR },
	{ "init", "runtime error", "ops.init() failed (-12)", FAULT_INIT },
	{ "init of a task", "runtime error", "ops.init_task() failed (-22) for a[1]", FAULT_INIT },
	{ "unheard of", "the cat", NULL, FAULT_UNKNOWN },
	{ "none", NULL, NULL, FAULT_UNKNOWN },
};
TEST_ROWS(schedlog_fault, faults)
{
	ck_assert_str_eq(fault_name(schedlog_fault(row->reason, row->message)),
	                 fault_name(row->fault));
}

/* Copied from the dump of a 6.17 kernel. */
TEST(schedlog_reason_in_the_dump)
{
	_cleanup_free_ char *reason = NULL, *message = NULL;

	ck_assert(schedlog_from_dump("w:cpu_spin[123] triggered exit kind 1026:\n"
	                             "  runnable task stall (watchdog failed to check in for "
	                             "2.356s)\n\nBacktrace:\n  scx_exit+0x50/0x70 (x)\n",
	                             &reason, &message));
	ck_assert_str_eq(reason, "runnable task stall");
	ck_assert_str_eq(message, "watchdog failed to check in for 2.356s");
	ck_assert(!schedlog_from_dump("CPU states\n", &reason, &message));
	ck_assert(!schedlog_from_dump("x[1] triggered exit kind 64:\n", &reason, &message));
}

TEST(schedlog_dump_lines_only)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	schedlog_add_dump(&b, "# tracer: nop");
	schedlog_add_dump(&b,
	                  "  kworker/0:1-9  [000] d..1.  7.1: sched_ext_dump: CPU 0    : nr_run=2");
	schedlog_add_dump(&b, "  kworker/0:1-9  [000] d..1.  7.1: sched_ext_dump: ");
	ck_assert_str_eq(strbuf_cstr(&b), "CPU 0    : nr_run=2\n\n");
}
