/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commit of a tree, read with libgit2, and whether the tree differs from it: HEAD is compared
 * with the index, and the index with the worktree. Untracked files and submodules do not count.
 * Nothing is written; the index is not refreshed.
 */
#ifndef SIDECAR_COMMIT_H
#define SIDECAR_COMMIT_H

#include "base/err.h"

/* The commit of the repository at `path`; with `discover` its parent directories are searched, too.
 * *out: 7 hex digits, followed by "-dirty" if HEAD, index and worktree differ; NULL when there is
 * no repository or no commit. The caller frees. */
int commit_of(const char *path, bool discover, char **out, struct err *err) MUST_CHECK;

#endif
