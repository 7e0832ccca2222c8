/* SPDX-License-Identifier: GPL-2.0-only */
/* A run directory that is moved to .history/pruned and back, under kill -9, beside an invocation. */
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "sidecar/hold.h"
#include "sidecar/rundir.h"
#include "stats/kept.h"
#include "tests/fault/killer.h"
#include "tests/unit/run_tree.h"
#include "tests/unit/sidecar_sample.h"
#include "tests/unit/test.h"

#define STOPS_MAX 200

static const char *const moved[] = { ".", ".history/pruned/runs" };

static void nothing(void *arg UNUSED)
{
}

static int move(enum kept_place from, enum kept_place to, const char *name, const char *as)
{
	struct err err = ERR_INIT;
	_cleanup_close_ int root = kept_open_root("root", &err);

	return kept_move(&(struct kept_move){ root, from, to, name, as, NULL }, &err);
}

static void victim_prunes(void *arg UNUSED)
{
	if (move(KEPT_ROOT, KEPT_PRUNED_RUNS, "6.14-a", "6.14-a@one") < 0 ||
	    move(KEPT_PRUNED_RUNS, KEPT_ROOT, "6.14-a@one", "6.14-a") < 0)
		_exit(1);
}

/* The run is in exactly one of the places, whole. */
static void check_whole(void)
{
	static const char *const names[] = { "6.14-a", "6.14-a@one" };
	size_t found = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *dir = xasprintf("root/%s/%s", moved[i], names[i]);
		_cleanup_free_ char *list = tree_list(dir);

		if (!*list)
			continue;
		ck_assert_str_eq(list, "a.console.txt a.ktstr.json");
		found++;
	}
	ck_assert_uint_eq(found, 1);
}

TEST(fault_kill_while_a_run_is_pruned_and_restored)
{
	_cleanup_free_ char *base = test_tmpdir();
	enum killed how = KILLED;
	struct err err = ERR_INIT;
	unsigned int n;

	tree_clean_env();
	ck_assert_int_eq(chdir(base), 0);
	for (n = 0; how == KILLED && n < STOPS_MAX; n++) {
		ASSERT_OK(fs_remove_tree(AT_FDCWD, "root", &err));
		tree_write("root/6.14-a", "a.ktstr.json", "{}");
		tree_write("root/6.14-a", "a.console.txt", "boot");
		how = kill_at(n, nothing, victim_prunes, NULL);
		if (how == NO_PTRACE)
			TEST_SKIP("ptrace is not allowed here");
		check_whole();
		/* Whoever comes next is not hindered. */
		if (fs_is_dir(AT_FDCWD, "root/6.14-a"))
			ck_assert_int_eq(move(KEPT_ROOT, KEPT_PRUNED_RUNS, "6.14-a", "6.14-a@two"),
			                 0);
	}
	ck_assert_int_eq(how, WAS_DONE);
	ck_assert_uint_gt(n, 8);
}

TEST(prune_leaves_the_run_of_a_living_invocation)
{
	const struct rundir_opts o = { .kernel_version = "6.17", .run_id = "ours" };
	struct rundir *rd = NULL;
	struct err err = ERR_INIT;
	struct sidecar s;
	int root, hold;

	tree_enter_project();
	sample_sidecar(&s, "new", 0);
	ASSERT_OK(rundir_open(&o, &rd, &err));
	ASSERT_OK(rundir_write(rd, &s, NULL, &err));
	root = kept_open_root("target/ktstr", &err);
	ASSERT_ERR(hold_take(root, fs_basename(rundir_path(rd)), &err), ERR_BUSY, "locked by");
	hold = hold_take(root, "6.17-another", &err);
	ck_assert_int_ge(hold, 0);
	close(hold);
	rundir_close(&rd);
	json_done(&sidecar_table, &s);
	close(root);
}

/* While a run is held, nobody can claim it. */
TEST(prune_keeps_invocations_out_while_it_moves)
{
	const struct rundir_opts o = { .kernel_version = "6.17",
		                       .run_id = "ours",
		                       .lock_timeout_ns = 1 };
	_cleanup_free_ char *key = NULL;
	struct rundir *rd = NULL;
	struct err err = ERR_INIT;
	int root, hold;

	tree_enter_project();
	ASSERT_OK(rundir_open(&o, &rd, &err));
	key = xstrdup(fs_basename(rundir_path(rd)));
	rundir_close(&rd);
	root = kept_open_root("target/ktstr", &err);
	hold = hold_take(root, key, &err);
	ck_assert_int_ge(hold, 0);
	ASSERT_ERR(rundir_open(&o, &rd, &err), ERR_BUSY, "locked by");
	close(hold);
	ASSERT_OK(rundir_open(&o, &rd, &err));
	rundir_close(&rd);
	close(root);
}
