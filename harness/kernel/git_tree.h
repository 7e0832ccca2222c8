/* SPDX-License-Identifier: GPL-2.0-only */
/* What git says of a source tree. */
#ifndef KERNEL_GIT_TREE_H
#define KERNEL_GIT_TREE_H

/* *commit: 7 digits, with "-dirty" when a tracked file differs; *contents: the whole commit, of a
 * tree that is not dirty. NULL where it is no git tree, or git is not here. Caller frees. */
void git_tree_describe(const char *dir, char **commit, char **contents);

#endif
