/* SPDX-License-Identifier: GPL-2.0-only */
/* The commit of a source tree, as git reports it. */
#ifndef KERNEL_GIT_TREE_H
#define KERNEL_GIT_TREE_H

/* *commit: 7 digits, with "-dirty" if a tracked file differs. *contents: the full commit hash; NULL
 * if the tree is dirty. Both are NULL if it is no git tree or git is not installed. Caller frees. */
void git_tree_describe(const char *dir, char **commit, char **contents);

#endif
