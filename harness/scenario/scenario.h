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
#include "harness/payload/payload.h"
#include "harness/wire/job.h"
#include "harness/scenario/check.h"

/* Of a YAML file (yaml_tree.h): where a record is written, so that any who has the record can name
 * file, line and key. NULL: in no file. */
struct yaml_place;

struct scenario_work {
	const struct yaml_place *at;
	char *type;                /* a WORK_TYPES name */
	char *workers;             /* "4", or "150%" of the CPUs the cgroup may use (at least 1) */
	struct json_f64map params; /* those given, of the type */
	char *policy;              /* a WORK_POLICIES name; NULL: normal */
	uint32_t priority;         /* fifo, rr; 0: 1 */
	char *runtime, *deadline, *period; /* deadline; deadline NULL: period */
	int32_t nice;
	char *affinity;   /* inherit (NULL too), random, llc, cross, single, or a cpuset */
	char *mem_policy; /* a MEM_POLICIES name; NULL: default */
	char *mem_nodes;  /* of bind, preferred, interleave: "0-1" */
};

struct scenario_cgroup {
	const struct yaml_place *at;
	char *name;
	char *cpuset; /* cpuset.h's forms, less what the parent may not use; NULL: the parent's */
	uint32_t weight; /* 0: the kernel's default */
	char *max;       /* cpu.max: "50%" of one CPU, or "20ms 100ms", quota and period */
	bool idle;       /* cpu.idle */
	char *partition; /* cpuset.cpus.partition: root or isolated; NULL: neither */
	char *memory_max, *memory_high, *memory_low; /* "64M", 0 and more */
	struct scenario_work *works;
	uint32_t works_count;
	struct scenario_cgroup *cgroups; /* within; then it has no works */
	uint32_t cgroups_count;
};

/* A number in what a payload prints; one of the preset's of that name is taken over, but for what
 * is given here. */
struct scenario_metric {
	const struct yaml_place *at;
	char *name;
	char *from, *path, *pick; /* payload.h's sources and picks; pick NULL: last */
	char *unit, *better;      /* better: lower or higher; NULL: a change judges nothing */
	double *min, *max;        /* bounds; NULL: none */
};

/* A file that a payload reads, with the libraries it needs when it is a program. */
struct scenario_file {
	const struct yaml_place *at;
	char *path; /* in the guest, from / */
	char *from; /* on this machine; NULL: the same path */
	char *text; /* or what is in it */
};

/* A program of this machine that runs beside the workers. {cpus}, {duration_s}, {duration_ms} and
 * {seed} in its arguments and texts are the test's. */
struct scenario_payload {
	const struct yaml_place *at;
	char *name;
	char **run; /* program (on $PATH, or a path) and arguments */
	uint32_t run_count;
	char *package; /* Debian's, that has it: where it is not there the test is skipped */
	char *cgroup;  /* path; NULL: the guest's root */
	char **env;    /* "NAME=value" */
	uint32_t env_count;
	struct scenario_file *files;
	uint32_t files_count;
	char **collect; /* files it leaves that are output, too: "/tmp/x-*.log" */
	uint32_t collect_count;
	char *output_max; /* NULL: 64K */
	char *wait;       /* how long it may take beyond the duration; NULL: it is ended then */
	int *expect_exit; /* NULL: 0 */
	char *preset;     /* whose metrics it has; NULL: none */
	struct scenario_metric *metrics;
	uint32_t metrics_count;
};

/* The least a topology must have; a test on one that has not is skipped. 0: any. */
struct scenario_needs {
	uint32_t cpus, llcs, nodes;
	bool smt;
};

struct scenario_op_args {
	char *cgroup, *to; /* paths: "a", "a/b" */
	char *cpuset, *file, *value, *affinity;
	char *payload, *timeout;
};

struct scenario_spawn {
	char *cgroup; /* NULL: the guest's root */
	struct scenario_work work;
};

/* What an op takes: OPS says which. */
union scenario_op_arg {
	char *text;
	struct scenario_op_args *args;
	struct scenario_spawn *spawn;
	struct scenario_cgroup *group;
};

struct scenario_op {
	const struct yaml_place *at;
	union scenario_op_arg arg[OP_COUNT]; /* one of them is given */
};
/* enum op_kind; -1 when not exactly one is given. */
int scenario_op_kind(const struct scenario_op *op);

/* Steps follow one another from the start of the run. */
struct scenario_step {
	const struct yaml_place *at;
	char *name;
	char *hold;  /* how long: "50%" of the duration, "500ms"; NULL: a share of what is left */
	char *every; /* the ops again and again, so far apart; NULL: once, as it begins */
	struct scenario_op *ops;
	uint32_t ops_count;
	struct scenario_cgroup *cgroups; /* made as it begins, removed as it ends */
	uint32_t cgroups_count;
};

/* X(enumerator, name, doc): which scenarios are run together. Each level holds those above it. */
#define LEVELS(X)                                                                                  \
	X(LEVEL_SMOKE, "smoke", "is all of it there: a minute")                                    \
	X(LEVEL_DEFAULT, "default", "what a change should be tested with")                         \
	X(LEVEL_SOAK, "soak", "what takes long or many CPUs")

enum level {
#define X(e, name, doc) e,
	LEVELS(X)
#undef X
	LEVEL_COUNT
};
extern const struct json_names level_names;

/* A test that is to end in one way other than a pass. */
struct scenario_expect {
	const struct yaml_place *at;
	char *outcome; /* "fail", "inconclusive" or "error" */
	char *cause;   /* extended regular expression; NULL: any */
};

struct scenario {
	const struct yaml_place *at;
	char *name, *summary; /* a file that is only included may lack them */
	char **include;       /* files, relative to this one's folder, whose cgroups, works and
	                       * checks come before its own */
	uint32_t include_count;
	char *level;                  /* a LEVELS name; NULL: default */
	char *topology;               /* default for this scenario; NULL: the harness's */
	char *duration;               /* default; NULL: the harness's */
	struct scenario_needs *needs; /* NULL: nothing */
	struct scenario_cgroup *cgroups;
	uint32_t cgroups_count;
	struct scenario_work *works; /* outside of the test's cgroups, in the guest's root */
	uint32_t works_count;
	struct scenario_payload *payloads; /* run from the start, unless an op runs them */
	uint32_t payloads_count;
	struct scenario_step *steps;
	uint32_t steps_count;
	struct check_limits *checks;    /* overrides; NULL: none */
	struct scenario_expect *expect; /* NULL: to pass */
	char *path;                     /* where it was read; not part of the file */
	bool bundled;                   /* one of a catalogue's; likewise */
	struct yaml_tree *trees;        /* of its files, that the places are in; likewise */
};

/* Reads and checks one file. */
int scenario_load(const char *path, struct scenario **out, struct err *err) MUST_CHECK;
/* A file of limits alone: `checks`, and `include` of others. It needs no name. */
int scenario_load_checks(const char *path, struct scenario **out, struct err *err) MUST_CHECK;
/* The limits in force: the defaults, the layer's (NULL: none), the scenario's own. */
void scenario_checks(const struct scenario *s, const struct scenario *layer, struct check_set *out);
enum level scenario_level(const struct scenario *s);
void scenario_free(struct scenario **s);
#define _cleanup_scenario_ CLEANUP(scenario_free)

struct scenarios {
	struct scenario **v;
	size_t n;
};
/* All of a folder's *.yaml, by name. One that does not load is an error. */
int scenarios_load(const char *dir, struct scenarios *out, struct err *err) MUST_CHECK;
void scenarios_done(struct scenarios *s);

/* What a test gives to a scenario. */
struct scenario_setting {
	struct job_topology topology;
	uint64_t duration_ns;
	uint64_t seed;         /* all that is left to chance comes from it */
	const char *scheduler; /* the test's, by its name; NULL: the kernel's own */
	bool sched_ext;        /* the kernel can have others than its own */
};

/* Of its payloads: the metrics looked for, strings borrowed from the scenario; caller frees. */
struct payload_metric *scenario_payload_metrics(const struct scenario_payload *p, size_t *n);
/* A text with the words of the test ({cpus} …) filled in; caller frees. */
char *scenario_fill_in(const char *text, const struct job *job);
/* Where its program is on this machine: an absolute path, caller frees. ERR_NOT_FOUND when it is
 * nowhere; ERR_UNSUPPORTED, and how to install it, when the scenario says of which package it is.
 */
int scenario_payload_program(const struct scenario_payload *p, char **out, struct err *err)
	MUST_CHECK;

/* The flat job. ERR_UNSUPPORTED when the topology cannot hold it (a skip, with the message as its
 * reason). Of payloads argv[0] is as in
 * the file. Of the schedulers only the names are set: [0] is the test's, the rest are
 * those the steps name. Their objects and the quiet times are the
 * caller's to set. */
int scenario_resolve(const struct scenario *s, const struct scenario_setting *setting,
                     struct job *out, struct err *err) MUST_CHECK;
/* "cpu_spin+pipe_ping_pong": the distinct work types of a cgroup (U32_NONE: of the whole job), in
 * table order. Caller frees. */
char *scenario_work_types(const struct job *job, uint32_t cgroup);

#endif
