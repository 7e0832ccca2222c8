/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/machine.h"

#include <errno.h>
#include <linux/random.h>
#include <stdio.h>
#include <net/if.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/agent/archive.h"

int machine_mount(struct err *err)
{
	static const struct {
		const char *type, *at;
		bool optional;
	} mounts[] = {
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
		{ "devtmpfs", "/dev" },
		{ "cgroup2", "/sys/fs/cgroup" },
		{ "bpf", "/sys/fs/bpf", true },
		{ "debugfs", "/sys/kernel/debug", true },
		{ "tracefs", "/sys/kernel/tracing", true },
		{ "securityfs", "/sys/kernel/security", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		mkdir(mounts[i].at, 0755);
		if (mount(mounts[i].type, mounts[i].at, mounts[i].type, 0, NULL) < 0 &&
		    errno != EBUSY && !mounts[i].optional)
			return err_sys(err, errno, "mount %s", mounts[i].at);
	}
	return 0;
}

static void loopback_up(struct agent *a)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq req = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &req) < 0)
		agent_log(a, "no loopback: %m");
}

void machine_furnish(struct agent *a)
{
	static const char *const links[][2] = {
		{ "/proc/self/fd", "/dev/fd" },
		{ "/proc/self/fd/0", "/dev/stdin" },
		{ "/proc/self/fd/1", "/dev/stdout" },
		{ "/proc/self/fd/2", "/dev/stderr" },
	};

	if (fs_exists(a->root_fd, "dev/pts"))
		return; /* done already */
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		if (symlink(links[i][0], links[i][1]) < 0 && errno != EEXIST)
			agent_log(a, "%s: %m", links[i][1]);
	mkdir("/tmp", 01777);
	mkdir("/dev/shm", 01777);
	if (mount("tmpfs", "/dev/shm", "tmpfs", 0, "mode=1777") < 0)
		agent_log(a, "/dev/shm: %m");
	mkdir("/dev/pts", 0755);
	if (mount("devpts", "/dev/pts", "devpts", 0, "mode=620,ptmxmode=666") < 0)
		agent_log(a, "/dev/pts: %m");
	loopback_up(a);
}

/* The ivshmem device's folder in sysfs; NULL with err set. The caller frees. */
static char *find_ivshmem(int root_fd, struct err *err)
{
	static const char dir[] = "sys/bus/pci/devices";
	_cleanup_strv_ struct strv names = STRV_INIT;

	if (fs_list(root_fd, dir, &names, err) < 0)
		return NULL;
	strv_each (&names, i) {
		_cleanup_free_ char *path = xasprintf("%s/%s", dir, names.v[i]);
		_cleanup_free_ char *vendor_at = fs_join(path, "vendor");
		_cleanup_free_ char *device_at = fs_join(path, "device");
		_cleanup_free_ char *vendor = fs_read_line(root_fd, vendor_at);
		_cleanup_free_ char *device = fs_read_line(root_fd, device_at);

		if (vendor && device && streq(vendor, "0x1af4") && streq(device, "0x1110"))
			return steal_ptr(&path);
	}
	err_set(err, ERR_NOT_FOUND, "no ivshmem device");
	return NULL;
}

int machine_map_ring(struct agent *a, struct err *err)
{
	_cleanup_free_ char *dir = find_ivshmem(a->root_fd, err);
	struct stat st;

	if (!dir)
		return err_wrap(err, "ring");
	_cleanup_free_ char *enable = fs_join(dir, "enable"), *res = fs_join(dir, "resource2");
	int ret = fs_write(a->root_fd, enable, "1", err);
	if (ret < 0)
		return err_wrap(err, "ring");
	_cleanup_close_ int fd = openat(a->root_fd, res, O_RDWR | O_SYNC | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, errno, "ring: %s", res);
	if ((uint64_t)st.st_size <= RING_BYTES)
		return err_set(err, ERR_FORMAT, "ring: a region of %lld bytes",
		               (long long)st.st_size);
	void *p = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return err_sys(err, errno, "ring: map %s", res);
	a->region_bytes = (size_t)st.st_size;
	/* A fork would copy the page tables of the whole region, 2 of its 2.5 million instructions. */
	madvise(p, a->region_bytes, MADV_DONTFORK);
	ring_writer_init(&a->ring, p, RING_BYTES);
	a->has_ring = true;
	return 0;
}

static int take_job(struct agent *a, const struct archive_file *f, struct err *err)
{
	if (f->n > JOB_MAX)
		return err_set(err, ERR_LIMIT, "job: %zu bytes", f->n);
	if (json_decode(&job_table, (const char *)f->data, f->n, &a->job, err) < 0)
		return err_wrap(err, "job");
	if (a->job.version != WIRE_VERSION)
		return err_set(err, ERR_FORMAT, "job: version %u, this agent speaks %u",
		               a->job.version, WIRE_VERSION);
	return 0;
}

/* Adds to the kernel's pool of random numbers, and has its generator seeded from it at once. */
static int stir(const uint8_t *random, size_t n, struct err *err)
{
	_cleanup_close_ int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);
	struct rand_pool_info *pool = xcalloc(1, sizeof(*pool) + n);
	int failed;

	pool->entropy_count = (int)n * 8;
	pool->buf_size = (int)n;
	memcpy(pool->buf, random, n);
	failed = fd < 0 || ioctl(fd, RNDADDENTROPY, pool) < 0 || ioctl(fd, RNDRESEEDCRNG) < 0;
	free(pool);
	return failed ? err_sys(err, errno, "/dev/urandom") : 0;
}

static int take_now(struct agent *a UNUSED, const struct archive_file *f, struct err *err)
{
	struct job_now now;

	if (f->n != sizeof(now))
		return err_set(err, ERR_FORMAT, "%s: %zu bytes", NOW_FILE, f->n);
	memcpy(&now, f->data, sizeof(now));
	const struct timespec t = { .tv_sec = (time_t)(now.realtime_ns / NS_PER_SEC),
		                    .tv_nsec = (long)(now.realtime_ns % NS_PER_SEC) };
	if (clock_settime(CLOCK_REALTIME, &t) < 0)
		return err_sys(err, errno, "setting the clock");
	return stir(now.random, sizeof(now.random), err);
}

static int take_file(struct agent *a, const struct archive_file *f, struct err *err)
{
	static const struct {
		const char *path;
		int (*take)(struct agent *a, const struct archive_file *f, struct err *err);
	} known[] = { { JOB_FILE, take_job }, { NOW_FILE, take_now } };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (streq(f->path, known[i].path))
			return known[i].take(a, f, err);
	return archive_unpack(a->root_fd, f, err);
}

int machine_read_input(struct agent *a, struct err *err)
{
	struct archive_reader r = { .data = a->ring.base + RING_BYTES,
		                    .n = a->region_bytes - RING_BYTES };
	struct archive_file f;
	bool has_job = false;
	int ret;

	json_done(&job_table, &a->job);
	while ((ret = archive_next(&r, &f, err)) > 0) {
		ret = take_file(a, &f, err);
		if (ret < 0)
			break;
		has_job |= streq(f.path, JOB_FILE);
	}
	if (ret < 0)
		return err_wrap(err, "input");
	return has_job ? 0 : err_set(err, ERR_NOT_FOUND, "input: no job");
}

/* QEMU's panic device: a write stops the machine, so that the host can save it. */
#define PVPANIC_PORT     0x505
#define PVPANIC_PANICKED 1

void machine_be_saved(void)
{
	if (ioperm(PVPANIC_PORT, 1, 1) < 0)
		return;
	outb(PVPANIC_PANICKED, PVPANIC_PORT);
	ioperm(PVPANIC_PORT, 1, 0);
}

/* The interval timer (8254), channel 0, as a rate generator. The kernel has masked its interrupt
 * before the agent starts; only QEMU's timer deadline matters, because it ends a vCPU's turn. The
 * timer is part of the guest's state, so it is saved and restored with the guest. */
#define PIT_HZ         1193182ull
#define PIT_DATA       0x40
#define PIT_COMMAND    0x43
#define PIT_RATE_CHAN0 0x34 /* both bytes, mode 2 */

void machine_set_quantum(struct agent *a, uint64_t ns)
{
	uint64_t count = ns * PIT_HZ / NS_PER_SEC;

	if (count < 2 || count > UINT16_MAX || ioperm(PIT_DATA, 4, 1) < 0) {
		agent_log(a, "quantum of %llu ns not set", (unsigned long long)ns);
		return;
	}
	outb(PIT_RATE_CHAN0, PIT_COMMAND);
	outb(count & 0xff, PIT_DATA);
	outb(count >> 8, PIT_DATA);
	ioperm(PIT_DATA, 4, 0);
}
