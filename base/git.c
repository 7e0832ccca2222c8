/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/git.h"

#include <stdlib.h>
#include <string.h>

#include "base/child.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/strv.h"

#define ASK_NS     (120 * NS_PER_SEC) /* git reads a whole kernel tree the first time */
#define OUTPUT_MAX (4u << 20)

int git_ask(const char *dir, const char *const *arguments, char **line, struct err *err)
{
	static const char *const env[] = { "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C", NULL };
	_cleanup_free_ char *git = fs_which("git");
	_cleanup_free_ char *real = NULL, *above = NULL;
	_cleanup_strv_ struct strv argv = STRV_INIT;
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf errout = STRBUF_INIT;

	if (!git)
		return err_set(err, ERR_NOT_FOUND, "no git on the PATH");
	real = realpath(dir, NULL);
	above = xasprintf("GIT_CEILING_DIRECTORIES=%s/..", real ? real : dir);
	/* A hook of git has these; they are about the hook's repository. */
	strv_addl(&argv, "env", "-u", "GIT_DIR", "-u", "GIT_WORK_TREE", "-u", "GIT_INDEX_FILE",
	          above, git, "-C", dir, NULL);
	for (; *arguments; arguments++)
		strv_add(&argv, *arguments);
	if (child_run(&(struct child_run){ .start = { .argv = strv_argv(&argv), .env = env },
	                                   .out = &out,
	                                   .errout = &errout,
	                                   .max_bytes = OUTPUT_MAX,
	                                   .deadline = deadline_in(ASK_NS) },
	              err) < 0)
		return -(int)err->code;
	*line = xstrndup(strbuf_cstr(&out), strcspn(strbuf_cstr(&out), "\n"));
	return 0;
}
