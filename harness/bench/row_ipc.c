/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages between processes, other than by one pipe. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "harness/bench/cores.h"
#include "harness/bench/partner.h"
#include "harness/bench/rows.h"

#define SLOTS    1024
#define PEERS    10
#define CHANNELS 200
#define DISCARD  9 /* port */
#define PATIENCE 10000

static void echo_socket(struct bench *b)
{
	close(b->fd[0]);
	partner_echo(b->fd[1], b->fd[1]);
}

static int setup_unix(struct bench *b, struct err *err)
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, b->fd) < 0)
		return err_sys(err, errno, "socketpair");
	return partner_fork(b, echo_socket, err);
}

static void op_unix(struct bench *b, uint64_t n)
{
	char c = 0;

	for (uint64_t i = 0; i < n; i++) {
		BENCH_TRY(b, write(b->fd[0], &c, 1));
		BENCH_TRY(b, read(b->fd[0], &c, 1));
	}
}

const struct bench_row bench_unix_socket = {
	.about = { .name = "unix_socket",
	           .unit = "ns",
	           .what = "one byte through a Unix socket to another process, and one back",
	           .parameters = "1 byte, 2 processes" },
	.setup = setup_unix,
	.op = op_unix,
};

/* A guest of ours comes without its loopback interface up. */
static void raise_loopback(void)
{
	struct ifreq r = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd >= 0)
		ioctl(fd, SIOCSIFFLAGS, &r);
}

static int connect_once(void)
{
	const struct sockaddr_in to = { .sin_family = AF_INET,
		                        .sin_port = htons(DISCARD),
		                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int r = fd < 0 ? -1 : connect(fd, (const struct sockaddr *)&to, sizeof(to));

	if (fd >= 0)
		close(fd);
	return r;
}

static int setup_connect(struct bench *b, struct err *err)
{
	if (b->o->guest)
		raise_loopback();
	return connect_once() < 0 ? err_set(err, ERR_UNSUPPORTED, "needs IPv4: %s", strerror(errno))
	                          : 0;
}

static void op_connect(struct bench *b, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		BENCH_TRY(b, connect_once());
}

const struct bench_row bench_connect_loopback = {
	.about = { .name = "connect_loopback",
	           .unit = "ns",
	           .what = "socket(), connect() to 127.0.0.1, close(), UDP",
	           .parameters = "UDP",
	           .needs = "IPv4" },
	.setup = setup_connect,
	.op = op_connect,
	.one_cpu = true,
};

/* One writer, one reader; each counts what it has done. */
struct shared_ring {
	_Alignas(64) _Atomic uint64_t written;
	_Alignas(64) _Atomic uint64_t read;
	_Alignas(64) uint64_t slot[SLOTS][8];
	uint32_t cpu[2];
};

/* Spins; where the other side has no CPU of its own, that alone would never end. */
static void wait_until(const _Atomic uint64_t *v, uint64_t at_least)
{
	for (uint32_t i = 1; atomic_load_explicit(v, memory_order_acquire) < at_least; i++) {
		__builtin_ia32_pause();
		if (i % PATIENCE == 0)
			usleep(1);
	}
}

static void ring_reader(struct bench *b)
{
	struct shared_ring *r = b->mem;

	cpus_pin(r->cpu[1]);
	for (uint64_t i = 0;; i++) {
		wait_until(&r->written, i + 1);
		BENCH_KEEP(r->slot[i % SLOTS][0]);
		atomic_store_explicit(&r->read, i + 1, memory_order_release);
	}
}

static int setup_ring(struct bench *b, struct err *err)
{
	struct shared_ring *r =
		mmap(NULL, sizeof(*r), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (r == MAP_FAILED)
		return err_sys(err, errno, "mmap");
	b->mem = r;
	if (cpus_pair(CPUS_ANY_TWO, r->cpu, err) < 0)
		return -(int)err->code;
	cpus_pin(r->cpu[0]);
	return partner_fork(b, ring_reader, err);
}

static void put(struct shared_ring *r, uint64_t i)
{
	memset(r->slot[i % SLOTS], (int)i, sizeof(r->slot[0]));
	atomic_store_explicit(&r->written, i + 1, memory_order_release);
}

static void op_ring_latency(struct bench *b, uint64_t n)
{
	struct shared_ring *r = b->mem;

	for (uint64_t i = 0; i < n; i++, b->n++) {
		put(r, b->n);
		wait_until(&r->read, b->n + 1);
	}
}

static void op_ring_throughput(struct bench *b, uint64_t n)
{
	struct shared_ring *r = b->mem;

	for (uint64_t i = 0; i < n; i++, b->n++) {
		if (b->n >= SLOTS)
			wait_until(&r->read, b->n - SLOTS + 1);
		put(r, b->n);
	}
	wait_until(&r->read, b->n);
}

const struct bench_row bench_shared_memory_ring_latency = {
	.about = { .name = "shared_memory_ring_latency",
	           .unit = "ns",
	           .what = "one message through a ring in shared memory until the other process, "
	                   "which "
	                   "spins, has acknowledged it",
	           .seed = "shared_memory_ring (latency)",
	           .parameters = "64 bytes, 1,024 slots",
	           .needs = "two CPUs" },
	.setup = setup_ring,
	.op = op_ring_latency,
};

const struct bench_row bench_shared_memory_ring_throughput = {
	.about = { .name = "shared_memory_ring_throughput",
	           .unit = "ns",
	           .what = "one message of a stream through a ring in shared memory",
	           .seed = "shared_memory_ring (throughput), zero-copy transfer",
	           .parameters = "64 bytes, 1,024 slots",
	           .needs = "two CPUs" },
	.setup = setup_ring,
	.op = op_ring_throughput,
};

/* fd[0]: what comes in, fd[3]: where it goes on. */
static void forward(struct bench *b)
{
	partner_echo(b->fd[0], b->fd[3]);
}

/* A process between two pipes. Returns the end that writes to it; its output goes to `out`. */
static int add_peer(struct bench *b, int out, struct err *err)
{
	struct bench peer = *b;
	int fds[2], r;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(err, errno, "pipe");
	peer.fd[0] = fds[0];
	peer.fd[3] = out;
	r = partner_fork(&peer, forward, err);
	close(fds[0]);
	return r < 0 ? r : fds[1];
}

/* fd[0], fd[1]: the pipe back; b->mem: the ends to the peers. */
static int setup_peers(struct bench *b, int n, bool chained, struct err *err)
{
	int *to = b->mem = xcalloc((size_t)n, sizeof(*to));

	if (pipe2(b->fd, O_CLOEXEC) < 0)
		return err_sys(err, errno, "pipe");
	for (int i = 0; i < n; i++) {
		to[i] = add_peer(b, chained && i ? to[i - 1] : b->fd[1], err);
		if (to[i] < 0)
			return -(int)err->code;
	}
	b->n = (size_t)n;
	return 0;
}

static int setup_broadcast(struct bench *b, struct err *err)
{
	return setup_peers(b, PEERS, false, err);
}

static void op_broadcast(struct bench *b, uint64_t n)
{
	const int *to = b->mem;
	char c = 0;

	for (uint64_t i = 0; i < n; i++) {
		for (size_t k = 0; k < PEERS; k++)
			BENCH_TRY(b, write(to[k], &c, 1));
		for (size_t k = 0; k < PEERS; k++)
			BENCH_TRY(b, read(b->fd[0], &c, 1));
	}
}

const struct bench_row bench_broadcast = {
	.about = { .name = "broadcast",
	           .unit = "ns",
	           .what = "one byte to each of 10 processes, until all have answered",
	           .seed = "broadcast (1 to N)",
	           .parameters = "10 processes, a pipe each" },
	.setup = setup_broadcast,
	.op = op_broadcast,
};

static int setup_pipeline(struct bench *b, struct err *err)
{
	return setup_peers(b, 2, true, err);
}

static void op_pipeline(struct bench *b, uint64_t n)
{
	const int *to = b->mem;
	char c = 0;

	for (uint64_t i = 0; i < n; i++) {
		BENCH_TRY(b, write(to[1], &c, 1));
		BENCH_TRY(b, read(b->fd[0], &c, 1));
	}
}

const struct bench_row bench_pipeline = {
	.about = { .name = "pipeline",
	           .unit = "ns",
	           .what = "one byte from A through B and C back to A",
	           .seed = "pipeline (A to B to C)",
	           .parameters = "3 processes, 3 pipes" },
	.setup = setup_pipeline,
	.op = op_pipeline,
};

static int setup_channels(struct bench *b, struct err *err UNUSED)
{
	b->mem = xcalloc(2 * CHANNELS, sizeof(int));
	return 0;
}

static void make_channels(struct bench *b, uint64_t n)
{
	int *fds = b->mem;

	for (uint64_t i = 0; i < n; i++)
		BENCH_TRY(b, pipe2(&fds[2 * i], O_CLOEXEC));
}

static void close_channels(struct bench *b, uint64_t n)
{
	const int *fds = b->mem;

	for (uint64_t i = 0; i < 2 * n; i++)
		close(fds[i]);
}

const struct bench_row bench_channel_create = {
	.about = { .name = "channel_create", .unit = "ns", .what = "pipe2(): a new pipe" },
	.setup = setup_channels,
	.op = make_channels,
	.one_cpu = true,
	.clean = close_channels,
	.max_batch = CHANNELS,
};

const struct bench_row bench_channel_destroy = {
	.about = { .name = "channel_destroy",
	           .unit = "ns",
	           .what = "close() of both ends of a pipe",
	           .seed = "channel_destroy, channel teardown" },
	.setup = setup_channels,
	.prepare = make_channels,
	.op = close_channels,
	.one_cpu = true,
	.max_batch = CHANNELS,
};

static void on_signal(int sig UNUSED)
{
}

static int setup_signal(struct bench *b UNUSED, struct err *err)
{
	const struct sigaction a = { .sa_handler = on_signal };

	return sigaction(SIGUSR1, &a, NULL) < 0 ? err_sys(err, errno, "sigaction") : 0;
}

static void op_signal(struct bench *b, uint64_t n)
{
	pid_t self = getpid();

	for (uint64_t i = 0; i < n; i++)
		BENCH_TRY(b, kill(self, SIGUSR1));
}

const struct bench_row bench_signal = {
	.about = { .name = "signal",
	           .unit = "ns",
	           .what = "kill() of oneself, the handler runs and returns" },
	.setup = setup_signal,
	.op = op_signal,
	.one_cpu = true,
};
