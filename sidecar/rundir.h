/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The run directory of one invocation: {runs root}/{kernel}-{commit[-dirty]}.
 *
 * An invocation is one run of a suite, of however many processes: they share a run id, which the
 * first makes and exports (KTSTR_RUN_ID). It clears the directory once, at its first write, and
 * another invocation is refused while it lives (claim.h). KTSTR_SIDECAR_DIR names the directory
 * itself: no key, no lock, no clearing, no warning.
 */
#ifndef SIDECAR_RUNDIR_H
#define SIDECAR_RUNDIR_H

#include "sidecar/sidecar.h"

struct rundir;

struct rundir_opts {
	const char *kernel_version; /* NULL: that of $KTSTR_KERNEL's directory, else "unknown" */
	const char *run_id;         /* of the invocation; NULL: rundir_run_id() */
	bool keep; /* cleared sidecars move to .history instead (also KTSTR_HISTORY=keep) */
	uint64_t lock_timeout_ns; /* of one write; 0: 30 s */
	uint64_t wait_ns;         /* for another invocation to end; 0: refuse at once */
};

/* {KTSTR_TARGET_DIR, else CARGO_TARGET_DIR, else "target"}/ktstr; empty is unset. Caller frees. */
char *rundir_root(void);
/* $KTSTR_SIDECAR_DIR, or NULL when unset or empty. Borrowed. */
const char *rundir_override(void);
/* "20261121T041501Z-1a2b3c4d": start time and random; exported as KTSTR_RUN_ID to children, and
 * taken from there when set. Not to be called while other threads use the environment. Caller
 * frees. */
char *rundir_run_id(void);
/* "ci" when KTSTR_CI is set and not empty, else "local". */
const char *rundir_run_source(void);
/* "6.17.13-abc1234-dirty"; NULL is "unknown"; what could not stand in a name becomes "_". Caller
 * frees. */
char *rundir_key(const char *kernel_version, const char *project_commit);

/* Finds the directory and claims it for the invocation, all before any VM boots: remote file
 * systems are refused, places that cannot be written too, and a directory that another invocation
 * is using (ERR_BUSY). Nothing is cleared yet, and the directory itself is made by the first write.
 */
int rundir_open(const struct rundir_opts *o, struct rundir **out, struct err *err) MUST_CHECK;
void rundir_close(struct rundir **rd);
const char *rundir_path(const struct rundir *rd);
/* NULL when unknown. Borrowed. */
const char *rundir_kernel_version(const struct rundir *rd);
/* NULL when not in a repository. Borrowed. */
const char *rundir_project_commit(const struct rundir *rd);
/* One line to print once, or NULL: runs without a commit share {kernel}-unknown. Only the first
 * process of an invocation has it. */
const char *rundir_warning(const struct rundir *rd);
/* Locks, clears once per invocation, writes atomically. Safe from several threads and processes of
 * one invocation. The file name through *name (caller frees; may be NULL). */
int rundir_write(struct rundir *rd, const struct sidecar *s, char **name, struct err *err)
	MUST_CHECK;
/* An artefact (console, scheduler log) beside the sidecar: {stem of the sidecar}.{suffix}. It goes
 * when its sidecar is cleared. */
int rundir_write_artefact(struct rundir *rd, const struct sidecar *s, const char *suffix,
                          const void *data, size_t n, char **name, struct err *err) MUST_CHECK;

#endif
