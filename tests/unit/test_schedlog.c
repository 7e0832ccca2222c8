/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/schedlog.h"
#include "tests/unit/test.h"

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

static const struct {
	const char *label, *reason, *kind;
} kinds[] = {
	{ "stall", "runnable task stall", "stall" },
	{ "by user", "unregistered from user space", "unregistered" },
	{ "by BPF", "unregistered from BPF", "unregistered" },
	{ "by BPF error", "scx_bpf_error", "bpf error" },
	{ "by the kernel", "runtime error", "error" },
	{ "unheard of", "the cat", "unknown" },
	{ "none", NULL, "unknown" },
};
TEST_ROWS(schedlog_kind, kinds)
{
	ck_assert_str_eq(schedlog_kind(row->reason), row->kind);
}

static const struct {
	const char *label, *log, *want;
} verdicts[] = {
	{ "verifier",
	  "libbpf: prog 'x': -- BEGIN PROG LOAD LOG --\n0: R1=ctx()\nR0 invalid mem access "
	  "'scalar'\nprocessed 12 insns (limit 1000000)\n-- END PROG LOAD LOG --\nlibbpf: failed\n",
	  "R0 invalid mem access 'scalar'" },
	{ "no verifier", "libbpf: a\nlibbpf: b: No such file\n", "libbpf: b: No such file" },
	{ "one line", "libbpf: a", "libbpf: a" },
};
TEST_ROWS(schedlog_verdict, verdicts)
{
	char *got = schedlog_verdict(row->log);

	ck_assert_str_eq(got, row->want);
	free(got);
}

TEST(schedlog_no_verdict_of_an_empty_log)
{
	ck_assert_ptr_null(schedlog_verdict(""));
	ck_assert_ptr_null(schedlog_verdict("\n\n"));
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
