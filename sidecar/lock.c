/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/sysmacros.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "sidecar/lock.h"
#include "sidecar/mount.h"

#define PROC_LOCKS_MAX (16u << 20)
#define COMMAND_MAX    100
#define POLL_FIRST_NS  (100 * NS_PER_US)
#define POLL_LAST_NS   (50 * NS_PER_MS)

int lock_open(int dirfd, const char *path, struct err *err)
{
	int fd = openat(dirfd, path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);

	return fd < 0 ? err_sys(err, errno, "%s", path) : fd;
}

/* "1: FLOCK  ADVISORY  WRITE 712 08:01:1234 0 EOF". A waiter has "->" after the first number. */
static bool parse_line(const char *line, uint32_t major, uint32_t minor, uint64_t inode, pid_t *pid)
{
	uint32_t line_major, line_minor;
	uint64_t line_inode;
	int got;

	got = sscanf(line, "%*u: FLOCK %*s %*s %d %" SCNx32 ":%" SCNx32 ":%" SCNu64, pid,
	             &line_major, &line_minor, &line_inode);
	return got == 4 && *pid > 0 && line_major == major && line_minor == minor &&
	       line_inode == inode;
}

void lock_parse_holders(const char *proc_locks, uint32_t major, uint32_t minor, uint64_t inode,
                        struct lock_pids *out)
{
	_cleanup_strv_ struct strv lines = STRV_INIT;

	strv_split(&lines, proc_locks, "\n");
	strv_each (&lines, i) {
		bool known = false;
		pid_t pid;

		if (!parse_line(lines.v[i], major, minor, inode, &pid))
			continue;
		for (size_t k = 0; k < out->n; k++)
			known |= out->v[k] == pid;
		if (!known)
			*xgrow(out->v, out->n) = pid;
	}
}

static void add_command(struct strbuf *out, pid_t pid)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/cmdline", pid);
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	if (fs_read(AT_FDCWD, path, 1 << 20, &text, &ignored) < 0 || !text.n)
		return;
	for (size_t i = 0; i < text.n; i++)
		if (text.s[i] == '\0')
			text.s[i] = ' ';
	strbuf_rtrim(&text);
	strbuf_adds(out, " (");
	strbuf_add_printable(out, text.s, text.n < COMMAND_MAX ? text.n : COMMAND_MAX, false);
	strbuf_adds(out, text.n > COMMAND_MAX ? "…)" : ")");
}

void lock_describe_holders(int fd, struct strbuf *out)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	CLEANUP(mount_done) struct mount m = { 0 };
	struct lock_pids pids = { 0 };
	struct err ignored = ERR_INIT;
	struct stat st;

	if (fstat(fd, &st) < 0 ||
	    fs_read(AT_FDCWD, "/proc/locks", PROC_LOCKS_MAX, &text, &ignored) < 0)
		return;
	if (mount_of_fd(fd, &m, &ignored) == 0)
		lock_parse_holders(strbuf_cstr(&text), m.major, m.minor, st.st_ino, &pids);
	if (!pids.n)
		lock_parse_holders(strbuf_cstr(&text), major(st.st_dev), minor(st.st_dev),
		                   st.st_ino, &pids);
	for (size_t i = 0; i < pids.n; i++) {
		strbuf_addf(out, "%spid %d", i ? ", " : "", pids.v[i]);
		add_command(out, pids.v[i]);
	}
	free(pids.v);
}

static int busy(int fd, const char *what, struct err *err)
{
	_cleanup_strbuf_ struct strbuf who = STRBUF_INIT;

	lock_describe_holders(fd, &who);
	return err_set(err, ERR_BUSY, "%s is locked by %s", what,
	               who.n ? strbuf_cstr(&who) : "a process that /proc/locks does not show");
}

/* flock(2) has no timeout, so a busy lock is tried again after growing pauses. */
int lock_take(int fd, int mode, uint64_t deadline, const char *what, struct err *err)
{
	uint64_t pause = POLL_FIRST_NS;

	while (flock(fd, mode | LOCK_NB) < 0) {
		struct timespec ts = { .tv_nsec = (long)pause };

		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
			return err_sys(err, errno, "locking %s", what);
		if (clock_mono_ns() >= deadline)
			return busy(fd, what, err);
		nanosleep(&ts, NULL);
		pause = pause * 2 < POLL_LAST_NS ? pause * 2 : POLL_LAST_NS;
	}
	return 0;
}
