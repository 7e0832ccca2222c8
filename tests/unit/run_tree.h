/* SPDX-License-Identifier: GPL-2.0-only */
/* Throw-away directories and git repositories for tests of the store. Failures abort the test. */
#ifndef TESTS_UNIT_RUN_TREE_H
#define TESTS_UNIT_RUN_TREE_H

#include "base/strv.h"

/* Writes dir/name, making the directories in between. */
void tree_write(const char *dir, const char *name, const char *text);
/* The file's text, or NULL when there is none. Caller frees. */
char *tree_read(const char *dir, const char *name);
/* Names in dir, sorted, joined by a space; "" when there is no such directory. Caller frees. */
char *tree_list(const char *dir);

/* An empty repository, its HEAD unborn. */
void tree_git_init(const char *dir);
/* Adds everything below to the index. */
void tree_git_add(const char *dir);
/* Commits the index; the first 7 hex digits, caller frees. */
char *tree_git_commit(const char *dir);

/* Enters a new repository with a committed file "tracked" and an ignored target/; every variable
 * the store reads is unset. */
void tree_enter_project(void);
/* Unsets every variable the store reads. */
void tree_clean_env(void);

#endif
