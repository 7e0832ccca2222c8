/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/cleanup.h"
#include "base/json.h"
#include "harness/agent/loadlog.h"
#include "harness/agent/opsrules.h"
#include "tests/unit/test.h"

/* Copied from logs of a 6.17 kernel and libbpf 1.6, but for the last ones. */
static const struct {
	const char *label, *log;
	enum fault fault;
	const char *text;
} logs[] = {
	{ "verifier",
	  "libbpf: prog 'fault_enqueue': BPF program load failed: -EACCES\n"
	  "libbpf: prog 'fault_enqueue': -- BEGIN PROG LOAD LOG --\n"
	  "0: R1=ctx() R10=fp0\n"
	  "; struct task_struct *p = (void *)ctx[0]; @ fault.bpf.c:81\n"
	  "1: (79) r6 = *(u64 *)(r1 +0)\n"
	  "func 'enqueue' arg0 has btf_id 114 type STRUCT 'task_struct'\n"
	  "2: R1=ctx() R6_w=trusted_ptr_task_struct()\n"
	  "; return *value; @ fault.bpf.c:57\n"
	  "13: (79) r1 = *(u64 *)(r0 +0)\n"
	  "R0 invalid mem access 'map_value_or_null'\n"
	  "processed 12 insns (limit 1000000) max_states_per_insn 0 total_states 1\n"
	  "-- END PROG LOAD LOG --\n"
	  "libbpf: prog 'fault_enqueue': failed to load: -EACCES\n"
	  "libbpf: failed to load object '/lib/scheduler-0.bpf.o'\n",
	  FAULT_VERIFIER,
	  "fault_enqueue refused by the verifier: R0 invalid mem access 'map_value_or_null' (13: "
	  "(79) r1 = *(u64 *)(r0 +0); fault.bpf.c:57: return *value;)" },
	{ "verifier, states after the sentence",
	  "libbpf: prog 'e': -- BEGIN PROG LOAD LOG --\n"
	  "; while (turns) @ fault.bpf.c:64\n"
	  "23: (79) r2 = *(u64 *)(r10 -8)        ; R2_w=1\n"
	  "infinite loop detected at insn 24\n"
	  "cur state: R1=1 R2_w=1\n"
	  "old state: R1_r=1 R2_rw=P1\n"
	  "processed 23 insns (limit 1000000)\n"
	  "-- END PROG LOAD LOG --\n",
	  FAULT_VERIFIER,
	  "e refused by the verifier: infinite loop detected at insn 24 (23: (79) r2 = *(u64 "
	  "*)(r10 -8); fault.bpf.c:64: while (turns))" },
	{ "verifier of 7.3, which explains",
	  "libbpf: prog 'qmap_dequeue': -- BEGIN PROG LOAD LOG --\n"
	  "; taskc->q_prev = NULL; @ scx_qmap.bpf.c:336\n"
	  "97: (7b) *(u64 *)(r7 +16) = r1\n"
	  "R7 invalid mem access 'scalar'\n"
	  "Verification failed: Register Type Safety: Invalid dereference\n"
	  "Reason:\n"
	  "  R7 is an integer scalar here, not a pointer to memory.\n"
	  "  Source context:\n"
	  "  >>> 336 |         taskc->q_prev = NULL;\n"
	  "  >>>  97 | (7b) *(u64 *)(r7 +16) = r1\n"
	  "Suggestion:\n"
	  "  Preserve a pointer-valued register where needed, or reload and revalidate the "
	  "pointer\n"
	  "  arithmetic, helper calls, or other operations that can invalidate it.\n"
	  "processed 71 insns (limit 1000000) max_states_per_insn 1 total_states 5\n"
	  "-- END PROG LOAD LOG --\n",
	  FAULT_VERIFIER,
	  "qmap_dequeue refused by the verifier: R7 invalid mem access 'scalar' (97: (7b) *(u64 "
	  "*)(r7 "
	  "+16) = r1; scx_qmap.bpf.c:336: taskc->q_prev = NULL;)" },
	{ "no function",
	  "libbpf: extern (func ksym) 'scx_bpf_no': not found in kernel or module BTFs\n",
	  FAULT_KFUNC, "function scx_bpf_no is not in this kernel's BTF" },
	{ "weak function, called",
	  "libbpf: prog 'e': -- BEGIN PROG LOAD LOG --\n"
	  "17: <invalid kfunc call>\n"
	  "kfunc 'scx_bpf_no' is referenced but wasn't resolved\n"
	  "processed 3 insns\n-- END PROG LOAD LOG --\n",
	  FAULT_KFUNC, "e: function scx_bpf_no is not in this kernel's BTF" },
	{ "no member",
	  "libbpf: prog 'e': -- BEGIN PROG LOAD LOG --\n"
	  "17: <invalid CO-RE relocation>\n"
	  "failed to resolve CO-RE relocation <byte_off> [12] struct rq.none (0:1 @ offset 8)\n"
	  "processed 3 insns\n-- END PROG LOAD LOG --\n",
	  FAULT_TYPE,
	  "e: failed to resolve CO-RE relocation <byte_off> [12] struct rq.none (0:1 @ offset 8)" },
	{ "no option", "libbpf: extern 'CONFIG_NONE' (strong): not resolved\n", FAULT_KCONFIG,
	  "CONFIG_NONE is not in this kernel's configuration" },
	{ "no configuration", "libbpf: failed to open system Kconfig\n", FAULT_KCONFIG,
	  "the guest has no configuration of its kernel" },
	{ "map",
	  "libbpf: Error in bpf_create_map_xattr(pair_ctx): -EINVAL. Retrying without BTF.\n"
	  "libbpf: map 'pair_ctx': failed to create: -EINVAL\n"
	  "libbpf: failed to load object 'x'\n",
	  FAULT_MAP, "map pair_ctx cannot be made: -EINVAL" },
	{ "a warning before the error",
	  "libbpf: map 'x': harmless warning\n"
	  "libbpf: extern (func ksym) 'f': func_proto [4] incompatible with vmlinux [77]\n",
	  FAULT_KFUNC, "function f has other arguments in this kernel" },
	{ "ops of another kernel",
	  "libbpf: struct_ops init_kern: struct sched_ext_ops_cid is not found in kernel BTF\n"
	  "libbpf: failed to load object 'x'\n",
	  FAULT_OPS, "struct_ops init_kern: struct sched_ext_ops_cid is not found in kernel BTF" },
	{ "something else", "libbpf: a\nlibbpf: b: No such file\n", FAULT_LOAD, "b: No such file" },
	{ "nothing", "", FAULT_LOAD, NULL },
};
TEST_ROWS(loadlog_cause, logs)
{
	struct loadlog l;

	loadlog_read(row->log, &l);
	ck_assert_str_eq(fault_name(l.fault), fault_name(row->fault));
	ck_assert_pstr_eq(l.text, row->text);
	loadlog_done(&l);
}

/* Copied from logs of these kernels. */
static const struct {
	const char *label, *log;
	struct loadlog_figures want;
} accepted[] = {
	{ "6.17",
	  "verification time 5012 usec\nstack depth 24+0+8\n"
	  "processed 40 insns (limit 1000000) max_states_per_insn 1 total_states 12 peak_states "
	  "9\n",
	  { 12, 24, 5012000 } },
	{ "7.3",
	  "verification time 9 usec\nstack depth max 48\n"
	  "subprog 0 (a) main insns_self 30 insns_total 40 stack 24\n"
	  "subprog 1 (b) static insns_self 10 insns_total 10 stack 8\n"
	  "processed 40 insns (limit 1000000) max_states_per_insn 1 total_states 12 peak_states "
	  "9\n",
	  { 12, 24, 9000 } },
	{ "nothing", "processed 3 insns\n", { U64_NONE, U64_NONE, U64_NONE } },
};
TEST_ROWS(loadlog_figures_of_a_program, accepted)
{
	struct loadlog_figures f;

	loadlog_figures(row->log, &f);
	ck_assert_uint_eq(f.states, row->want.states);
	ck_assert_uint_eq(f.stack_bytes, row->want.stack_bytes);
	ck_assert_uint_eq(f.verify_ns, row->want.verify_ns);
}

TEST(loadlog_collapses_loops)
{
	_cleanup_free_ char *got = loadlog_collapsed("begin\n"
	                                             "10: (07) r1 += 1  ; R1=1\n11: goto -2\n"
	                                             "10: (07) r1 += 1  ; R1=2\n11: goto -2\n"
	                                             "10: (07) r1 += 1  ; R1=3\n11: goto -2\n"
	                                             "end\nend\n");

	ck_assert_str_eq(got, "begin\n10: (07) r1 += 1  ; R1=1\n11: goto -2\n"
	                      "[the last 2 lines 2 times more]\nend\nend\n");
}

static const struct {
	const char *label;
	struct ops_fields f;
	const char *want;
} rules[] = {
	{ "all right", { "x_1.y", 30000, 32, 5, 7 }, NULL },
	{ "nothing known", { NULL, U64_NONE, U64_NONE, U64_NONE, U64_NONE }, NULL },
	{ "timeout",
	  { "x", 50000, 0, 0, 7 },
	  "sched_ext_ops.timeout_ms is 50000: the kernel's watchdog allows at most 30000" },
	{ "name",
	  { "my sched", 0, 0, 0, 7 },
	  "sched_ext_ops.name is \"my sched\": the kernel allows only letters, digits, \"_\" and "
	  "\".\"" },
	{ "no name", { "", 0, 0, 0, 7 }, "sched_ext_ops.name is empty: the kernel demands a name" },
	{ "batch",
	  { "x", 0, 1ull << 31, 0, 7 },
	  "sched_ext_ops.dispatch_max_batch is 2147483648: the kernel allows at most 2147483647" },
	{ "flags",
	  { "x", 0, 0, 0x104, 7 },
	  "sched_ext_ops.flags has 0x100, which this kernel does not have" },
};
TEST_ROWS(opsrules_name_the_field, rules)
{
	_cleanup_free_ char *got = opsrules_broken(&row->f);

	ck_assert_pstr_eq(got, row->want);
}
