/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/kernel/download.h"

#include "base/child.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/term.h"

#define LOOK_NS       (200 * NS_PER_MS)
#define LOG_MAX_BYTES (1u << 16)

/* Each program with its arguments, and the exit status by which it says that the server has no such
 * file. */
struct fetcher {
	const char *program;
	const char *args[12];
	const char *to_option, *log_option;
	int absent_status;
};
static const struct fetcher fetchers[] = {
	{ .program = "curl",
	  .args = { "--fail", "--location", "--silent", "--show-error", "--connect-timeout", "30",
	            "--speed-limit", "1", "--speed-time", "120" },
	  .to_option = "--output",
	  .log_option = "--stderr",
	  .absent_status = 22 },
	{ .program = "wget",
	  .args = { "--no-verbose", "--tries=1", "--timeout=60" },
	  .to_option = "--output-document",
	  .log_option = "--output-file",
	  .absent_status = 8 },
};

static const struct fetcher *find_fetcher(struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(fetchers); i++) {
		_cleanup_free_ char *path = fs_which(fetchers[i].program);

		if (path)
			return &fetchers[i];
	}
	err_set(err, ERR_UNSUPPORTED,
	        "this machine has neither curl nor wget: apt-get install curl, or download the "
	        "file and name it");
	return NULL;
}

static int await(struct child *c, const char *url, const char *to, struct err *err)
{
	while (child_wait(c, deadline_in(LOOK_NS), err) < 0) {
		struct stat st;

		if (err->code != ERR_TIMEOUT)
			return -(int)err->code;
		err_clear(err);
		term_progress("%s: %.1f MB", fs_basename(url),
		              stat(to, &st) == 0 ? (double)st.st_size / 1e6 : 0.0);
	}
	term_progress_end();
	return 0;
}

/* The last line that the program printed. */
static char *last_words(const char *log)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_strv_ struct strv lines = STRV_INIT;
	struct err ignored = ERR_INIT;

	if (fs_read(AT_FDCWD, log, LOG_MAX_BYTES, &text, &ignored) < 0)
		return NULL;
	strv_split(&lines, strbuf_cstr(&text), "\n");
	return lines.n ? xstrdup(lines.v[lines.n - 1]) : NULL;
}

static int judge(const struct fetcher *f, const struct child *c, const char *url, const char *log,
                 struct err *err)
{
	_cleanup_free_ char *how = child_describe(c);
	_cleanup_free_ char *said = last_words(log);

	if (c->status == 0)
		return 0;
	if (WIFEXITED(c->status) && WEXITSTATUS(c->status) == f->absent_status)
		return err_set(err, ERR_NOT_FOUND, "%s: the server has no such file (%s)", url,
		               said ? said : how);
	return err_set(err, ERR_CHILD, "%s cannot be reached: %s", url, said ? said : how);
}

int download(const char *url, const char *to, struct err *err)
{
	const struct fetcher *f = find_fetcher(err);
	_cleanup_free_ char *log = xasprintf("%s.log", to);
	_cleanup_strv_ struct strv argv = STRV_INIT;
	_cleanup_child_ struct child c = CHILD_INIT;
	struct err ignored = ERR_INIT;
	int r;

	if (!f)
		return -(int)err->code;
	strv_add(&argv, f->program);
	for (size_t i = 0; f->args[i]; i++)
		strv_add(&argv, f->args[i]);
	strv_addl(&argv, f->to_option, to, f->log_option, log, "--", url, NULL);
	r = child_start(&(struct child_opts){ .argv = strv_argv(&argv) }, &c, err);
	if (r == 0)
		r = await(&c, url, to, err);
	if (r == 0)
		r = judge(f, &c, url, log, err);
	(void)!fs_remove_tree(AT_FDCWD, log, &ignored);
	if (r < 0)
		(void)!fs_remove_tree(AT_FDCWD, to, &ignored);
	return r;
}
