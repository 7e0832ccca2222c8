/* SPDX-License-Identifier: GPL-2.0-only */
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "sidecar/clear.h"
#include "tests/unit/run_tree.h"
#include "tests/unit/test.h"

static const struct {
	const char *label, *names, *want;
} selections[] = {
	{ "sidecars", "a-1.ktstr.json b-2.ktstr.json", "a-1.ktstr.json b-2.ktstr.json" },
	{ "artefacts go first", "a-1.ktstr.json a-1.console.txt a-1.log",
	  "a-1.console.txt a-1.log a-1.ktstr.json" },
	{ "artefact of nobody stays", "a-1.ktstr.json a-2.console.txt a-1x.log", "a-1.ktstr.json" },
	{ "whole stems only", "a.ktstr.json ab.log a-1.log", "a.ktstr.json" },
	{ "stem with a dot", "a.b.ktstr.json a.b.log a.log", "a.b.log a.b.ktstr.json" },
	{ "two suffixes", "a.ktstr.json a.x.y.log", "a.x.y.log a.ktstr.json" },
	{ "other files", "notes.txt x.json x.ktstr.json.bak ktstr.json", "" },
	{ "hidden", ".ktstr.json .a.ktstr.json .tmp-sidecar", "" },
	{ "another infix", "a.ktstr.b.json", "" },
	{ "nothing", "", "" },
};
TEST_ROWS(clear_select_names, selections)
{
	_cleanup_strv_ struct strv names = STRV_INIT, out = STRV_INIT;
	_cleanup_free_ char *got = NULL;

	strv_split(&names, row->names, " ");
	clear_select(&names, &out);
	got = strv_join(&out, " ");
	ck_assert_str_eq(got, row->want);
}

static int open_root(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	return fd;
}

static char *used_root(void)
{
	char *root = test_tmpdir();

	tree_write(root, "run/a-1.ktstr.json", "old a");
	tree_write(root, "run/a-1.console.txt", "old console");
	tree_write(root, "run/b-2.ktstr.json", "old b");
	tree_write(root, "run/notes.txt", "mine");
	tree_write(root, "run/job/c-3.ktstr.json", "of a job");
	tree_write(root, "run/dir.ktstr.json/x", "a directory of that name");
	return root;
}

TEST(clear_is_shallow_and_leaves_other_files)
{
	_cleanup_free_ char *root = used_root();
	_cleanup_free_ char *run = fs_join(root, "run");
	_cleanup_close_ int fd = open_root(root);
	_cleanup_free_ char *left = NULL, *job = NULL;
	struct err err = ERR_INIT;

	ASSERT_OK(clear_run(fd, "run", NULL, &err));
	left = tree_list(run);
	ck_assert_str_eq(left, "dir.ktstr.json job notes.txt");
	job = tree_read(run, "job/c-3.ktstr.json");
	ck_assert_str_eq(job, "of a job");
}

TEST(clear_keeps_a_history)
{
	_cleanup_free_ char *root = used_root();
	_cleanup_free_ char *kept = fs_join(root, ".history/run@id");
	_cleanup_close_ int fd = open_root(root);
	_cleanup_free_ char *names = NULL, *console = NULL;
	struct err err = ERR_INIT;

	ASSERT_OK(clear_run(fd, "run", ".history/run@id", &err));
	names = tree_list(kept);
	ck_assert_str_eq(names, "a-1.console.txt a-1.ktstr.json b-2.ktstr.json");
	console = tree_read(kept, "a-1.console.txt");
	ck_assert_str_eq(console, "old console");
}

TEST(clear_never_overwrites_history)
{
	_cleanup_free_ char *root = used_root();
	_cleanup_free_ char *kept = fs_join(root, ".history");
	_cleanup_close_ int fd = open_root(root);
	_cleanup_free_ char *names = NULL;
	struct err err = ERR_INIT;

	ASSERT_OK(clear_run(fd, "run", ".history/run@id", &err));
	ASSERT_OK(clear_run(fd, "run", ".history/run@id",
	                    &err)); /* nothing to keep: no directory is made */
	tree_write(root, "run/a-1.ktstr.json", "newer a");
	ASSERT_OK(clear_run(fd, "run", ".history/run@id", &err));
	names = tree_list(kept);
	ck_assert_str_eq(names, "run@id run@id.1");
}

TEST(clear_of_a_missing_directory_is_an_error)
{
	_cleanup_free_ char *root = test_tmpdir();
	_cleanup_close_ int fd = open_root(root);
	struct err err = ERR_INIT;

	ASSERT_ERR(clear_run(fd, "run", NULL, &err), ERR_SYSTEM, "run");
}

/* Results that cannot be kept are not removed. */
TEST(clear_loses_nothing_when_history_cannot_be_made)
{
	_cleanup_free_ char *root = used_root();
	_cleanup_close_ int fd = open_root(root);
	_cleanup_free_ char *a = NULL;
	struct err err = ERR_INIT;

	tree_write(root, ".history", "a file in the way");
	ASSERT_ERR(clear_run(fd, "run", ".history/run@id", &err), ERR_SYSTEM, "keeping");
	a = tree_read(root, "run/a-1.ktstr.json");
	ck_assert_str_eq(a, "old a");
}
