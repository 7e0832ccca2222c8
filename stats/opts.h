/* SPDX-License-Identifier: GPL-2.0-only */
/* The options every command has, and what follows from them. */
#ifndef STATS_OPTS_H
#define STATS_OPTS_H

#include "base/cmd.h"
#include "stats/grid.h"
#include "stats/pool.h"

struct opts {
	char *dir, *format_name;
	const char *formats; /* what --format takes; NULL: OPTS_FORMATS */
	int json;
	enum grid_format format; /* after opts_check() */
};

#define OPTS_BASE(o)                                                                               \
	{ "dir",                                                                                   \
	  0,                                                                                       \
	  POPT_ARG_STRING,                                                                         \
	  &(o)->dir,                                                                               \
	  0,                                                                                       \
	  "runs root (default: ktstr/ in KTSTR_TARGET_DIR, CARGO_TARGET_DIR or target/)",          \
	  "DIR" },                                                                                 \
	{                                                                                          \
		"json", 0, POPT_ARG_NONE, &(o)->json, 0, "print JSON", NULL                        \
	}
#define OPTS_FORMAT(o, names)                                                                      \
	{                                                                                          \
		"format", 0, POPT_ARG_STRING, &(o)->format_name, 0, names, "FORMAT"                \
	}
#define OPTS_RUN(name)                                                                             \
	{                                                                                          \
		"run", 0, POPT_ARG_STRING, name, 0, "a run under the root (default: the newest)",  \
			"RUN"                                                                      \
	}
#define OPTS_FORMATS "table (default), json, csv, markdown, junit"

void opts_done(struct opts *o);
#define _cleanup_opts_ CLEANUP(opts_done)
/* --json and --format agree, the format is known. */
int opts_check(struct opts *o, struct err *err) MUST_CHECK;
/* The runs root; the caller frees. A --dir that is not there is an error. */
int opts_root(const struct opts *o, char **out, struct err *err) MUST_CHECK;
/* All runs under the root, bad files told on stderr. */
int opts_load(const struct opts *o, struct pool *p, struct err *err) MUST_CHECK;
/* The files of one run under the root; of the newest when NULL. */
int opts_scan_run(const struct opts *o, const char *run, struct scan *s, struct err *err)
	MUST_CHECK;
/* Each line on stderr. */
void opts_tell_bad(const struct strv *bad);
/* Prints and puts it. */
void opts_print_json(struct json_object *o);

#endif
