/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/kernel/git_tree.h"

#include "base/child.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/strv.h"

#define ASK_NS       (120 * NS_PER_SEC) /* git reads a whole kernel tree the first time */
#define OUTPUT_MAX   (4u << 20)
#define SHORT_DIGITS 7

/* Runs git. Returns the first line of its output: "" if there is none, NULL if git fails. */
static char *git(const char *dir, const char *a, const char *b, const char *c)
{
	/* Works on a tree of another user too, and does not write its index. */
	static const char *const env[] = { "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C", NULL };
	_cleanup_strv_ struct strv argv = STRV_INIT;
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf errout = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	strv_addl(&argv, "git", "-c", "safe.directory=*", "-C", dir, a, b, c, NULL);
	if (child_run(&(struct child_run){ .start = { .argv = strv_argv(&argv), .env = env },
	                                   .out = &out,
	                                   .errout = &errout,
	                                   .max_bytes = OUTPUT_MAX,
	                                   .deadline = deadline_in(ASK_NS) },
	              &ignored) < 0)
		return NULL;
	return xstrndup(strbuf_cstr(&out), strcspn(strbuf_cstr(&out), "\n"));
}

void git_tree_describe(const char *dir, char **commit, char **contents)
{
	_cleanup_free_ char *dot_git = fs_join(dir, ".git");
	_cleanup_free_ char *head = NULL;
	_cleanup_free_ char *changes = NULL;

	if (!fs_exists(AT_FDCWD, dot_git))
		return; /* only a part of the repository: not the kernel's commit */
	head = git(dir, "rev-parse", "--verify", "HEAD");
	changes = git(dir, "status", "--porcelain", "--untracked-files=no");
	if (!head || strlen(head) < SHORT_DIGITS || !changes)
		return;
	*commit = xasprintf("%.*s%s", SHORT_DIGITS, head, *changes ? "-dirty" : "");
	if (!*changes)
		*contents = steal_ptr(&head);
}
