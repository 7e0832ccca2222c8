/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/fs.h"
#include "base/mem.h"

#define SH(script_)                                                                                \
	(char *[])                                                                                 \
	{                                                                                          \
		(char *)"sh", (char *)"-c", (char *)(script_), NULL                                \
	}
#define LONG_NS (30 * NS_PER_SEC)

/* Runs a shell script and returns its stdout. */
static char *sh(const char *script, const struct child_opts *more)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct child_run r = { .out = &out, .max_bytes = 1 << 20 };
	struct err err = ERR_INIT;

	if (more)
		r.start = *more;
	r.start.argv = SH(script);
	r.deadline = deadline_in(LONG_NS);
	ASSERT_OK(child_run(&r, &err));
	return strbuf_steal(&out);
}

static void check_sh(const char *script, const struct child_opts *more, const char *want)
{
	char *got = sh(script, more);

	ck_assert_str_eq(got, want);
	free(got);
}

/* A descriptor that becomes readable (end of file) when all holders of the write end have ended. */
static bool gone_in_time(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 30000) == 1;
}

static bool is_dead(pid_t pid)
{
	return kill(pid, 0) < 0 && errno == ESRCH;
}

TEST(status_of_an_exit)
{
	_cleanup_child_ struct child c = CHILD_INIT;
	_cleanup_free_ char *text = NULL;
	struct err err = ERR_INIT;

	ASSERT_OK(child_start(&(struct child_opts){ .argv = SH("exit 3") }, &c, &err));
	ASSERT_OK(child_wait(&c, deadline_in(LONG_NS), &err));
	ck_assert(c.ended);
	text = child_describe(&c);
	ck_assert_str_eq(text, "exit status 3");
	ck_assert(is_dead(c.pid)); /* reaped */
	ASSERT_OK(child_wait(&c, 0, &err));
	child_signal(&c, SIGKILL, true); /* no effect, no error */
}

TEST(status_of_a_signal)
{
	_cleanup_child_ struct child c = CHILD_INIT;
	_cleanup_free_ char *text = NULL;
	struct err err = ERR_INIT;

	ASSERT_OK(child_start(&(struct child_opts){ .argv = SH("kill -9 $$") }, &c, &err));
	ASSERT_OK(child_wait(&c, deadline_in(LONG_NS), &err));
	text = child_describe(&c);
	ck_assert_str_eq(text, "killed by signal 9 (Killed)");
}

static char *const no_such[] = { (char *)"ktstr-no-such-program", NULL };
static char *const no_such_path[] = { (char *)"/nonexistent/program", NULL };
static char *const a_directory[] = { (char *)"/tmp", NULL };
static char *const not_executable[] = { (char *)"/etc/passwd", NULL };
static char *const not_a_dir[] = { (char *)"/etc/passwd/x", NULL };
static const struct {
	const char *label;
	char *const *argv;
} bad_programs[] = {
	{ "not on PATH", no_such },     { "no such path", no_such_path },
	{ "a directory", a_directory }, { "not executable", not_executable },
	{ "below a file", not_a_dir },
};
TEST_ROWS(exec_failure_is_reported, bad_programs)
{
	struct child c = CHILD_INIT;
	struct err err = ERR_INIT;

	ASSERT_ERR(child_start(&(struct child_opts){ .argv = row->argv }, &c, &err), ERR_NOT_FOUND,
	           row->argv[0]);
	ck_assert_int_eq(c.pid, 0);
	ck_assert_int_eq(c.pidfd, -1);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* nothing left to reap */
	ck_assert_int_eq(errno, ECHILD);
}

TEST(a_format_exec_does_not_know_is_reported)
{
	_cleanup_free_ char *dir = test_tmpdir(), *path = fs_join(dir, "garbage");
	struct child c = CHILD_INIT;
	struct err err = ERR_INIT;

	ASSERT_OK(fs_write_atomic(AT_FDCWD, path, "\1\2\3\4", 4, 0755, &err));
	ASSERT_ERR(child_start(&(struct child_opts){ .argv = (char *[]){ path, NULL } }, &c, &err),
	           ERR_SYSTEM, "Exec format error");
}

TEST(missing_directory_is_reported)
{
	struct child c = CHILD_INIT;
	struct err err = ERR_INIT;

	ASSERT_ERR(child_start(&(struct child_opts){ .argv = SH(":"), .dir = "/nonexistent" }, &c,
	                       &err),
	           ERR_NOT_FOUND, NULL);
}

TEST(program_is_found_from_its_directory)
{
	_cleanup_free_ char *dir = test_tmpdir(), *path = fs_join(dir, "here");
	_cleanup_child_ struct child c = CHILD_INIT;
	struct err err = ERR_INIT;

	ASSERT_OK(fs_write_atomic(AT_FDCWD, path, "#!/bin/sh\nexit 5\n", 17, 0755, &err));
	ASSERT_OK(child_start(
		&(struct child_opts){ .argv = (char *[]){ (char *)"./here", NULL }, .dir = dir },
		&c, &err));
	ASSERT_OK(child_wait(&c, deadline_in(LONG_NS), &err));
	ck_assert_int_eq(WEXITSTATUS(c.status), 5);
}

TEST(deadline_leaves_it_running)
{
	_cleanup_child_ struct child c = CHILD_INIT;
	struct err err = ERR_INIT;

	ASSERT_OK(child_start(&(struct child_opts){ .argv = SH("exec sleep 1000") }, &c, &err));
	ASSERT_ERR(child_wait(&c, 0, &err), ERR_TIMEOUT, NULL);
	ASSERT_ERR(child_wait(&c, deadline_in(NS_PER_MS), &err), ERR_TIMEOUT, "running");
	ck_assert(!c.ended);
	ck_assert_int_eq(kill(c.pid, 0), 0);
}

TEST(done_kills_the_group_and_reaps)
{
	struct child c = CHILD_INIT;
	struct err err = ERR_INIT;
	int p[2];
	pid_t pid;

	ck_assert_int_eq(pipe2(p, O_CLOEXEC), 0);
	ASSERT_OK(child_start(&(struct child_opts){ .argv = SH("sleep 1000 & sleep 1000 & wait"),
	                                            .out_fd = p[1] },
	                      &c, &err));
	close(p[1]);
	pid = c.pid;
	child_done(&c);
	ck_assert(is_dead(pid));
	ck_assert(gone_in_time(p[0])); /* the sleeps, too */
	ck_assert_int_eq(c.pidfd, -1);
	child_done(&c);
	close(p[0]);
}

TEST(what_a_child_leaves_behind_is_killed)
{
	_cleanup_child_ struct child c = CHILD_INIT;
	struct err err = ERR_INIT;
	int p[2];

	ck_assert_int_eq(pipe2(p, O_CLOEXEC), 0);
	ASSERT_OK(child_start(
		&(struct child_opts){ .argv = SH("sleep 1000 & exit 4"), .out_fd = p[1] }, &c,
		&err));
	close(p[1]);
	ASSERT_OK(child_wait(&c, deadline_in(LONG_NS), &err));
	ck_assert_int_eq(WEXITSTATUS(c.status), 4);
	ck_assert(gone_in_time(p[0]));
	close(p[0]);
}

/* "ready" on stdout means that the trap is set. */
static void start_trapping(struct child *c, const char *script, int *out)
{
	struct err err = ERR_INIT;
	char buf[6];
	int p[2];

	ck_assert_int_eq(pipe2(p, O_CLOEXEC), 0);
	ASSERT_OK(child_start(&(struct child_opts){ .argv = SH(script), .out_fd = p[1] }, c, &err));
	close(p[1]);
	ck_assert_int_eq(read(p[0], buf, sizeof(buf)), 6);
	*out = p[0];
}

TEST(stop_lets_it_end_by_itself)
{
	_cleanup_child_ struct child c = CHILD_INIT;
	_cleanup_close_ int out = -1;

	start_trapping(
		&c,
		"exec 2>/dev/null; trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done",
		&out);
	child_stop(&c, LONG_NS);
	ck_assert(c.ended && WIFEXITED(c.status));
	ck_assert_int_eq(WEXITSTATUS(c.status), 7);
	child_stop(&c, LONG_NS);
}

TEST(stop_kills_what_does_not_listen)
{
	_cleanup_child_ struct child c = CHILD_INIT;
	_cleanup_close_ int out = -1;

	start_trapping(&c, "trap '' TERM; echo ready; while :; do sleep 0.01; done", &out);
	child_stop(&c, 50 * NS_PER_MS);
	ck_assert(c.ended && WIFSIGNALED(c.status));
	ck_assert_int_eq(WTERMSIG(c.status), SIGKILL);
	ck_assert(gone_in_time(out));
}

/* A child of this test starts a child of its own and dies by SIGKILL: the grandchild must not
 * survive. */
TEST(it_dies_with_its_parent)
{
	int p[2];
	pid_t middle;

	ck_assert_int_eq(pipe2(p, 0), 0);
	middle = fork();
	if (middle == 0) {
		struct child c = CHILD_INIT;
		struct err err = ERR_INIT;

		if (child_start(
			    &(struct child_opts){ .argv = SH("exec sleep 1000"), .out_fd = p[1] },
			    &c, &err) < 0)
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	close(p[1]);
	ck_assert_int_eq(waitpid(middle, NULL, 0), middle);
	ck_assert(gone_in_time(p[0]));
	close(p[0]);
}

TEST(stdin_is_empty_unless_given)
{
	check_sh("cat", NULL, "");
	check_sh("readlink /proc/self/fd/0", NULL, "/dev/null\n");
}

TEST(stdin_comes_from_the_descriptor)
{
	int p[2];

	ck_assert_int_eq(pipe2(p, O_CLOEXEC), 0);
	ck_assert_int_eq(write(p[1], "abc", 3), 3);
	close(p[1]);
	check_sh("cat", &(struct child_opts){ .in_fd = p[0] }, "abc");
	close(p[0]);
}

TEST(stdout_and_stderr_may_be_swapped)
{
	_cleanup_child_ struct child c = CHILD_INIT;
	struct err err = ERR_INIT;
	int saved[2] = { dup(1), dup(2) }, p[2], q[2];
	char a[8] = "", b[8] = "";

	ck_assert_int_eq(pipe(p), 0);
	ck_assert_int_eq(pipe(q), 0);
	fflush(NULL);
	dup2(p[1], 1);
	dup2(q[1], 2);
	child_start(&(struct child_opts){ .argv = SH("echo out; echo err >&2"),
	                                  .out_fd = 2,
	                                  .err_fd = 1 },
	            &c, &err) < 0
		? abort()
		: (void)0;
	dup2(saved[0], 1);
	dup2(saved[1], 2);
	ASSERT_OK(child_wait(&c, deadline_in(LONG_NS), &err));
	ck_assert_int_eq(read(p[0], a, 7), 4);
	ck_assert_int_eq(read(q[0], b, 7), 4);
	ck_assert_str_eq(a, "err\n");
	ck_assert_str_eq(b, "out\n");
}

TEST(works_with_closed_standard_streams)
{
	int p[2];
	pid_t pid;
	char buf[32] = "";

	ck_assert_int_eq(pipe(p), 0);
	p[1] = fcntl(p[1], F_DUPFD, 10);
	pid = fork();
	if (pid == 0) {
		struct child c = CHILD_INIT;
		struct err err = ERR_INIT;

		close(0);
		close(1);
		close(2);
		if (child_start(&(struct child_opts){ .argv = SH("echo fine"),
		                                      .out_fd = p[1],
		                                      .err_fd = p[1] },
		                &c, &err) < 0 ||
		    child_wait(&c, DEADLINE_NONE, &err) < 0)
			_exit(1);
		_exit(c.status ? 2 : 0);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_gt(read(p[0], buf, sizeof(buf) - 1), 0);
	ck_assert_str_eq(buf, "fine\n");
}

/* Descriptors without close-on-exec are not inherited; the named ones arrive under their number. */
TEST(only_named_descriptors_are_inherited)
{
	int leaky = open("/dev/null", O_RDONLY), kept = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	_cleanup_free_ char *want = xasprintf("0\n1\n2\n%d\n", kept), *got = NULL;
	int keep[1] = { kept };

	ck_assert_int_ge(leaky, 0);
	/* tested by number, because listing the directory would need one more */
	got = sh("i=0; while [ $i -lt 100 ]; do [ -e /proc/$$/fd/$i ] && echo $i; i=$((i+1)); "
	         "done; :",
	         &(struct child_opts){ .keep_fds = keep, .n_keep_fds = 1 });
	ck_assert_str_eq(got, want);
	ck_assert_int_eq(fcntl(kept, F_GETFD), FD_CLOEXEC); /* ours is as it was */
}

static size_t count_fds(void)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err err = ERR_INIT;

	ASSERT_OK(fs_list(AT_FDCWD, "/proc/self/fd", &names, &err));
	return names.n;
}

TEST(no_descriptor_leaks)
{
	size_t before = count_fds();

	for (int i = 0; i < 20; i++) {
		_cleanup_strbuf_ struct strbuf out = STRBUF_INIT, errout = STRBUF_INIT;
		struct child c = CHILD_INIT;
		struct err err = ERR_INIT;
		struct child_run r = { .start.argv = SH("echo x; echo y >&2"),
			               .out = &out,
			               .errout = &errout,
			               .max_bytes = 100 };

		ASSERT_OK(child_run(&r, &err));
		ASSERT_ERR(child_start(&(struct child_opts){ .argv = no_such_path }, &c, &err),
		           ERR_NOT_FOUND, NULL);
		r.start.argv = SH("exit 1");
		ASSERT_ERR(child_run(&r, &err), ERR_CHILD, "exit status 1");
		r.start.argv = no_such_path;
		ASSERT_ERR(child_run(&r, &err), ERR_NOT_FOUND, NULL);
	}
	ck_assert_uint_eq(count_fds(), before);
}

TEST(environment_is_added_to)
{
	const char *env[] = { "KTSTR_A=1", "HOME=/elsewhere", NULL };

	setenv("KTSTR_B", "2", 1);
	setenv("KTSTR_HOME", "kept", 1); /* not the same key as HOME */
	check_sh("echo $KTSTR_A $KTSTR_B $HOME $KTSTR_HOME; env | grep -c ^HOME=",
	         &(struct child_opts){ .env = env }, "1 2 /elsewhere kept\n1\n");
}

TEST(directory_is_entered)
{
	check_sh("pwd", &(struct child_opts){ .dir = "/" }, "/\n");
}

TEST(file_size_is_bounded)
{
	_cleanup_free_ char *dir = test_tmpdir();

	/* SIGXFSZ kills it; sh reports status 128 + 25 */
	check_sh("exec 2>/dev/null; (head -c 100000 /dev/zero > f); echo $?; stat -c %s f",
	         &(struct child_opts){ .dir = dir, .max_file_bytes = 4096 }, "153\n4096\n");
}

TEST(signals_have_their_defaults)
{
	sigset_t block;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	sigemptyset(&block);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, NULL);
	/* without the two signals that libc uses, which our parent may have ignored */
	check_sh("sed -n 's/^Sig\\(Blk\\|Ign\\):.*\\([0-9a-f]\\{8\\}\\)$/\\1 \\2/p' "
	         "/proc/self/status | sed 's/ [08]/ 0/'",
	         NULL, "Blk 00000000\nIgn 00000000\n");
}

TEST(own_group)
{
	_cleanup_child_ struct child c = CHILD_INIT;
	struct err err = ERR_INIT;

	ASSERT_OK(child_start(&(struct child_opts){ .argv = SH("exec sleep 1000") }, &c, &err));
	ck_assert_int_eq(getpgid(c.pid), c.pid);
	child_signal(&c, SIGTERM, false);
	ASSERT_OK(child_wait(&c, deadline_in(LONG_NS), &err));
	ck_assert_int_eq(WTERMSIG(c.status), SIGTERM);
}

TEST(run_collects_both_streams)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT, errout = STRBUF_INIT;
	struct child_run r = { .start.argv = SH("echo a; echo b >&2; echo c"),
		               .out = &out,
		               .errout = &errout,
		               .max_bytes = 100 };
	struct err err = ERR_INIT;

	ASSERT_OK(child_run(&r, &err));
	ck_assert_str_eq(out.s, "a\nc\n");
	ck_assert_str_eq(errout.s, "b\n");
}

/* Writes more than a pipe holds to both streams: neither side may wait for the other. */
TEST(run_takes_much)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT, errout = STRBUF_INIT;
	struct child_run r = { .start.argv = SH(
				       "head -c 1000000 /dev/zero >&2; head -c 1000000 /dev/zero"),
		               .out = &out,
		               .errout = &errout,
		               .max_bytes = 1000000,
		               .deadline = deadline_in(LONG_NS) };
	struct err err = ERR_INIT;

	ASSERT_OK(child_run(&r, &err));
	ck_assert_uint_eq(out.n, 1000000);
	ck_assert_uint_eq(errout.n, 1000000);
}

TEST(run_bounds_stdout)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct child_run r = { .start.argv = SH("yes"),
		               .out = &out,
		               .max_bytes = 5000,
		               .deadline = deadline_in(LONG_NS) };
	struct err err = ERR_INIT;

	ASSERT_ERR(child_run(&r, &err), ERR_LIMIT, "5000");
	ck_assert_uint_eq(out.n, 5000);
	r.start.argv = SH("head -c 5001 /dev/zero");
	ASSERT_ERR(child_run(&r, &err), ERR_LIMIT, NULL);
	r.start.argv = SH("head -c 5000 /dev/zero");
	ASSERT_OK(child_run(&r, &err));
}

TEST(run_drops_excess_of_stderr)
{
	_cleanup_strbuf_ struct strbuf errout = STRBUF_INIT;
	struct child_run r = { .start.argv = SH("head -c 100000 /dev/zero >&2"),
		               .errout = &errout,
		               .max_bytes = 5000,
		               .deadline = deadline_in(LONG_NS) };
	struct err err = ERR_INIT;

	ASSERT_OK(child_run(&r, &err));
	ck_assert_uint_eq(errout.n, 5000);
}

TEST(run_reports_status_and_last_line)
{
	_cleanup_strbuf_ struct strbuf errout = STRBUF_INIT;
	struct child_run r = { .start.argv =
		                       SH("echo first >&2; printf 'the \\033cause\\n\\n' >&2; "
		                          "exit 9"),
		               .errout = &errout,
		               .max_bytes = 5000 };
	struct err err = ERR_INIT;

	ASSERT_ERR(child_run(&r, &err), ERR_CHILD, "sh: exit status 9: the \\x1bcause");
	ck_assert(ends_with(err.msg, "cause"));
}

TEST(run_keeps_its_deadline)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct child_run r = { .start.argv = SH("sleep 1000 & sleep 1000"),
		               .out = &out,
		               .max_bytes = 100,
		               .deadline = deadline_in(20 * NS_PER_MS) };
	uint64_t before = clock_mono_ns();
	struct err err = ERR_INIT;

	ASSERT_ERR(child_run(&r, &err), ERR_TIMEOUT, "sh: timed out");
	ck_assert_uint_lt(clock_mono_ns() - before, LONG_NS);
}

/* A process that left the group still holds the stream and keeps writing to it. */
TEST(run_does_not_wait_for_strangers)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_free_ char *dir = test_tmpdir();
	struct child_run r = {
		.start = { .argv = SH("echo mine; setsid sh -c 'echo $$ > pid.tmp; mv pid.tmp pid; "
		                      "exec sleep 1000' & while ! [ -e pid ]; do sleep 0.01; done"),
		           .dir = dir },
		.out = &out,
		.max_bytes = 100,
		.deadline = deadline_in(LONG_NS)
	};
	_cleanup_free_ char *path = fs_join(dir, "pid");
	struct err err = ERR_INIT;
	uint64_t pid = 0;

	ASSERT_OK(child_run(&r, &err));
	ck_assert_str_eq(out.s, "mine\n");
	ck_assert(fs_read_u64(AT_FDCWD, path, &pid));
	kill((pid_t)pid, SIGKILL);
}

TEST(run_appends)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct child_run r = { .start.argv = SH("echo b"), .out = &out, .max_bytes = 2 };
	struct err err = ERR_INIT;

	strbuf_adds(&out, "a long beginning ");
	ASSERT_OK(child_run(&r, &err));
	ck_assert_str_eq(out.s, "a long beginning b\n");
}
