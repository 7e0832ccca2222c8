/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/judge/scxdump.h"

#include "base/fs.h"
#include "tests/unit/test.h"

/* Dumps of a 6.17 kernel. In the first the watchdog found the task, in the second the watchdog
 * itself was not run. */
static const struct {
	const char *label, *file, *message, *where;
	const char *evidence[3];
} dumps[] = {
	{ "task",
	  "stall-6.17.txt",
	  "w:cpu_spin[129] failed to run for 2.072s",
	  "on CPU 2, in no dispatch queue; the CPU was idle",
	  { "longest waiters: w:cpu_spin[129] 2.072 s on CPU 2",
	    "runnable tasks: CPU 0 1 (ran w:cpu_spin[130]), CPU 1 1 (ran kworker/u12:2[42]), CPU 2 "
	    "1 (ran nothing)",
	    "events: DISPATCH_KEEP_LAST 233, REFILL_SLICE_DFL 270" } },
	{ "watchdog",
	  "watchdog-6.17.txt",
	  "watchdog failed to check in for 2.356s",
	  "w:cpu_spin[122] has waited for 2.084 s on CPU 0, in no dispatch queue; the CPU was idle",
	  { "longest waiters: w:cpu_spin[122] 2.084 s on CPU 0",
	    "runnable tasks: CPU 0 1 (ran nothing), CPU 1 1 (ran w:cpu_spin[123])",
	    "events: DISPATCH_KEEP_LAST 32, REFILL_SLICE_DFL 50" } },
};
TEST_ROWS(scxdump, dumps)
{
	_cleanup_free_ char *path = fs_join("tests/fixtures/dump", row->file), *where = NULL;
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_strv_ struct strv evidence = STRV_INIT;
	struct err err = ERR_INIT;
	struct scxdump d;

	ASSERT_OK(fs_read(AT_FDCWD, path, 1 << 20, &text, &err));
	scxdump_read(strbuf_cstr(&text), &d);
	where = scxdump_stall(&d, row->message);
	ck_assert_str_eq(where, row->where);
	scxdump_evidence(&d, &evidence);
	ck_assert_uint_eq(evidence.n, 3);
	strv_each (&evidence, i)
		ck_assert_str_eq(evidence.v[i], row->evidence[i]);
	scxdump_done(&d);
}

TEST(scxdump_queue_of_the_task)
{
	struct scxdump d;

	scxdump_read("CPU 1   : nr_run=2 flags=0x1\n          curr=a[7] class=ext_sched_class\n"
	             "  R b c]d[9] -3000ms\n"
	             "      sticky/holding_cpu=-1/-1 dsq_id=0x8000000000000001\n"
	             " *R a[7] -9000ms\n      sticky/holding_cpu=-1/-1 dsq_id=0x5\n",
	             &d);
	_cleanup_free_ char *where = scxdump_stall(&d, "b c]d[9] failed to run for 3.000s");

	ck_assert_str_eq(where, "on CPU 1, in the global dispatch queue; the CPU ran a[7]");
	scxdump_done(&d);
}

TEST(scxdump_of_anything_else)
{
	struct scxdump d;

	scxdump_read("garbage ]\n  R\n *R x\n]\n curr=x class=y\nCPU x : nr_run=y\n dsq_id=0x1\n",
	             &d);
	ck_assert_ptr_null(scxdump_stall(&d, "x"));
	scxdump_done(&d);
}
