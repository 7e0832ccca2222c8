/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is tested, as data: a scenario is a YAML file (bundled ones in catalogue/, a user's own by
 * path) read into these structs, then resolved against a topology into the agent's flat job.
 *
 *	name: cgroup_steady
 *	summary: two cgroups of equal weight, one spinning worker per CPU
 *	topology: 1n2l2c1t
 *	duration: 2s
 *	cgroups:
 *	  - name: left
 *	    weight: 100
 *	    works:
 *	      - { type: cpu_spin, workers: 50%, params: { chunk: 500 } }
 *	checks:
 *	  max_spread_pct: 20
 *
 * and, of a test that must fail in one exact way, expect: { outcome: fail, cause: "stall" }.
 *
 * An error names file, line and key. Everything is owned by the struct; scenario_done() frees it.
 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include "base/err.h"
#include "base/strv.h"
#include "harness/wire/job.h"
#include "harness/scenario/check.h"

#define SCENARIO_PARAMS_MAX 128

struct scenario_params {
	double *value[SCENARIO_PARAMS_MAX]; /* by params.h's fields; NULL: not given */
};

struct scenario_work {
	char *type;    /* a WORK_TYPES name */
	char *workers; /* "4", or "150%" of the CPUs the cgroup may use (at least 1) */
	struct scenario_params *params; /* of the type; NULL: its defaults */
};

struct scenario_cgroup {
	char *name;
	char *cpuset;    /* the kernel's list form; NULL: all */
	uint32_t weight; /* 0: the kernel's default */
	struct scenario_work *works;
	uint32_t works_count;
};

/* A test that is to end in one way other than a pass. */
struct scenario_expect {
	char *outcome; /* "fail", "inconclusive" or "error" */
	char *cause;   /* extended regular expression; NULL: any */
};

struct scenario {
	char *name, *summary;
	char *topology; /* default for this scenario; NULL: the harness's */
	char *duration; /* default; NULL: the harness's */
	struct scenario_cgroup *cgroups;
	uint32_t cgroups_count;
	struct check_limits *checks;    /* overrides; NULL: none */
	struct scenario_expect *expect; /* NULL: to pass */
	char *path;                     /* where it was read; not part of the file */
};

/* Reads and checks one file. */
int scenario_load(const char *path, struct scenario **out, struct err *err) MUST_CHECK;
void scenario_free(struct scenario **s);
#define _cleanup_scenario_ CLEANUP(scenario_free)

struct scenarios {
	struct scenario **v;
	size_t n;
};
/* All of a folder's *.yaml, by name. One that does not load is an error. */
int scenarios_load(const char *dir, struct scenarios *out, struct err *err) MUST_CHECK;
void scenarios_done(struct scenarios *s);

/* The flat job for a topology. ERR_UNSUPPORTED when the topology cannot hold it (a skip, with the
 * message as its reason). Seed, scheduler and quiet times are the caller's to set. */
int scenario_resolve(const struct scenario *s, const struct job_topology *topo,
                     uint64_t duration_ns, struct job *out, struct err *err) MUST_CHECK;
/* "cpu_spin+pipe_ping_pong": the distinct work types of a cgroup (U32_NONE: of the whole job), in
 * table order. Caller frees. */
char *scenario_work_types(const struct job *job, uint32_t cgroup);

#endif
