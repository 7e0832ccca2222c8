/* SPDX-License-Identifier: GPL-2.0-only */
/* Temporary directories and git repositories for tests of the store. Failures abort the test. */
#ifndef TESTS_UNIT_RUN_TREE_H
#define TESTS_UNIT_RUN_TREE_H

#include "base/strv.h"

/* Writes dir/name; makes missing directories. */
void tree_write(const char *dir, const char *name, const char *text);
/* The file's text, or NULL when there is none. Caller frees. */
char *tree_read(const char *dir, const char *name);
/* Names in dir, sorted, joined by a space; "" when there is no such directory. Caller frees. */
char *tree_list(const char *dir);

/* Makes an empty repository without a commit. */
void tree_git_init(const char *dir);
/* Adds all files to the index. */
void tree_git_add(const char *dir);
/* Commits the index. Returns the first 7 hex digits of the commit; caller frees. */
char *tree_git_commit(const char *dir);

/* Makes a repository with a committed file "tracked" and an ignored target/, and enters it. Unsets
 * every variable that the store reads. */
void tree_enter_project(void);
/* Unsets every variable that the store reads. */
void tree_clean_env(void);

#endif
