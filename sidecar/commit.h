/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commit of a tree through libgit2, and whether the tree differs from it: HEAD against index,
 * then index against worktree. Untracked files and submodules do not count. Nothing is written: the
 * index is not refreshed.
 */
#ifndef SIDECAR_COMMIT_H
#define SIDECAR_COMMIT_H

#include "base/err.h"

/* Commit of the repository around `path` (parents are searched when `discover`): 7 hex digits,
 * "-dirty" when HEAD, index and worktree differ; *out NULL when there is none. */
int commit_of(const char *path, bool discover, char **out, struct err *err) MUST_CHECK;

#endif
