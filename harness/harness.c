/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/harness.h"

#include "harness/cmds.h"

#define X(name) &cmd_##name,
static const struct cmd *const cmds[] = { HARNESS_CMDS(X) };
#undef X

const struct cmd_program harness_program = {
	.name = "harness",
	.summary = "Boots kernels in light VMs, runs cgroup workloads under a scheduler, judges "
		   "them and "
		   "records the results.",
	.details = "Examples:\n"
		   "  harness test --kernel 6.17                     the suite under the kernel's "
		   "own EEVDF\n"
		   "  harness test --kernel 6.17 --scheduler vtime   … under a bundled sched_ext "
		   "scheduler\n"
		   "  harness test --kernel 6.17 --kernel 7.0 --scheduler ./my_sched.bpf.o\n"
		   "  harness init && harness test                   what ktstr.yaml says\n"
		   "  harness test --kernel 7.0 --clock virtual      bit-identical on every run\n"
		   "  harness stats compare --a-kernel 6.17 --b-kernel 7.0\n"
		   "\n"
		   "Exit status: 0 all passed, 1 a test failed, 2 usage, 3 inconclusive,\n"
		   "4 infrastructure (VM, kernel, disk), 130 interrupted.",
	.cmds = cmds,
	.n = ARRAY_SIZE(cmds),
};
