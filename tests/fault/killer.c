/* SPDX-License-Identifier: GPL-2.0-only */
#include <signal.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fault/killer.h"
#include "tests/unit/test.h"

#define NO_PTRACE_STATUS 99

static void run_child(void (*prepare)(void *arg), void (*body)(void *arg), void *arg)
{
	if (prepare)
		prepare(arg);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
		_exit(NO_PTRACE_STATUS);
	raise(SIGSTOP);
	body(arg);
	_exit(0); /* skips the leak check, which cannot run while traced */
}

static void kill_child(pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0)
		;
}

/* System calls that change only the process itself; a sanitiser makes many of them. */
static bool is_inward(uint64_t nr)
{
	static const long inward[] = { SYS_mmap,          SYS_munmap, SYS_mprotect,
		                       SYS_madvise,       SYS_brk,    SYS_futex,
		                       SYS_clock_gettime, SYS_getpid, SYS_getrandom,
		                       SYS_sigaltstack };

	for (size_t i = 0; i < ARRAY_SIZE(inward); i++)
		if (nr == (uint64_t)inward[i])
			return true;
	return false;
}

/* Lets the child run until a system call that may have changed something has returned, or to its
 * end. */
static int step(pid_t pid)
{
	struct __ptrace_syscall_info info;
	bool inward = false;
	int status;

	for (;;) {
		ck_assert_int_eq(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		if (!WIFSTOPPED(status))
			return status;
		ck_assert_int_gt(ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info), 0);
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
			inward = is_inward(info.entry.nr);
		else if (info.op == PTRACE_SYSCALL_INFO_EXIT && !inward)
			return status;
	}
}

enum killed kill_at(unsigned int n, void (*prepare)(void *arg), void (*body)(void *arg), void *arg)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		run_child(prepare, body, arg);
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_PTRACE_STATUS)
		return NO_PTRACE;
	ck_assert_msg(WIFSTOPPED(status), "the child ended before it began: %x", status);
	ck_assert_int_eq(
		ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL), 0);
	for (unsigned int i = 0; i < n; i++) {
		status = step(pid);
		if (WIFSTOPPED(status))
			continue;
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "child: %x", status);
		return WAS_DONE;
	}
	kill_child(pid);
	return KILLED;
}
