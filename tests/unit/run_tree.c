/* SPDX-License-Identifier: GPL-2.0-only */
#include <git2.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "tests/unit/run_tree.h"
#include "tests/unit/test.h"

void tree_write(const char *dir, const char *name, const char *text)
{
	_cleanup_free_ char *path = fs_join(dir, name);
	_cleanup_free_ char *parent = xstrndup(path, (size_t)(fs_basename(path) - path));
	struct err err = ERR_INIT;

	ASSERT_OK(fs_mkdir_p(AT_FDCWD, parent, &err));
	ASSERT_OK(fs_write_atomic(AT_FDCWD, path, text, strlen(text), 0644, &err));
}

char *tree_read(const char *dir, const char *name)
{
	_cleanup_free_ char *path = fs_join(dir, name);
	struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;

	return fs_read(AT_FDCWD, path, 1 << 20, &b, &err) < 0 ? NULL : strbuf_steal(&b);
}

char *tree_list(const char *dir)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err err = ERR_INIT;

	if (fs_list(AT_FDCWD, dir, &names, &err) < 0)
		return xstrdup("");
	return strv_join(&names, " ");
}

static void git_ok(int rc)
{
	if (rc < 0)
		ck_abort_msg("git: %s", git_error_last() ? git_error_last()->message : "?");
}

static git_repository *open_repo(const char *dir)
{
	git_repository *repo;

	git_libgit2_init();
	git_ok(git_repository_open(&repo, dir));
	return repo;
}

static void close_repo(git_repository *repo)
{
	git_repository_free(repo);
	git_libgit2_shutdown();
}

void tree_git_init(const char *dir)
{
	git_repository *repo;

	git_libgit2_init();
	git_ok(git_repository_init(&repo, dir, 0));
	close_repo(repo);
}

void tree_git_add(const char *dir)
{
	git_repository *repo = open_repo(dir);
	git_index *index;

	git_ok(git_repository_index(&index, repo));
	git_ok(git_index_add_all(index, NULL, 0, NULL, NULL));
	git_ok(git_index_write(index));
	git_index_free(index);
	close_repo(repo);
}

static git_tree *index_tree(git_repository *repo)
{
	git_index *index;
	git_tree *tree;
	git_oid id;

	git_ok(git_repository_index(&index, repo));
	git_ok(git_index_write_tree(&id, index));
	git_ok(git_tree_lookup(&tree, repo, &id));
	git_index_free(index);
	return tree;
}

char *tree_git_commit(const char *dir)
{
	git_repository *repo = open_repo(dir);
	git_tree *tree = index_tree(repo);
	git_commit *parent = NULL;
	git_signature *who;
	git_oid id, head;
	char hex[8];

	if (git_reference_name_to_id(&head, repo, "HEAD") == 0)
		git_ok(git_commit_lookup(&parent, repo, &head));
	git_ok(git_signature_new(&who, "Test", "test@example.org", 1700000000, 0));
	git_ok(git_commit_create(&id, repo, "HEAD", who, who, NULL, "test", tree, parent ? 1 : 0,
	                         (const git_commit **)&parent));
	git_oid_tostr(hex, sizeof(hex), &id);
	git_signature_free(who);
	git_commit_free(parent);
	git_tree_free(tree);
	close_repo(repo);
	return xstrdup(hex);
}

void tree_clean_env(void)
{
	static const char *const names[] = { "KTSTR_TARGET_DIR",  "CARGO_TARGET_DIR",
		                             "KTSTR_SIDECAR_DIR", "KTSTR_KERNEL",
		                             "KTSTR_RUN_ID",      "KTSTR_HISTORY",
		                             "KTSTR_CI" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		unsetenv(names[i]);
}

void tree_enter_project(void)
{
	_cleanup_free_ char *dir = test_tmpdir();

	tree_clean_env();
	tree_git_init(dir);
	tree_write(dir, ".gitignore", "target/\n");
	tree_write(dir, "tracked", "one\n");
	tree_git_add(dir);
	free(tree_git_commit(dir));
	ck_assert_int_eq(chdir(dir), 0);
}
