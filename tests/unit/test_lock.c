/* SPDX-License-Identifier: GPL-2.0-only */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "sidecar/lock.h"
#include "tests/unit/test.h"

static const char locks[] = "1: POSIX  ADVISORY  WRITE 11 08:01:77 0 EOF\n"
			    "2: FLOCK  ADVISORY  WRITE 12 08:01:77 0 EOF\n"
			    "2: -> FLOCK  ADVISORY  WRITE 13 08:01:77 0 EOF\n"
			    "3: OFDLCK ADVISORY  READ  -1 08:01:77 0 EOF\n"
			    "4: FLOCK  ADVISORY  READ  14 fd:1a:77 0 EOF\n"
			    "5: FLOCK  ADVISORY  READ  15 08:01:778 0 EOF\n"
			    "6: FLOCK  ADVISORY  READ  12 08:01:77 0 EOF\n"
			    "7: FLOCK  ADVISORY  READ  16 08:01:77 0 EOF\n"
			    "8: FLOCK  ADVISORY  READ  0 08:01:77 0 EOF\n"
			    "9: FLOCK\n"
			    "garbage\n";

TEST(lock_holders_of_one_inode)
{
	struct lock_pids p = { 0 };

	lock_parse_holders(locks, 8, 1, 77, &p);
	ck_assert_uint_eq(p.n, 2);
	ck_assert_int_eq(p.v[0], 12);
	ck_assert_int_eq(p.v[1], 16);
	free(p.v);
}

TEST(lock_holders_device_is_hexadecimal)
{
	struct lock_pids p = { 0 };

	lock_parse_holders(locks, 0xfd, 0x1a, 77, &p);
	ck_assert_uint_eq(p.n, 1);
	free(p.v);
	p = (struct lock_pids){ 0 };
	lock_parse_holders("", 8, 1, 77, &p);
	ck_assert_uint_eq(p.n, 0);
}

static int open_lock(const char *dir)
{
	_cleanup_free_ char *path = fs_join(dir, "x.lock");
	struct err err = ERR_INIT;
	int fd = lock_open(AT_FDCWD, path, &err);

	ck_assert_msg(fd >= 0, "%s", err.msg);
	return fd;
}

/* Starts a process that holds the lock until it is killed; returns when it has the lock. */
static pid_t hold(const char *dir)
{
	int ready[2];
	pid_t pid;
	char c;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		int fd = open_lock(dir);

		if (flock(fd, LOCK_EX) < 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

TEST(lock_busy_names_the_holder)
{
	_cleanup_free_ char *dir = test_tmpdir();
	pid_t pid = hold(dir);
	_cleanup_close_ int fd = open_lock(dir);
	_cleanup_free_ char *who = xasprintf("pid %d (", pid);
	uint64_t start = clock_mono_ns();
	struct err err = ERR_INIT;

	ASSERT_ERR(lock_take(fd, LOCK_EX, deadline_in(50 * NS_PER_MS), "the thing", &err), ERR_BUSY,
	           "the thing is locked by");
	ck_assert_msg(strstr(err.msg, who), "%s", err.msg);
	ck_assert_msg(strstr(err.msg, "unit"), "no command line: %s", err.msg);
	ck_assert_uint_ge(clock_mono_ns() - start, 50 * NS_PER_MS);
	ASSERT_ERR(lock_take(fd, LOCK_SH, 0, "x", &err), ERR_BUSY, NULL);
	end(pid);
	ASSERT_OK(lock_take(fd, LOCK_EX, deadline_in(5 * NS_PER_SEC), "x", &err));
}

TEST(lock_is_released_by_closing_and_excludes_within_a_process)
{
	_cleanup_free_ char *dir = test_tmpdir();
	int one = open_lock(dir), two = open_lock(dir);
	struct err err = ERR_INIT;

	ASSERT_OK(lock_take(one, LOCK_EX, 0, "x", &err));
	ASSERT_ERR(lock_take(two, LOCK_EX, 0, "x", &err), ERR_BUSY, NULL);
	close(one);
	ASSERT_OK(lock_take(two, LOCK_EX, 0, "x", &err));
	close(two);
}

TEST(lock_shared_by_several)
{
	_cleanup_free_ char *dir = test_tmpdir();
	_cleanup_close_ int one = open_lock(dir), two = open_lock(dir), three = open_lock(dir);
	struct err err = ERR_INIT;

	ASSERT_OK(lock_take(one, LOCK_SH, 0, "x", &err));
	ASSERT_OK(lock_take(two, LOCK_SH, 0, "x", &err));
	ASSERT_ERR(lock_take(three, LOCK_EX, 0, "x", &err), ERR_BUSY, NULL);
}

TEST(lock_is_not_inherited_by_programs)
{
	_cleanup_free_ char *dir = test_tmpdir();
	_cleanup_close_ int fd = open_lock(dir);

	ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(lock_open_does_not_follow_a_link)
{
	_cleanup_free_ char *dir = test_tmpdir();
	_cleanup_free_ char *link = fs_join(dir, "l");
	struct err err = ERR_INIT;

	ck_assert_int_eq(symlink("/tmp/elsewhere", link), 0);
	ASSERT_ERR(lock_open(AT_FDCWD, link, &err), ERR_SYSTEM, NULL);
}
