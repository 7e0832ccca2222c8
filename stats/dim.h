/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dimensions: the one list of what results are filtered, sliced and joined by. The options
 * --NAME, --a-NAME and --b-NAME, `stats list-values`, the join and the diagnostics are derived from
 * it. A new dimension is one line here.
 */
#ifndef STATS_DIM_H
#define STATS_DIM_H

#include "sidecar/sidecar.h"

enum dim_role {
	DIM_SETTING,    /* always joins; a value on one side only: not compared, not "vanished" */
	DIM_IDENTITY,   /* always joins: part of the test's identity */
	DIM_PROVENANCE, /* joins only when it is filtered on */
};

/* X(id, name, member of struct sidecar, role, match function, doc) */
#define DIMS(X)                                                                                    \
	X(DIM_KERNEL, "kernel", kernel_version, DIM_SETTING, dim_match_kernel,                     \
	  "kernel version; 6.14 matches all 6.14.x")                                               \
	X(DIM_SCHEDULER, "scheduler", scheduler, DIM_IDENTITY, dim_match_exact, "scheduler")       \
	X(DIM_TOPOLOGY, "topology", topology, DIM_IDENTITY, dim_match_exact,                       \
	  "effective topology, as 1n2l4c1t")                                                       \
	X(DIM_WORK_TYPE, "work-type", work_type, DIM_IDENTITY, dim_match_exact, "work type")       \
	X(DIM_PROJECT_COMMIT, "project-commit", project_commit, DIM_SETTING, dim_match_commit,     \
	  "commit of the tree the run was started in: hash, HEAD, tag, branch or A..B")            \
	X(DIM_KERNEL_COMMIT, "kernel-commit", kernel_commit, DIM_PROVENANCE, dim_match_commit,     \
	  "commit of the kernel's tree, in the same forms (KTSTR_KERNEL's repository)")            \
	X(DIM_RUN_SOURCE, "run-source", run_source, DIM_PROVENANCE, dim_match_exact,               \
	  "where it ran: ci or local")                                                             \
	X(DIM_CLOCK, "clock", clock, DIM_IDENTITY, dim_match_exact, "guest clock: real, virtual")  \
	X(DIM_PROFILE, "profile", profile, DIM_IDENTITY, dim_match_exact,                          \
	  "profile of kernel command line and sysctls")                                            \
	X(DIM_BESIDE, "beside", beside, DIM_IDENTITY, dim_match_exact,                             \
	  "harness bench --with: baseline, or the program that ran beside")

enum dim {
#define X(id, name, member, role, match, doc) id,
	DIMS(X)
#undef X
	DIM_COUNT
};

struct dim_def {
	const char *name, *doc;
	size_t off; /* of the char * in struct sidecar */
	enum dim_role role;
	bool (*match)(const char *value, const char *want);
};
extern const struct dim_def dim_defs[DIM_COUNT];

/* Exact; a `want` of two numeric parts ("6.14") also matches all versions below it ("6.14.2"). */
bool dim_match_kernel(const char *value, const char *want);
bool dim_match_exact(const char *value, const char *want);
/* Two hashes match if one is a prefix of the other (7 digits at least), and both or neither end in
 * "-dirty". Anything else is compared exactly. */
bool dim_match_commit(const char *value, const char *want);
/* 7 to 40 hex digits, with or without "-dirty". */
bool dim_is_hash(const char *s);
/* The length without a "-dirty" at the end. */
size_t dim_commit_len(const char *commit);
/* enum dim by name, or -1. */
int dim_find(const char *name);

#endif
