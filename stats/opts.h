/* SPDX-License-Identifier: GPL-2.0-only */
/* The options every command has, and what follows from them. */
#ifndef STATS_OPTS_H
#define STATS_OPTS_H

#include "base/cmd.h"
#include "stats/grid.h"
#include "stats/pool.h"

/* Set before opts_parse(): formats and one_run, the options that not every command has. */
struct opts {
	const char *formats; /* what --format takes; NULL: there is no --format */
	bool one_run;        /* there is --run */
	char *dir, *run, *format_name;
	int json;
	enum grid_format format;
};

#define OPTS_FORMATS "table (default), json, csv, markdown, junit"

void opts_done(struct opts *o);
#define _cleanup_opts_ CLEANUP(opts_done)
/* cmd_parse() of the common options and the command's own (NULL: none); sets the format. */
int opts_parse(const struct cmd *self, struct opts *o, const struct poptOption *more, int argc,
               const char **argv, struct strv *rest, struct err *err) MUST_CHECK;
/* The runs root; the caller frees. A --dir that is not there is an error. */
int opts_root(const struct opts *o, char **out, struct err *err) MUST_CHECK;
/* All runs under the root, bad files told on stderr. */
int opts_load(const struct opts *o, struct pool *p, struct err *err) MUST_CHECK;
/* The files of one run under the root; of the newest when NULL. */
int opts_scan_run(const struct opts *o, const char *run, struct scan *s, struct err *err)
	MUST_CHECK;
/* What is done with a sidecar; it may take parts of it. Returns whether to read the next. */
typedef bool (*opts_take_fn)(void *arg, const char *path, struct sidecar *s);
/* Reads the files in order; why one could not be read becomes a line of bad. */
void opts_read(const struct scan *s, struct strv *bad, opts_take_fn take, void *arg);
/* Each line on stderr. */
void opts_tell_bad(const struct strv *bad);

#endif
