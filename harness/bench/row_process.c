/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes: making them, changing them, ending them. */
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/bench/rows.h"
#include "harness/bench/tiny.h"

static void reap(struct bench *b, pid_t pid)
{
	int status = 0;

	BENCH_TRY(b, pid);
	if (pid <= 0)
		return;
	BENCH_TRY(b, waitpid(pid, &status, 0));
	if (status)
		bench_fail(b, 0, "the child ended with status %#x", status);
}

static void op_fork_exit(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		reap(b, pid);
	}
}

const struct bench_row bench_fork_exit = {
	.about = { .name = "fork_exit",
	           .unit = "ns",
	           .what = "fork(), the child exits, waitpid()",
	           .seed = "fork_exit, fork, exit" },
	.op = op_fork_exit,
	.one_cpu = true,
};

static int setup_tiny(struct bench *b, struct err *err)
{
	b->path = tiny_program(b->o->dir, err);
	return b->path ? 0 : -(int)err->code;
}

static void exec_tiny(struct bench *b)
{
	char *argv[] = { b->path, NULL }, *env[] = { NULL };

	execve(b->path, argv, env);
	_exit(127);
}

static void op_fork_exec(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid == 0)
			exec_tiny(b);
		reap(b, pid);
	}
}

const struct bench_row bench_fork_exec = {
	.about = { .name = "fork_exec",
	           .unit = "ns",
	           .what = "fork(), execve() of a program that exits at once, waitpid()",
	           .parameters = "a static program of one page" },
	.setup = setup_tiny,
	.op = op_fork_exec,
	.one_cpu = true,
};

/* The parent waits while the child uses its memory: there are no page tables to copy. */
static pid_t spawn_tiny(struct bench *b)
{
	pid_t pid = vfork();

	if (pid == 0)
		exec_tiny(b);
	return pid;
}

static void op_exec(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		reap(b, spawn_tiny(b));
}

const struct bench_row bench_exec = {
	.about = { .name = "exec",
	           .unit = "ns",
	           .what = "vfork(), execve() of a program that exits at once, waitpid()",
	           .parameters = "a static program of one page" },
	.setup = setup_tiny,
	.op = op_exec,
	.one_cpu = true,
};
