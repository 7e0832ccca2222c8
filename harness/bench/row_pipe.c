/* SPDX-License-Identifier: GPL-2.0-only */
/* Pipes between two processes. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "harness/bench/partner.h"
#include "harness/bench/rows.h"

#define CHUNK 4096

static void op_pipe(struct bench *b, uint64_t n)
{
	static char chunk[CHUNK];

	for (uint64_t i = 0; i < n; i++) {
		BENCH_TRY(b, write(b->fd[1], chunk, CHUNK));
		BENCH_TRY(b, read(b->fd[0], chunk, CHUNK));
	}
}

static int setup_pipe(struct bench *b, struct err *err)
{
	return pipe2(b->fd, O_CLOEXEC) < 0 ? err_sys(err, errno, "pipe") : 0;
}

const struct bench_row bench_pipe = {
	.about = { .name = "pipe",
	           .unit = "ns",
	           .what = "write() and read() of 4 KiB through a pipe, by one process",
	           .parameters = "4 KiB" },
	.setup = setup_pipe,
	.op = op_pipe,
	.one_cpu = true,
};

static void echo(struct bench *b)
{
	close(b->fd[1]);
	close(b->fd[2]);
	partner_echo(b->fd[0], b->fd[3]);
}

static int setup_latency(struct bench *b, struct err *err)
{
	if (pipe2(b->fd, O_CLOEXEC) < 0 || pipe2(&b->fd[2], O_CLOEXEC) < 0)
		return err_sys(err, errno, "pipe");
	return partner_fork(b, echo, err);
}

static void op_latency(struct bench *b, uint64_t n)
{
	char c = 0;

	for (uint64_t i = 0; i < n; i++) {
		BENCH_TRY(b, write(b->fd[1], &c, 1));
		BENCH_TRY(b, read(b->fd[2], &c, 1));
	}
}

const struct bench_row bench_pipe_latency = {
	.about = { .name = "pipe_latency",
	           .unit = "ns",
	           .what = "one byte through a pipe to another process, and one back",
	           .seed = "ping-pong (2 agents)",
	           .parameters = "1 byte, 2 processes" },
	.setup = setup_latency,
	.op = op_latency,
};
