/* SPDX-License-Identifier: GPL-2.0-only */
/* The run directory under kill -9, a full disk, many writers, and competing processes. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "sidecar/claim.h"
#include "sidecar/lock.h"
#include "sidecar/rundir.h"
#include "tests/fault/killer.h"
#include "tests/unit/run_tree.h"
#include "tests/unit/sidecar_sample.h"
#include "tests/unit/test.h"

#define RUN       "target/ktstr/6.17-unknown"
#define STOPS_MAX 2000

struct store_world {
	const char *run_id, *override;
	bool keep, before; /* keep: keep old results; before: this run has a "new" already */
	struct rundir *rd;
	struct sidecar s;
};

/* Enters a mount namespace of our own (and a user namespace, if we are not root). */
static bool own_mounts(void)
{
	_cleanup_free_ char *map = xasprintf("0 %u 1", geteuid());
	struct err ignored = ERR_INIT;

	if (geteuid() == 0)
		return unshare(CLONE_NEWNS) == 0;
	return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
	       fs_write(AT_FDCWD, "/proc/self/uid_map", map, &ignored) == 0;
}

/* Mounts a tmpfs on `dir`; it disappears with this process. False where that is not allowed. */
static bool mount_tmpfs(const char *dir, const char *options)
{
	if (!own_mounts())
		return false;
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", dir, "tmpfs", 0, options) == 0;
}

/* Enters an empty directory outside any repository; in memory (tmpfs) where possible. */
static void enter_empty(void)
{
	_cleanup_free_ char *dir = test_tmpdir();

	tree_clean_env();
	mount_tmpfs(dir, NULL);
	ck_assert_int_eq(chdir(dir), 0);
}

static int try_open(const char *run_id, bool keep, struct rundir **rd, struct err *err)
{
	const struct rundir_opts o = { .kernel_version = "6.17", .run_id = run_id, .keep = keep };

	return rundir_open(&o, rd, err);
}

static void write_one(const char *run_id, const char *test, uint32_t repeat)
{
	struct rundir *rd = NULL;
	struct err err = ERR_INIT;
	struct sidecar s;

	sample_sidecar(&s, test, repeat);
	ASSERT_OK(try_open(run_id, false, &rd, &err));
	ASSERT_OK(rundir_write_artefact(rd, &s, "console.txt", "boot", 4, NULL, &err));
	ASSERT_OK(rundir_write(rd, &s, NULL, &err));
	rundir_close(&rd);
	json_done(&sidecar_table, &s);
}

/* Checks that every sidecar in dir is whole, and counts those of this test. */
static size_t count_whole(const char *dir, const char *test)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err err = ERR_INIT;
	size_t n = 0;

	if (fs_list(AT_FDCWD, dir, &names, &err) < 0)
		return 0;
	strv_each (&names, i) {
		_cleanup_free_ char *path = fs_join(dir, names.v[i]);
		_cleanup_strv_ struct strv defects = STRV_INIT;
		struct sidecar s;

		if (!sidecar_is_file_name(names.v[i]))
			continue;
		json_init(&sidecar_table, &s);
		ASSERT_OK(sidecar_read(AT_FDCWD, path, &s, &err));
		ck_assert_uint_eq(sidecar_check(&s, &defects), 0);
		n += streq(s.test_name, test);
		json_done(&sidecar_table, &s);
	}
	return n;
}

static void no_temporaries(const char *dir)
{
	_cleanup_free_ char *names = tree_list(dir);

	ck_assert_msg(!strstr(names, ".tmp"), "%s: %s", dir, names);
}

/* --- a writer is killed ---------------------------------------------------------------------- */

/* Sets up below `base`, which belongs to this test alone. */
static void store_world_set_up(const struct store_world *w, const char *base)
{
	struct err err = ERR_INIT;

	ck_assert_int_eq(chdir(base), 0);
	ASSERT_OK(fs_remove_tree(AT_FDCWD, "world", &err));
	ck_assert_int_eq(mkdir("world", 0755), 0);
	ck_assert_int_eq(chdir("world"), 0);
	if (w->override)
		setenv("KTSTR_SIDECAR_DIR", w->override, 1);
	write_one("earlier", "old", 0);
	write_one("earlier", "old", 1);
	if (w->before)
		write_one(w->run_id, "new", 0);
}

static void victim_opens(void *arg)
{
	struct store_world *w = arg;
	struct err err = ERR_INIT;

	if (try_open(w->run_id, w->keep, &w->rd, &err) < 0)
		_exit(1);
	sample_sidecar(&w->s, "new", 0);
}

static void victim_writes(void *arg)
{
	struct store_world *w = arg;
	struct err err = ERR_INIT;

	if (rundir_write(w->rd, &w->s, NULL, &err) < 0)
		_exit(1);
}

static size_t old_files(void)
{
	return count_whole(RUN, "old") +
	       count_whole("target/ktstr/.history/6.17-unknown@earlier", "old") +
	       count_whole("target/ktstr/.history/6.17-unknown@earlier.1", "old");
}

static void after_a_kill(const struct store_world *w, bool killed)
{
	const char *dir = w->override ? w->override : RUN;
	size_t new = count_whole(dir, "new");

	if (w->before || !killed)
		ck_assert_uint_eq(new, 1);
	if (w->override)
		ck_assert_uint_eq(count_whole(dir, "old"), 2);
	if (w->keep)
		ck_assert_uint_eq(old_files(), 2);
	/* The next process of the invocation is not hindered, and leaves everything as if nobody
	 * had been killed. */
	write_one(w->run_id, "new", 0);
	write_one(w->run_id, "newer", 0);
	ck_assert_uint_eq(count_whole(dir, "new"), 1);
	ck_assert_uint_eq(count_whole(dir, "newer"), 1);
	if (w->override)
		return;
	ck_assert_uint_eq(count_whole(dir, "old"), 0);
	no_temporaries(dir);
	no_temporaries("target/ktstr/.locks");
}

/* Kills the child at each stop in turn. In the last round it gets through. */
static void kill_everywhere(struct store_world w, void (*prepare)(void *), void (*body)(void *),
                            void (*check)(const struct store_world *, bool))
{
	_cleanup_free_ char *base = test_tmpdir();
	enum killed how = KILLED;
	unsigned int n;

	tree_clean_env();
	mount_tmpfs(base, NULL);
	for (n = 0; how == KILLED && n < STOPS_MAX; n++) {
		store_world_set_up(&w, base);
		how = kill_at(n, prepare, body, &w);
		if (how == NO_PTRACE)
			TEST_SKIP("ptrace is not allowed here");
		check(&w, how == KILLED);
	}
	ck_assert_int_eq(how, WAS_DONE);
	ck_assert_uint_gt(n, 8); /* a write takes more calls, so it was traced */
}

TEST(fault_kill_during_the_first_write)
{
	kill_everywhere((struct store_world){ .run_id = "ours" }, victim_opens, victim_writes,
	                after_a_kill);
}

TEST(fault_kill_while_history_is_kept)
{
	kill_everywhere((struct store_world){ .run_id = "ours", .keep = true }, victim_opens,
	                victim_writes, after_a_kill);
}

TEST(fault_kill_while_a_sidecar_is_replaced)
{
	kill_everywhere((struct store_world){ .run_id = "ours", .before = true }, victim_opens,
	                victim_writes, after_a_kill);
}

TEST(fault_kill_in_a_named_directory)
{
	kill_everywhere((struct store_world){ .run_id = "ours", .override = "mine" }, victim_opens,
	                victim_writes, after_a_kill);
}

static int locks_fd;

static void victim_locks(void *arg)
{
	struct err err = ERR_INIT;
	int lock;

	(void)arg;
	locks_fd = open("target/ktstr/.locks", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	lock = lock_open(locks_fd, "6.17-unknown.lock", &err);
	if (lock < 0 || lock_take(lock, LOCK_EX, 0, "it", &err) < 0)
		_exit(1);
}

static void victim_claims(void *arg)
{
	const struct store_world *w = arg;
	struct claim c = CLAIM_INIT;
	struct err err = ERR_INIT;

	if (claim_take(locks_fd, "6.17-unknown", w->run_id, &c, &err) < 0)
		_exit(1);
}

/* Whatever a killed process left of its claim, others can claim, and nothing was cleared. */
static void after_a_killed_claim(const struct store_world *w, bool killed)
{
	(void)w;
	(void)killed;
	ck_assert_uint_eq(count_whole(RUN, "old"), 2);
	write_one("rival", "new", 0);
	ck_assert_uint_eq(count_whole(RUN, "old"), 0);
	ck_assert_uint_eq(count_whole(RUN, "new"), 1);
	no_temporaries("target/ktstr/.locks");
}

TEST(fault_kill_while_claiming)
{
	kill_everywhere((struct store_world){ .run_id = "ours" }, victim_locks, victim_claims,
	                after_a_killed_claim);
}

/* --- many at once ---------------------------------------------------------------------------- */

#define WRITERS 64
#define EACH    3

/* Forks n children that start together when all are ready, and returns their exit statuses. */
static void crowd(size_t n, int (*run)(size_t i), int *status)
{
	pid_t pids[WRITERS];
	int gate[2];

	ck_assert_uint_le(n, WRITERS);
	ck_assert_int_eq(pipe(gate), 0);
	for (size_t i = 0; i < n; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			char c;

			close(gate[1]);
			_exit(read(gate[0], &c, 1) == 0 ? run(i) : 9);
		}
	}
	close(gate[0]);
	close(gate[1]);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(waitpid(pids[i], &status[i], 0), pids[i]);
}

static int write_some(size_t i)
{
	struct rundir *rd = NULL;
	struct err err = ERR_INIT;

	if (try_open("ours", false, &rd, &err) < 0)
		return 1;
	for (uint32_t k = 0; k < EACH; k++) {
		_cleanup_free_ char *test = xasprintf("w%zu", i);
		struct sidecar s;

		sample_sidecar(&s, test, k);
		if (rundir_write(rd, &s, NULL, &err) < 0)
			return 2;
		json_done(&sidecar_table, &s);
	}
	rundir_close(&rd);
	return 0;
}

TEST(fault_many_writers_of_one_invocation_lose_nothing)
{
	int status[WRITERS];

	enter_empty();
	write_one("earlier", "old", 0);
	crowd(WRITERS, write_some, status);
	for (size_t i = 0; i < WRITERS; i++) {
		_cleanup_free_ char *test = xasprintf("w%zu", i);

		ck_assert_int_eq(status[i], 0);
		ck_assert_uint_eq(count_whole(RUN, test), EACH);
	}
	ck_assert_uint_eq(count_whole(RUN, "old"), 0);
	no_temporaries(RUN);
}

#define RIVALS 16
static int tried[2], leave[2];

/* A child that gets the claim holds it until all have tried. */
static int claim_and_hold(size_t i)
{
	_cleanup_free_ char *id = xasprintf("rival%zu", i);
	struct rundir *rd = NULL;
	struct err err = ERR_INIT;
	int rc = try_open(id, false, &rd, &err);
	char c;

	if (write(tried[1], "x", 1) != 1)
		return 9;
	if (rc == -ERR_BUSY)
		return strstr(err.msg, "another invocation, rival") ? 1 : 8;
	if (rc < 0 || read(leave[0], &c, 1) != 1)
		return 7;
	rundir_close(&rd);
	return 0;
}

static int let_them_leave(void)
{
	char c;

	for (int k = 0; k < RIVALS; k++)
		if (read(tried[0], &c, 1) != 1)
			return 1;
	for (int k = 0; k < RIVALS; k++)
		if (write(leave[1], "x", 1) != 1)
			return 1;
	return 0;
}

static int rival_or_warden(size_t i)
{
	return i < RIVALS ? claim_and_hold(i) : let_them_leave();
}

TEST(fault_of_rival_invocations_one_gets_in)
{
	int status[RIVALS + 1];
	size_t in = 0;

	enter_empty();
	ck_assert_int_eq(pipe(tried) | pipe(leave), 0);
	crowd(RIVALS + 1, rival_or_warden, status);
	for (size_t i = 0; i < RIVALS; i++) {
		ck_assert_msg(WIFEXITED(status[i]) && WEXITSTATUS(status[i]) <= 1, "%zu: %x", i,
		              status[i]);
		in += WEXITSTATUS(status[i]) == 0;
	}
	ck_assert_int_eq(status[RIVALS], 0);
	ck_assert_uint_eq(in, 1);
}

/* The second process is refused at first, and gets the claim when the first has left. It has seen
 * the claim busy before it waits. */
static int refused_then_waits(void)
{
	const struct rundir_opts wait = { .kernel_version = "6.17",
		                          .run_id = "second",
		                          .wait_ns = 60 * NS_PER_SEC };
	struct rundir *rd = NULL;
	struct err err = ERR_INIT;
	char c;

	if (read(leave[0], &c, 1) != 1 || try_open("second", false, &rd, &err) != -ERR_BUSY)
		return 1;
	if (write(tried[1], "x", 1) != 1)
		return 2;
	if (rundir_open(&wait, &rd, &err) < 0)
		return 3;
	rundir_close(&rd);
	return 0;
}

TEST(fault_a_waiting_invocation_gets_in_when_the_first_has_left)
{
	struct rundir *rd = NULL;
	struct err err = ERR_INIT;
	int status;
	pid_t pid;
	char c;

	enter_empty();
	ck_assert_int_eq(pipe(tried) | pipe(leave), 0);
	pid = fork();
	if (pid == 0)
		_exit(refused_then_waits());
	ASSERT_OK(try_open("first", false, &rd, &err));
	ck_assert_int_eq(write(leave[1], "x", 1), 1);
	ck_assert_int_eq(read(tried[0], &c, 1), 1);
	rundir_close(&rd);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%x", status);
}

/* --- a full disk ------------------------------------------------------------------------------ */

static bool own_target(void)
{
	return mkdir("target", 0755) == 0 && mount_tmpfs("target", "size=256k");
}

static void fill_disk(void)
{
	FILE *f = fopen("target/filler", "w");
	char page[4096] = { 'x' };

	ck_assert_ptr_nonnull(f);
	setvbuf(f, NULL, _IONBF, 0);
	while (fwrite(page, sizeof(page), 1, f) == 1)
		;
	ck_assert_int_eq(errno, ENOSPC);
	fclose(f);
}

TEST(fault_full_disk_refuses_before_anything_runs)
{
	struct rundir *rd = NULL;
	struct err err = ERR_INIT;

	enter_empty();
	if (!own_target())
		TEST_SKIP("mounting a tmpfs is not allowed here");
	write_one("earlier", "old", 0);
	fill_disk();
	ASSERT_ERR(try_open("ours", false, &rd, &err), ERR_SYSTEM, "No space left on device");
	ck_assert_uint_eq(count_whole(RUN, "old"), 1);
	no_temporaries("target/ktstr/.locks");
	ck_assert_int_eq(unlink("target/filler"), 0);
	write_one("ours", "new", 0);
	ck_assert_uint_eq(count_whole(RUN, "old"), 0);
}

TEST(fault_disk_that_fills_up_costs_no_result)
{
	struct rundir *rd = NULL;
	struct err err = ERR_INIT;
	struct sidecar s;

	enter_empty();
	if (!own_target())
		TEST_SKIP("mounting a tmpfs is not allowed here");
	write_one("earlier", "old", 0);
	ASSERT_OK(try_open("ours", false, &rd, &err));
	sample_sidecar(&s, "new", 0);
	fill_disk();
	ASSERT_ERR(rundir_write(rd, &s, NULL, &err), ERR_SYSTEM, "No space left on device");
	ck_assert_msg(starts_with(err.msg, "writing " RUN "/new-"), "%s", err.msg);
	ck_assert_uint_eq(count_whole(RUN, "old"), 1); /* a failed write clears nothing */
	no_temporaries(RUN);
	ck_assert_int_eq(unlink("target/filler"), 0);
	ASSERT_OK(rundir_write(rd, &s, NULL, &err));
	ck_assert_uint_eq(count_whole(RUN, "old"), 0);
	fill_disk();
	s.outcome = OUTCOME_FAIL; /* the same test again: the existing file stays whole */
	s.cause = xstrdup("spread over the limit");
	ASSERT_ERR(rundir_write(rd, &s, NULL, &err), ERR_SYSTEM, "No space left on device");
	ck_assert_uint_eq(count_whole(RUN, "new"), 1);
	no_temporaries(RUN);
	rundir_close(&rd);
	json_done(&sidecar_table, &s);
}
