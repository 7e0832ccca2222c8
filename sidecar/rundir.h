/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The run directory of one invocation: {runs root}/{kernel}-{commit[-dirty]}.
 */
#ifndef SIDECAR_RUNDIR_H
#define SIDECAR_RUNDIR_H

#include "sidecar/sidecar.h"

struct rundir;

struct rundir_opts {
	const char *kernel_version; /* NULL: "unknown" in the name */
	const char *run_id;         /* of the invocation: rundir_run_id() */
	bool keep; /* cleared sidecars move to .history instead (also KTSTR_HISTORY=keep) */
	uint64_t lock_timeout_ns; /* 0: 30 s */
};

/* {KTSTR_TARGET_DIR, else CARGO_TARGET_DIR, else "target"}/ktstr. Caller frees. */
char *rundir_root(void);
/* "20261121T041501Z-1a2b3c4d": start time and random; exported as KTSTR_RUN_ID to children, and
 * taken from there when set. Caller frees. */
char *rundir_run_id(void);

/* Finds the directory (creating it), refuses remote file systems, probes that it can be written:
 * all before any VM boots. Nothing is cleared yet. */
int rundir_open(const struct rundir_opts *o, struct rundir **out, struct err *err) MUST_CHECK;
void rundir_close(struct rundir **rd);
const char *rundir_path(const struct rundir *rd);
/* NULL when not in a repository. Borrowed. */
const char *rundir_project_commit(const struct rundir *rd);
/* One line to print once, or NULL: all runs outside a repository share {kernel}-unknown. */
const char *rundir_warning(const struct rundir *rd);
/* Locks, clears once per invocation, writes atomically. Safe from several threads and processes of
 * one invocation. The file name through *name (caller frees; may be NULL). */
int rundir_write(struct rundir *rd, const struct sidecar *s, char **name, struct err *err)
	MUST_CHECK;
/* An artefact (console, scheduler log) beside the sidecar: {stem of the sidecar}.{suffix}. */
int rundir_write_artefact(struct rundir *rd, const struct sidecar *s, const char *suffix,
                          const void *data, size_t n, char **name, struct err *err) MUST_CHECK;

/* Commit of the repository around `path` (parents are searched when `discover`): 7 hex digits,
 * "-dirty" when HEAD, index and worktree differ; *out NULL when there is none. */
int commit_of(const char *path, bool discover, char **out, struct err *err) MUST_CHECK;

#endif
