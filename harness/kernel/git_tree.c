/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/kernel/git_tree.h"

#include "base/fs.h"
#include "base/git.h"
#include "base/mem.h"

#define SHORT_DIGITS 7

/* Works on a tree of another user, too. NULL: git failed. */
static char *ask(const char *dir, const char *a, const char *b, const char *c)
{
	const char *const arguments[] = { "-c", "safe.directory=*", a, b, c, NULL };
	struct err ignored = ERR_INIT;
	char *line;

	return git_ask(dir, arguments, &line, &ignored) < 0 ? NULL : line;
}

void git_tree_describe(const char *dir, char **commit, char **contents)
{
	_cleanup_free_ char *dot_git = fs_join(dir, ".git");
	_cleanup_free_ char *head = NULL;
	_cleanup_free_ char *changes = NULL;

	if (!fs_exists(AT_FDCWD, dot_git))
		return; /* only a part of the repository: not the kernel's commit */
	head = ask(dir, "rev-parse", "--verify", "HEAD");
	changes = ask(dir, "status", "--porcelain", "--untracked-files=no");
	if (!head || strlen(head) < SHORT_DIGITS || !changes)
		return;
	*commit = xasprintf("%.*s%s", SHORT_DIGITS, head, *changes ? "-dirty" : "");
	if (!*changes)
		*contents = steal_ptr(&head);
}
