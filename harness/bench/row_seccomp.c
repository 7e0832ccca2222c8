/* SPDX-License-Identifier: GPL-2.0-only */
/* A system call with and without a filter. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/bench/rows.h"

#define COMPARISONS 16

static void op_getppid(struct bench *b UNUSED, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		syscall(SYS_getppid);
}

const struct bench_row bench_seccomp_off = {
	.about = { .name = "seccomp_off",
	           .unit = "ns",
	           .what = "getppid() without a seccomp filter",
	           .seed = "seccomp (without)" },
	.op = op_getppid,
	.one_cpu = true,
};

/* Compares the call's number with some that nobody calls, then allows it. */
static int setup_filter(struct bench *b UNUSED, struct err *err)
{
	struct sock_filter code[COMPARISONS + 2] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	const struct sock_fprog prog = { COMPARISONS + 2, code };

	for (int i = 0; i < COMPARISONS; i++)
		code[1 + i] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
		                                           (uint32_t)(100000 + i), 0, 0);
	code[COMPARISONS + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0)
		return err_set(err, ERR_UNSUPPORTED, "needs seccomp filters: %s", strerror(errno));
	return 0;
}

const struct bench_row bench_seccomp_filter = {
	.about = { .name = "seccomp_filter",
	           .unit = "ns",
	           .what = "getppid() under a seccomp filter",
	           .seed = "seccomp (with), seccomp filter eval",
	           .parameters = "18 BPF instructions",
	           .needs = "seccomp filters" },
	.setup = setup_filter,
	.op = op_getppid,
	.one_cpu = true,
};
