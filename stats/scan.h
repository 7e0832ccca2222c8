/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lists the sidecars: run directories (names that do not start with "."), each with its own files
 * and those of its subdirectories, one level deep. Everything is sorted by name. The tree may come
 * from an untrusted place: no symbolic link below the root is followed.
 */
#ifndef STATS_SCAN_H
#define STATS_SCAN_H

#include "base/err.h"
#include "base/strv.h"

#define SCAN_FILES_MAX 2000000u

struct scan {
	int dirfd; /* the files' paths are relative to it; owned */
	struct scan_run {
		char *name;
		struct timespec mtime;
		dev_t dev;
		ino_t ino;
	} * runs;
	size_t n_runs;
	struct scan_file {
		char *path; /* "run/file", "run/job/file"; after scan_path(): "file", "job/file" */
		size_t run;
	} * files; /* grouped by run */
	size_t n_files;
	struct strv bad; /* "run: why it was skipped" */
};

#define SCAN_INIT                                                                                  \
	{                                                                                          \
		.dirfd = -1                                                                        \
	}
void scan_done(struct scan *s);
#define _cleanup_scan_ CLEANUP(scan_done)

/* All runs. A root that does not exist has no runs; that is not an error. */
int scan_root(struct scan *s, const char *root, struct err *err) MUST_CHECK;
/* One run by name. ERR_NOT_FOUND suggests the nearest name; ERR_USAGE: not a name ("../x"). */
int scan_run(struct scan *s, const char *root, const char *name, struct err *err) MUST_CHECK;
/* Any directory of sidecars, as one run. */
int scan_path(struct scan *s, const char *path, struct err *err) MUST_CHECK;
/* One sidecar, as a run of its own. */
int scan_file(struct scan *s, const char *path, struct err *err) MUST_CHECK;
/* Whether this is a directory with sidecars directly in it: a run, not a root. */
bool scan_is_run(const char *path);
/* Names of the runs under the root, sorted. */
int scan_run_names(const char *root, struct strv *names, struct err *err) MUST_CHECK;

#endif
