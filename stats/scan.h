/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which sidecars there are: run directories (their names do not start with "."), each with its own
 * files and those one level of sub-directories down. Everything is in the order of names, whatever
 * the file system says. A tree may come from anywhere: no symbolic link below the root is followed.
 */
#ifndef STATS_SCAN_H
#define STATS_SCAN_H

#include "base/err.h"
#include "base/strv.h"

#define SCAN_FILES_MAX 2000000u

struct scan {
	int dirfd; /* what the files' paths are below; owned */
	struct scan_run {
		char *name;
		struct timespec mtime;
		dev_t dev;
		ino_t ino;
	} * runs;
	size_t n_runs;
	struct scan_file {
		char *path; /* "run/file", "run/job/file"; of scan_path(): "file", "job/file" */
		size_t run;
	} * files; /* those of a run stand together */
	size_t n_files;
	struct strv bad; /* "run: why it was skipped" */
};

#define SCAN_INIT                                                                                  \
	{                                                                                          \
		.dirfd = -1                                                                        \
	}
void scan_done(struct scan *s);
#define _cleanup_scan_ CLEANUP(scan_done)

/* Every run. A root that is not there holds none. */
int scan_root(struct scan *s, const char *root, struct err *err) MUST_CHECK;
/* One run by name; ERR_NOT_FOUND with the nearest name, ERR_USAGE for what is no name ("../x"). */
int scan_run(struct scan *s, const char *root, const char *name, struct err *err) MUST_CHECK;
/* A directory of sidecars, wherever it is, as one run. */
int scan_path(struct scan *s, const char *path, struct err *err) MUST_CHECK;
/* Names of the runs under the root, sorted. */
int scan_run_names(const char *root, struct strv *names, struct err *err) MUST_CHECK;

#endif
