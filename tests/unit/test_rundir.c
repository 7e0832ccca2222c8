/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/variable.h"
#include "sidecar/rundir.h"
#include "tests/unit/run_tree.h"
#include "tests/unit/sidecar_sample.h"
#include "tests/unit/test.h"

/* A test inside a fresh git repository with one commit. */
#define PROJECT_TEST(name_)                                                                        \
	static void name_##_inside(void);                                                          \
	TEST(name_)                                                                                \
	{                                                                                          \
		tree_enter_project();                                                              \
		name_##_inside();                                                                  \
	}                                                                                          \
	static void name_##_inside(void)

#define MAYBE_SLOW (20 * NS_PER_SEC)

static struct rundir *open_as(const char *run_id, bool keep)
{
	const struct rundir_opts o = { .kernel_version = "6.17", .run_id = run_id, .keep = keep };
	struct rundir *rd = NULL;
	struct err err = ERR_INIT;

	ASSERT_OK(rundir_open(&o, &rd, &err));
	return rd;
}

static char *write_test(struct rundir *rd, const char *test)
{
	struct err err = ERR_INIT;
	struct sidecar s;
	char *name = NULL;

	sample_sidecar(&s, test, 0);
	ASSERT_OK(rundir_write(rd, &s, &name, &err));
	json_done(&sidecar_table, &s);
	return name;
}

static void write_as(const char *run_id, const char *test)
{
	struct rundir *rd = open_as(run_id, false);

	free(write_test(rd, test));
	rundir_close(&rd);
}

/* Names without their hash: "a.ktstr.json b.ktstr.json". */
static char *short_list(const char *dir)
{
	_cleanup_free_ char *all = tree_list(dir);
	struct strbuf b = STRBUF_INIT;

	for (const char *c = all; *c; c++)
		if (*c == '-' && strspn(c + 1, "0123456789abcdef") == 16)
			c += 16;
		else
			strbuf_addc(&b, *c);
	return strbuf_steal(&b);
}

static void check_list(const char *dir, const char *want)
{
	_cleanup_free_ char *got = short_list(dir);

	ck_assert_str_eq(got, want);
}

static const struct {
	const char *label, *ktstr, *cargo, *want;
} roots[] = {
	{ "neither", NULL, NULL, "target/ktstr" }, { "both", "/a", "/b", "/a/ktstr" },
	{ "cargo's", NULL, "/b", "/b/ktstr" },     { "ours empty", "", "/b", "/b/ktstr" },
	{ "both empty", "", "", "target/ktstr" },
};
TEST_ROWS(rundir_root_of, roots)
{
	_cleanup_free_ char *root = NULL;

	tree_clean_env();
	if (row->ktstr)
		setenv("KTSTR_TARGET_DIR", row->ktstr, 1);
	if (row->cargo)
		setenv("CARGO_TARGET_DIR", row->cargo, 1);
	root = rundir_root();
	ck_assert_str_eq(root, row->want);
}

static const struct {
	const char *label, *kernel, *commit, *want;
} keys[] = {
	{ "clean", "6.14", "abc1234", "6.14-abc1234" },
	{ "dirty", "6.14", "abc1234-dirty", "6.14-abc1234-dirty" },
	{ "no commit", "6.14", NULL, "6.14-unknown" },
	{ "no kernel", NULL, "abc1234", "unknown-abc1234" },
	{ "empty kernel", "", "abc1234", "unknown-abc1234" },
	{ "neither", NULL, NULL, "unknown-unknown" },
	{ "hostile", "../6/14\n", "abc1234", "_._6_14_-abc1234" },
	{ "usual signs", "6.14.0-rc1+deb13~bpo_x", "abc1234", "6.14.0-rc1+deb13~bpo_x-abc1234" },
};
TEST_ROWS(rundir_key_of, keys)
{
	_cleanup_free_ char *key = rundir_key(row->kernel, row->commit);

	ck_assert_str_eq(key, row->want);
}

TEST(rundir_run_id_is_made_once_and_exported)
{
	_cleanup_free_ char *first = NULL, *second = NULL, *other = NULL;
	char tail;

	tree_clean_env();
	first = rundir_run_id();
	second = rundir_run_id();
	ck_assert_str_eq(first, second);
	ck_assert_str_eq(variable_get(VAR_KTSTR_RUN_ID), first);
	ck_assert_int_eq(sscanf(first, "%*8[0-9]T%*6[0-9]Z-%*8[0-9a-f]%c", &tail), EOF);
	ck_assert_uint_eq(strlen(first), strlen("20261121T041501Z-1a2b3c4d"));
	unsetenv("KTSTR_RUN_ID");
	other = rundir_run_id();
	ck_assert_str_ne(first, other);
}

TEST(rundir_run_id_from_outside_is_made_safe)
{
	_cleanup_free_ char *id = NULL;

	tree_clean_env();
	setenv("KTSTR_RUN_ID", "../../x y\n", 1);
	id = rundir_run_id();
	ck_assert_str_eq(id, "_._.._x_y_");
}

TEST(rundir_run_source_of)
{
	tree_clean_env();
	ck_assert_str_eq(rundir_run_source(), "local");
	setenv("KTSTR_CI", "", 1);
	ck_assert_str_eq(rundir_run_source(), "local");
	setenv("KTSTR_CI", "1", 1);
	ck_assert_str_eq(rundir_run_source(), "ci");
}

PROJECT_TEST(rundir_is_named_by_kernel_and_commit)
{
	_cleanup_free_ char *clean = NULL, *want = NULL;
	struct rundir *rd = open_as("one", false);
	struct err err = ERR_INIT;

	clean = xstrdup(rundir_path(rd));
	want = xasprintf("target/ktstr/6.17-%s", rundir_project_commit(rd));
	ck_assert_str_eq(clean, want);
	ck_assert_ptr_null(rundir_warning(rd));
	ck_assert(!fs_exists(AT_FDCWD, clean)); /* only the first write makes it */
	free(write_test(rd, "a"));
	rundir_close(&rd);
	ck_assert_ptr_null(rd);
	ASSERT_OK(fs_write_atomic(AT_FDCWD, "tracked", "edited", 6, 0644, &err));
	write_as("two", "b");
	want = (free(want), xasprintf("%s-dirty", clean));
	check_list(clean, "a.ktstr.json");
	check_list(want, "b.ktstr.json");
}

PROJECT_TEST(rundir_kernel_slot_from_ktstr_kernel)
{
	struct err err = ERR_INIT;
	struct rundir *rd = NULL;

	tree_write(".", "target/linux/include/config/kernel.release", "6.14.0-rc1\n");
	setenv("KTSTR_KERNEL", "target/linux", 1);
	ASSERT_OK(rundir_open(&(struct rundir_opts){ .run_id = "one" }, &rd, &err));
	ck_assert_str_eq(rundir_kernel_version(rd), "6.14.0-rc1");
	ck_assert(starts_with(rundir_path(rd), "target/ktstr/6.14.0-rc1-"));
	rundir_close(&rd);
	unsetenv("KTSTR_KERNEL");
	ASSERT_OK(rundir_open(&(struct rundir_opts){ .run_id = "one" }, &rd, &err));
	ck_assert_ptr_null(rundir_kernel_version(rd));
	ck_assert(starts_with(rundir_path(rd), "target/ktstr/unknown-"));
	rundir_close(&rd);
}

TEST(rundir_without_a_repository_warns_once_per_invocation)
{
	_cleanup_free_ char *dir = test_tmpdir();
	struct rundir *first, *second;

	tree_clean_env();
	ck_assert_int_eq(chdir(dir), 0);
	first = open_as("one", false);
	second = open_as("one", false);
	ck_assert_str_eq(rundir_path(first), "target/ktstr/6.17-unknown");
	ck_assert_ptr_null(rundir_project_commit(first));
	ck_assert_ptr_nonnull(rundir_warning(first));
	ck_assert_ptr_nonnull(strstr(rundir_warning(first), "KTSTR_SIDECAR_DIR"));
	ck_assert_ptr_nonnull(strstr(rundir_warning(first), "target/ktstr/6.17-unknown"));
	ck_assert_ptr_null(rundir_warning(second));
	rundir_close(&first);
	rundir_close(&second);
}

/* Two runs in a repository that nobody can read may be of different commits. */
TEST(rundir_of_a_repository_that_cannot_be_read_is_a_runs_own)
{
	struct rundir *rd;

	tree_enter_project();
	tree_write(".git", "HEAD", "garbage\n");
	for (int i = 0; i < 2; i++) {
		rd = open_as(i ? "two" : "one", false);
		ck_assert_ptr_null(rundir_project_commit(rd));
		ck_assert_str_eq(rundir_path(rd), i ? "target/ktstr/6.17-unknown-two"
		                                    : "target/ktstr/6.17-unknown-one");
		ck_assert_ptr_nonnull(strstr(rundir_warning(rd), "a directory of its own"));
		ck_assert_ptr_nonnull(strstr(rundir_warning(rd), "git"));
		free(write_test(rd, "a"));
		rundir_close(&rd);
	}
	check_list("target/ktstr/6.17-unknown-one", "a.ktstr.json");
}

TEST(rundir_override_is_used_as_is)
{
	_cleanup_free_ char *dir = test_tmpdir();
	struct rundir *rd;

	tree_clean_env();
	ck_assert_int_eq(chdir(dir), 0);
	tree_write(dir, "mine/old.ktstr.json", "{}");
	setenv("KTSTR_SIDECAR_DIR", "mine", 1);
	rd = open_as("one", false);
	ck_assert_str_eq(rundir_path(rd), "mine");
	ck_assert_ptr_null(rundir_warning(rd));
	free(write_test(rd, "new"));
	rundir_close(&rd);
	check_list("mine", "new.ktstr.json old.ktstr.json");
	check_list(".", "mine");
}

TEST(rundir_override_takes_several_invocations_at_once)
{
	_cleanup_free_ char *dir = test_tmpdir();
	struct rundir *a, *b;

	tree_clean_env();
	ck_assert_int_eq(chdir(dir), 0);
	setenv("KTSTR_SIDECAR_DIR", "deep/mine", 1);
	a = open_as("one", false);
	b = open_as("two", false);
	free(write_test(a, "a"));
	free(write_test(b, "b"));
	rundir_close(&a);
	rundir_close(&b);
	check_list("deep/mine", "a.ktstr.json b.ktstr.json");
}

PROJECT_TEST(rundir_empty_override_is_unset)
{
	struct rundir *rd;

	setenv("KTSTR_SIDECAR_DIR", "", 1);
	ck_assert_ptr_null(rundir_override());
	rd = open_as("one", false);
	ck_assert(starts_with(rundir_path(rd), "target/ktstr/6.17-"));
	rundir_close(&rd);
}

static char *path_of_next(const char *run_id)
{
	struct rundir *rd = open_as(run_id, false);
	char *path = xstrdup(rundir_path(rd));

	rundir_close(&rd);
	return path;
}

PROJECT_TEST(rundir_first_write_clears_the_run_before)
{
	_cleanup_free_ char *path = path_of_next("zero"), *job = NULL;
	struct rundir *rd;

	write_as("one", "a");
	write_as("one", "b");
	tree_write(path, "notes.txt", "mine");
	tree_write(path, "job/c.ktstr.json", "of a job");
	rd = open_as("two", false);
	check_list(path, "a.ktstr.json b.ktstr.json job notes.txt"); /* opening removes nothing */
	free(write_test(rd, "x"));
	check_list(path, "job notes.txt x.ktstr.json");
	free(write_test(rd, "y"));
	check_list(path, "job notes.txt x.ktstr.json y.ktstr.json");
	rundir_close(&rd);
	job = fs_join(path, "job");
	check_list(job, "c.ktstr.json");
}

/* The processes of one invocation run one after another: nothing is cleared in between. */
PROJECT_TEST(rundir_one_invocation_keeps_its_files)
{
	_cleanup_free_ char *path = path_of_next("zero");

	write_as("one", "a");
	write_as("one", "b");
	write_as("one", "c");
	check_list(path, "a.ktstr.json b.ktstr.json c.ktstr.json");
}

PROJECT_TEST(rundir_artefact_comes_and_goes_with_its_sidecar)
{
	_cleanup_free_ char *path = path_of_next("zero");
	_cleanup_free_ char *name = NULL, *file = NULL, *text = NULL;
	struct rundir *rd = open_as("one", false);
	struct err err = ERR_INIT;
	struct sidecar s;

	sample_sidecar(&s, "a", 0);
	ASSERT_OK(rundir_write_artefact(rd, &s, "console.txt", "boot\0ed", 7, &name, &err));
	file = write_test(rd, "a");
	text = tree_read(path, name);
	ck_assert_mem_eq(text, "boot\0ed", 7);
	ck_assert_uint_eq(strspn(file, name), strlen(file) - strlen("ktstr.json"));
	check_list(path, "a.console.txt a.ktstr.json");
	rundir_close(&rd);
	write_as("two", "b");
	check_list(path, "b.ktstr.json");
	json_done(&sidecar_table, &s);
}

static size_t replaced_by(const struct rundir_opts *o)
{
	struct err err = ERR_INIT;
	struct rundir *rd;
	size_t n;

	ASSERT_OK(rundir_open(o, &rd, &err));
	n = rundir_replaces(rd);
	rundir_close(&rd);
	return n;
}

/* Only what is removed for good counts, and only once. */
PROJECT_TEST(rundir_tells_how_many_results_it_replaces)
{
	struct rundir_opts o = { .kernel_version = "6.17", .run_id = "two" };
	_cleanup_free_ char *path = path_of_next("zero");
	struct rundir *rd = open_as("one", false);

	ck_assert_uint_eq(rundir_replaces(rd), 0);
	free(write_test(rd, "a"));
	free(write_test(rd, "b"));
	ck_assert_uint_eq(rundir_replaces(rd), 0);
	rundir_close(&rd);
	check_list(path, "a.ktstr.json b.ktstr.json");
	ck_assert_uint_eq(replaced_by(&o), 2);
	ck_assert_uint_eq(replaced_by(&o), 0); /* a second process of the invocation */
	o = (struct rundir_opts){ .kernel_version = "6.17", .run_id = "three", .keep = true };
	ck_assert_uint_eq(replaced_by(&o), 0);
	o = (struct rundir_opts){ .kernel_version = "6.17", .run_id = "four", .add = true };
	ck_assert_uint_eq(replaced_by(&o), 0);
	o = (struct rundir_opts){ .kernel_version = "6.17", .run_id = "five", .dir = path };
	ck_assert_uint_eq(replaced_by(&o), 0);
}

static void check_history(const char *path, const char *id, const char *want)
{
	_cleanup_free_ char *kept = xasprintf("target/ktstr/.history/%s@%s", fs_basename(path), id);

	check_list(kept, want);
}

PROJECT_TEST(rundir_adds_to_earlier_results_when_asked)
{
	const struct rundir_opts o = { .kernel_version = "6.17", .run_id = "two", .add = true };
	_cleanup_free_ char *path = path_of_next("zero");
	struct err err = ERR_INIT;
	struct rundir *rd;

	write_as("one", "a");
	ASSERT_OK(rundir_open(&o, &rd, &err));
	free(write_test(rd, "b"));
	rundir_close(&rd);
	check_list(path, "a.ktstr.json b.ktstr.json");
	write_as("three", "c");
	check_list(path, "c.ktstr.json");
}

PROJECT_TEST(rundir_keeps_history_when_asked)
{
	_cleanup_free_ char *path = path_of_next("zero");
	struct rundir *rd;

	write_as("one", "a");
	rd = open_as("two", true);
	free(write_test(rd, "b"));
	rundir_close(&rd);
	check_list(path, "b.ktstr.json");
	check_history(path, "one", "a.ktstr.json");
	setenv("KTSTR_HISTORY", "keep", 1);
	write_as("three", "c");
	check_history(path, "two", "b.ktstr.json");
	setenv("KTSTR_HISTORY", "", 1);
	write_as("four", "d");
	check_history(path, "three", "");
}

/* "1" would cost the history that its user asked for. */
PROJECT_TEST(rundir_history_is_kept_or_refused)
{
	const struct rundir_opts o = { .kernel_version = "6.17.13", .run_id = "one" };
	struct err err = ERR_INIT;
	struct rundir *rd = NULL;

	setenv("KTSTR_HISTORY", "1", 1);
	ASSERT_ERR(rundir_open(&o, &rd, &err), ERR_USAGE,
	           "KTSTR_HISTORY=1: only \"keep\" is known");
	ck_assert_ptr_null(rd);
}

/* An invocation that wrote nothing is not named as the files' owner. */
PROJECT_TEST(rundir_history_is_named_by_the_run_that_wrote)
{
	_cleanup_free_ char *path = path_of_next("zero");
	struct rundir *rd;

	write_as("one", "a");
	free(path_of_next("idle"));
	rd = open_as("two", true);
	free(write_test(rd, "b"));
	rundir_close(&rd);
	check_history(path, "one", "a.ktstr.json");
}

PROJECT_TEST(rundir_another_invocation_is_refused_and_named)
{
	_cleanup_free_ char *pid = xasprintf("pid %d (", getpid());
	struct rundir *one = open_as("one", false), *two = NULL;
	struct err err = ERR_INIT;

	ASSERT_ERR(rundir_open(&(struct rundir_opts){ .kernel_version = "6.17", .run_id = "two" },
	                       &two, &err),
	           ERR_BUSY, "another invocation, one: ");
	ck_assert_msg(strstr(err.msg, pid), "%s", err.msg);
	ck_assert_msg(strstr(err.msg, rundir_path(one)), "%s", err.msg);
	ck_assert_ptr_null(two);
	ASSERT_OK(rundir_open(&(struct rundir_opts){ .kernel_version = "7.0", .run_id = "two" },
	                      &two, &err)); /* another key */
	rundir_close(&two);
	rundir_close(&one);
	two = open_as("two", false);
	rundir_close(&two);
}

/* Starts a child that opens the directory as invocation `id`; returns when it is open. */
static pid_t occupy(const char *id)
{
	int ready[2];
	pid_t pid;
	char c;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct rundir *rd = open_as(id, false);

		free(write_test(rd, "held"));
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	close(ready[0]);
	return pid;
}

PROJECT_TEST(rundir_of_a_killed_invocation_is_free_at_once)
{
	_cleanup_free_ char *path = path_of_next("zero");
	pid_t pid = occupy("one");
	struct rundir *rd = NULL;
	struct err err = ERR_INIT;
	const struct rundir_opts o = { .kernel_version = "6.17", .run_id = "two" };

	ASSERT_ERR(rundir_open(&o, &rd, &err), ERR_BUSY, "one");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ASSERT_OK(rundir_open(&o, &rd, &err));
	free(write_test(rd, "mine"));
	rundir_close(&rd);
	check_list(path, "mine.ktstr.json");
}

static void *kill_soon(void *pid)
{
	struct timespec ts = { .tv_nsec = 50 * NS_PER_MS };

	nanosleep(&ts, NULL); /* the waiter must succeed in either order */
	kill(*(pid_t *)pid, SIGKILL);
	waitpid(*(pid_t *)pid, NULL, 0);
	return NULL;
}

PROJECT_TEST(rundir_waits_for_another_invocation_when_asked)
{
	pid_t pid = occupy("one");
	struct rundir *rd = NULL;
	struct err err = ERR_INIT;
	pthread_t t;

	ASSERT_ERR(rundir_open(&(struct rundir_opts){ .kernel_version = "6.17",
	                                              .run_id = "two",
	                                              .wait_ns = NS_PER_MS },
	                       &rd, &err),
	           ERR_BUSY, "one");
	ck_assert_int_eq(pthread_create(&t, NULL, kill_soon, &pid), 0);
	ASSERT_OK(rundir_open(&(struct rundir_opts){ .kernel_version = "6.17",
	                                             .run_id = "two",
	                                             .wait_ns = MAYBE_SLOW },
	                      &rd, &err));
	pthread_join(t, NULL);
	rundir_close(&rd);
}

PROJECT_TEST(rundir_same_directory_through_a_link)
{
	struct rundir *rd = open_as("one", false), *two = NULL;
	struct err err = ERR_INIT;

	ck_assert_int_eq(symlink("target", "alias"), 0);
	setenv("CARGO_TARGET_DIR", "alias", 1);
	ASSERT_ERR(rundir_open(&(struct rundir_opts){ .kernel_version = "6.17", .run_id = "two" },
	                       &two, &err),
	           ERR_BUSY, "one");
	rundir_close(&rd);
}

PROJECT_TEST(rundir_written_file_is_valid_and_alone)
{
	_cleanup_free_ char *path = path_of_next("zero");
	_cleanup_strv_ struct strv defects = STRV_INIT;
	_cleanup_free_ char *name = NULL, *full = NULL, *text = NULL;
	struct rundir *rd = open_as("one", false);
	struct err err = ERR_INIT;
	struct sidecar s;

	tree_write(path, ".tmp-sidecar", "of a writer that was killed, longer than nothing");
	name = write_test(rd, "a");
	rundir_close(&rd);
	check_list(path, "a.ktstr.json");
	full = fs_join(path, name);
	json_init(&sidecar_table, &s);
	ASSERT_OK(sidecar_read(AT_FDCWD, full, &s, &err));
	ck_assert_uint_eq(sidecar_check(&s, &defects), 0);
	json_done(&sidecar_table, &s);
	text = tree_read(path, name);
	ck_assert(ends_with(text, "}\n"));
}

PROJECT_TEST(rundir_record_that_cannot_be_read_back_is_not_written)
{
	_cleanup_free_ char *path = path_of_next("zero");
	struct rundir *rd;
	struct err err = ERR_INIT;
	struct sidecar s;

	write_as("one", "a");
	rd = open_as("two", false);
	sample_sidecar(&s, "b", 0);
	free(s.topology);
	s.topology = NULL;
	ASSERT_ERR(rundir_write(rd, &s, NULL, &err), ERR_FORMAT, "topology");
	check_list(path, "a.ktstr.json"); /* and nothing was removed */
	rundir_close(&rd);
	json_done(&sidecar_table, &s);
}

PROJECT_TEST(rundir_foreign_bytes_stay_readable)
{
	_cleanup_free_ char *name = NULL, *full = NULL;
	struct rundir *rd = open_as("one", false);
	struct err err = ERR_INIT;
	struct sidecar s;

	sample_sidecar(&s, "a", 0);
	s.outcome = OUTCOME_ERROR;
	s.cause = xstrdup("guest said \xff\xfe\x1b[31m");
	ASSERT_OK(rundir_write(rd, &s, &name, &err));
	full = fs_join(rundir_path(rd), name);
	json_done(&sidecar_table, &s);
	ASSERT_OK(sidecar_read(AT_FDCWD, full, &s, &err));
	json_done(&sidecar_table, &s);
	rundir_close(&rd);
}

PROJECT_TEST(rundir_that_cannot_be_written_is_refused_at_once)
{
	struct rundir *rd = NULL;
	struct err err = ERR_INIT;
	const struct rundir_opts o = { .kernel_version = "6.17", .run_id = "one" };

	tree_write(".", "target", "a file in the way");
	ASSERT_ERR(rundir_open(&o, &rd, &err), ERR_SYSTEM, "target");
	setenv("CARGO_TARGET_DIR", "/proc/self", 1);
	ASSERT_ERR(rundir_open(&o, &rd, &err), ERR_UNSUPPORTED, "proc");
	setenv("KTSTR_SIDECAR_DIR", "target/below", 1);
	ASSERT_ERR(rundir_open(&o, &rd, &err), ERR_SYSTEM, "KTSTR_SIDECAR_DIR");
	ck_assert_ptr_null(rd);
}

#define THREADS 8
#define WRITES  20

static void *write_many(void *arg)
{
	static int serial;
	int me = __atomic_fetch_add(&serial, 1, __ATOMIC_RELAXED);

	for (int i = 0; i < WRITES; i++) {
		_cleanup_free_ char *test = xasprintf("t%d_%d", me, i);

		free(write_test(arg, test));
	}
	return NULL;
}

PROJECT_TEST(rundir_threads_lose_nothing)
{
	_cleanup_free_ char *path = path_of_next("zero");
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct rundir *rd;
	struct err err = ERR_INIT;
	pthread_t t[THREADS];

	write_as("one", "old");
	rd = open_as("two", false);
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&t[i], NULL, write_many, rd), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	rundir_close(&rd);
	ASSERT_OK(fs_list(AT_FDCWD, path, &names, &err));
	ck_assert_uint_eq(names.n, THREADS * WRITES);
}
