/* SPDX-License-Identifier: GPL-2.0-only */
/* Questions to the git on the PATH. It follows all of git's own rules and settings; libgit2 does not. */
#ifndef BASE_GIT_H
#define BASE_GIT_H

#include "base/err.h"

/* Runs `git -C dir ARGUMENT…` (the list ends with NULL) without writing to the repository. dir has the
 * .git: git does not look for one above it. *line: the first line of its output, "" without any; the caller frees. ERR_NOT_FOUND: there is no git on the PATH;
 * ERR_CHILD: git failed, and the message says why. */
int git_ask(const char *dir, const char *const *arguments, char **line, struct err *err) MUST_CHECK;

#endif
