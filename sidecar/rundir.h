/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The run directory of one invocation: {runs root}/{kernel}-{commit[-dirty]}.
 *
 * An invocation is one run of a suite, by one process or several. They share a run id, which the
 * first process makes and exports (KTSTR_RUN_ID). The invocation's first write removes the earlier
 * results. While it is alive, other invocations are refused (claim.h). KTSTR_SIDECAR_DIR names the
 * directory itself: it is then neither locked nor cleared, and there is no warning.
 */
#ifndef SIDECAR_RUNDIR_H
#define SIDECAR_RUNDIR_H

#include "sidecar/sidecar.h"

struct rundir;

struct rundir_opts {
	const char *kernel_version; /* NULL: that of $KTSTR_KERNEL's directory, else "unknown" */
	const char *kernel_image;   /* SHA-256 of the kernel's image; NULL: not known */
	const char *run_id;         /* of the invocation; NULL: rundir_run_id() */
	const char
		*dir; /* this directory itself, as KTSTR_SIDECAR_DIR, which it replaces; NULL: no */
	bool keep; /* move earlier results to .history (also KTSTR_HISTORY=keep); else remove them */
	bool add;  /* leave earlier results where they are; a test's new one replaces its old one */
	uint64_t lock_timeout_ns; /* limit for taking the lock; 0: 30 s */
	uint64_t wait_ns; /* how long to wait for another invocation to end; 0: refuse at once */
};

/* {KTSTR_TARGET_DIR, else CARGO_TARGET_DIR, else "target"}/ktstr; an empty variable counts as
 * unset. Caller frees. */
char *rundir_root(void);
/* $KTSTR_SIDECAR_DIR, or NULL when unset or empty. Borrowed. */
const char *rundir_override(void);
/* The id in KTSTR_RUN_ID; if that is not set, a new one: "20261121T041501Z-1a2b3c4d", the start
 * time and a random number, which is exported as KTSTR_RUN_ID for children. Do not call while other
 * threads use the environment. Caller frees. */
char *rundir_run_id(void);
/* "ci" when KTSTR_CI is set and not empty, else "local". */
const char *rundir_run_source(void);
/* The directory's name: "6.17.13-abc1234-dirty". NULL becomes "unknown"; a character that a file
 * name should not have becomes "_". Caller frees. */
char *rundir_key(const char *kernel_version, const char *project_commit);

/* Finds the directory and claims it for the invocation. Call it before any VM boots. Fails if the
 * file system is remote, if the place cannot be written to, or if another invocation uses the
 * directory (ERR_BUSY). Nothing is cleared yet; the first write makes the directory. */
int rundir_open(const struct rundir_opts *o, struct rundir **out, struct err *err) MUST_CHECK;
void rundir_close(struct rundir **rd);
const char *rundir_path(const struct rundir *rd);
/* Borrowed; NULL when unknown. "6.17.13@1a2b3c" with the first digits of the image's hash when the
 * directory of the plain version holds results of another image: a base and a patched kernel of one
 * version do not replace each other. */
const char *rundir_kernel_version(const struct rundir *rd);
/* Borrowed; NULL when the working directory is not in a repository with a commit. */
const char *rundir_project_commit(const struct rundir *rd);
/* A line to print once, or NULL. It says that runs without a commit share {kernel}-unknown. Only
 * the first process of an invocation gets it. */
const char *rundir_warning(const struct rundir *rd);
/* How many earlier results the first write removes for good. 0 where they are kept, and for all but the
 * first process of an invocation. */
size_t rundir_replaces(const struct rundir *rd);
/* Writes the sidecar atomically, under the lock. The invocation's first write also removes earlier
 * results. Threads and processes of one invocation may call it at the same time. *name: the file's
 * name; the caller frees. `name` may be NULL. */
int rundir_write(struct rundir *rd, const struct sidecar *s, char **name, struct err *err)
	MUST_CHECK;
/* Writes an artefact (console, scheduler log) beside the sidecar: {stem of the sidecar}.{suffix}.
 * It is removed with its sidecar. */
int rundir_write_artefact(struct rundir *rd, const struct sidecar *s, const char *suffix,
                          const void *data, size_t n, char **name, struct err *err) MUST_CHECK;

#endif
