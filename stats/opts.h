/* SPDX-License-Identifier: GPL-2.0-only */
/* The options that all commands share, and finding and reading the runs they name. */
#ifndef STATS_OPTS_H
#define STATS_OPTS_H

#include "base/cmd.h"
#include "stats/grid.h"
#include "stats/pool.h"

/* Set `formats`, `one_run` and `no_runs` before opts_parse(): they choose options that only some
 * commands have. */
struct opts {
	const char *formats; /* values of --format; NULL: the command has no --format */
	bool one_run;        /* the command has --run */
	bool no_runs;        /* the command reads no runs and has no --dir */
	char *dir, *run, *format_name;
	int json;
	enum grid_format format;
};

#define OPTS_FORMATS "table (default), json, csv, markdown, junit"

void opts_done(struct opts *o);
#define _cleanup_opts_ CLEANUP(opts_done)
/* cmd_parse() with the common options and the command's own (NULL: none). Sets the format. */
int opts_parse(const struct cmd *self, struct opts *o, const struct poptOption *more, int argc,
               const char **argv, struct strv *rest, struct err *err) MUST_CHECK;
/* The runs root; the caller frees. A --dir that does not exist is an error. */
int opts_root(const struct opts *o, char **out, struct err *err) MUST_CHECK;
/* Reads all runs under the root, or the one that --dir is; names the files it could not read on
 * stderr. opts_load() fails if that is all of them. */
int opts_load(const struct opts *o, struct pool *p, struct err *err) MUST_CHECK;
int opts_load_any(const struct opts *o, struct pool *p, struct err *err) MUST_CHECK;
/* The error for it. */
int opts_unreadable(const char *run, size_t files, struct err *err);
/* Lists the files of all runs under the root, or of the one that --dir is. */
int opts_scan_all(const struct opts *o, struct scan *s, struct err *err) MUST_CHECK;
/* Lists the files of a run: one under the root, or a sidecar file; `run` NULL: the newest run that has
 * any, or the one that --dir is. */
int opts_scan_run(const struct opts *o, const char *run, struct scan *s, struct err *err)
	MUST_CHECK;
/* Called with each sidecar; may take parts out of it. Returns whether to read the next one. */
typedef bool (*opts_take_fn)(void *arg, const char *path, struct sidecar *s);
/* Reads the files in order. For a file that cannot be read, a line with the reason is added to `bad`,
 * whose lines are then told. Fails if no file can be read. */
int opts_read(const struct scan *s, struct strv *bad, opts_take_fn take, void *arg, struct err *err)
	MUST_CHECK;
/* Does both for the run that --run names, or the newest. */
int opts_read_run(const struct opts *o, struct scan *s, opts_take_fn take, void *arg,
                  struct err *err) MUST_CHECK;
/* Prints each line on stderr. */
void opts_tell_bad(const struct strv *bad);

#endif
