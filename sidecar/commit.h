/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commit of a tree, and whether the tree differs from it: HEAD is compared with the index, and
 * the index with the worktree. Untracked files and submodules do not count. Nothing is written; the
 * index is not refreshed.
 *
 * libgit2 answers fast, but does not know all that git knows: clean filters, split indexes, SHA-256
 * repositories, … So where it finds a difference or cannot read the repository, the git on the PATH
 * decides. Without a git, a difference is a difference.
 */
#ifndef SIDECAR_COMMIT_H
#define SIDECAR_COMMIT_H

#include "base/err.h"

/* The commit of the repository at `path`; with `discover` its parent directories are searched, too.
 * *out: 7 hex digits, followed by "-dirty" if HEAD, index and worktree differ; NULL when there is
 * no repository or no commit. The caller frees. An error: there is a repository, and neither libgit2
 * nor git can read it. */
int commit_of(const char *path, bool discover, char **out, struct err *err) MUST_CHECK;

#endif
