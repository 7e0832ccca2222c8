/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scenario says what is tested. It is a YAML file: a bundled one in catalogue/, or a user's own.
 * It is read into these structs, then resolved against a topology into the agent's flat job.
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
 * A test that must fail in one exact way also has expect: { outcome: fail, cause: "stall" }.
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

/* Where a record stands in its YAML file (yaml_tree.h), so that an error can name file, line and
 * key. NULL: in no file. */
struct yaml_place;

struct scenario_work {
	const struct yaml_place *at;
	char *type;                /* a WORK_TYPES name */
	char *workers;             /* "4", or "150%" of the CPUs the cgroup may use (at least 1) */
	struct json_f64map params; /* parameters of the type, as far as given */
	char *policy;              /* a WORK_POLICIES name; NULL: normal */
	uint32_t priority;         /* for fifo and rr; 0: 1 */
	char *runtime, *deadline, *period; /* for policy deadline; deadline NULL: period */
	int32_t nice;
	char *affinity;   /* inherit, random, llc, cross, single or a cpuset; NULL: inherit */
	char *mem_policy; /* a MEM_POLICIES name; NULL: default */
	char *mem_nodes;  /* for bind, preferred, interleave: "0-1" */
};

struct scenario_cgroup {
	const struct yaml_place *at;
	char *name;
	char *cpuset;    /* a form of cpuset.h, within the parent's CPUs; NULL: the parent's */
	uint32_t weight; /* 0: the kernel's default */
	char *max;       /* cpu.max: "50%" of one CPU, or "20ms 100ms", quota and period */
	bool idle;       /* cpu.idle */
	char *partition; /* cpuset.cpus.partition: root or isolated; NULL: neither */
	char *memory_max, *memory_high, *memory_low; /* "64M"; may be 0 */
	struct scenario_work *works;
	uint32_t works_count;
	struct scenario_cgroup *cgroups; /* cgroups in it; not together with works */
	uint32_t cgroups_count;
};

/* A number in the output of a payload or of a scheduler's program. If the preset has a metric of this name, members not given here
 * are taken from it. */
struct scenario_metric {
	const struct yaml_place *at;
	char *name;
	char *from, *path, *pick; /* payload.h's sources and picks; pick NULL: last */
	char *unit, *better;      /* better: lower or higher; NULL: changes are not judged */
	double *min, *max;        /* bounds; NULL: none */
};

/* A file that a payload needs in the guest. If it is a program, its libraries are added, too. */
struct scenario_file {
	const struct yaml_place *at;
	char *path; /* absolute, in the guest */
	char *from; /* on this machine; NULL: the same path */
	char *text; /* or its contents */
};

/* A program of this machine that runs beside the workers. {cpus}, {duration_s}, {duration_ms} and
 * {seed} in its arguments and texts are replaced by the test's values. */
struct scenario_payload {
	const struct yaml_place *at;
	char *name;
	char **run; /* program (on $PATH, or a path) and arguments */
	uint32_t run_count;
	char *package; /* its Debian package. If set and the program is missing: skip */
	char *cgroup;  /* path; NULL: the guest's root */
	char **env;    /* "NAME=value" */
	uint32_t env_count;
	struct scenario_file *files;
	uint32_t files_count;
	char **collect; /* files whose contents count as output: "/tmp/x-*.log" */
	uint32_t collect_count;
	char *output_max; /* NULL: 64K */
	char *wait;       /* how long it may run beyond the duration; NULL: killed at the end */
	int *expect_exit; /* NULL: 0 */
	char *preset;     /* gives it metrics; NULL: none */
	struct scenario_metric *metrics;
	uint32_t metrics_count;
};

/* What a topology must have at least, or the test is skipped. 0: any. */
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

/* The argument of an op. OPS says which kind each op takes. */
union scenario_op_arg {
	char *text;
	struct scenario_op_args *args;
	struct scenario_spawn *spawn;
	struct scenario_cgroup *group;
};

struct scenario_op {
	const struct yaml_place *at;
	union scenario_op_arg arg[OP_COUNT]; /* exactly one is given */
};
/* The op's enum op_kind; -1 unless exactly one is given. */
int scenario_op_kind(const struct scenario_op *op);

/* Steps run one after another, from the start of the run. */
struct scenario_step {
	const struct yaml_place *at;
	char *name;
	char *hold;  /* how long: "50%" of the duration, "500ms"; NULL: an equal part of the rest */
	char *every; /* repeat the ops with this period; NULL: once, as the step begins */
	struct scenario_op *ops;
	uint32_t ops_count;
	struct scenario_cgroup *cgroups; /* made as the step begins, removed as it ends */
	uint32_t cgroups_count;
};

/* X(enumerator, name, doc): which scenarios run together. Each level includes the ones above it. */
#define LEVELS(X)                                                                                  \
	X(LEVEL_SMOKE, "smoke", "does everything basically work: takes a minute")                  \
	X(LEVEL_DEFAULT, "default", "what every change should be tested with")                     \
	X(LEVEL_SOAK, "soak", "takes long or needs many CPUs")

enum level {
#define X(e, name, doc) e,
	LEVELS(X)
#undef X
	LEVEL_COUNT
};
extern const struct json_names level_names;

/* How a test must end, if not by passing. */
struct scenario_expect {
	const struct yaml_place *at;
	char *outcome; /* "fail", "inconclusive" or "error" */
	char *cause;   /* extended regular expression; NULL: any */
};

struct scenario {
	const struct yaml_place *at;
	char *name, *summary; /* a file that is only included may lack them */
	char **include;       /* files, relative to this one's folder. Their cgroups, works and
	                       * payloads come before its own; its own checks win */
	uint32_t include_count;
	char *level;                  /* a LEVELS name; NULL: default */
	char *topology;               /* its default; NULL: the harness's */
	char *duration;               /* its default; NULL: the harness's */
	struct scenario_needs *needs; /* NULL: nothing */
	struct scenario_cgroup *cgroups;
	uint32_t cgroups_count;
	struct scenario_work *works; /* in the guest's root cgroup */
	uint32_t works_count;
	struct scenario_payload *payloads; /* run from the start, unless a step runs them */
	uint32_t payloads_count;
	struct scenario_step *steps;
	uint32_t steps_count;
	char **headlines; /* metrics to be judged by; none: the defaults */
	uint32_t headlines_count;
	char **over_repeats; /* checks judged by the median of the repeats */
	uint32_t over_repeats_count;
	struct check_limits *checks;    /* its own limits; NULL: none */
	struct scenario_expect *expect; /* NULL: it must pass */
	char *path;                     /* of the file; not a key */
	char *sha256;                   /* of its text and those it includes; not a key */
	struct strmap texts;            /* of all its files, by path; not a key */
	bool bundled;                   /* from the catalogue; not a key */
	struct yaml_tree *trees;        /* hold the places of all its files; not a key */
};

/* Reads and checks a scenario and the files it includes. */
int scenario_load(const char *path, struct scenario **out, struct err *err) MUST_CHECK;
/* The same from texts by path, with those of the files it includes; no file is read. */
int scenario_load_texts(const char *path, const struct strmap *texts, struct scenario **out,
                        struct err *err) MUST_CHECK;
/* Reads a file that has only limits: `checks`, and `include` of other such files. It needs no
 * name. */
int scenario_load_checks(const char *path, struct scenario **out, struct err *err) MUST_CHECK;
/* The limits in force. Each layer replaces defaults and earlier ones, and the scenario's own replace
 * all. */
void scenario_checks(const struct scenario *s, const struct check_layer *layers, size_t n,
                     struct check_set *out);
enum level scenario_level(const struct scenario *s);
void scenario_free(struct scenario **s);
#define _cleanup_scenario_ CLEANUP(scenario_free)

struct scenarios {
	struct scenario **v;
	size_t n;
};
/* Loads all *.yaml of a folder, in order of name. Fails if one cannot be loaded. */
int scenarios_load(const char *dir, struct scenarios *out, struct err *err) MUST_CHECK;
void scenarios_done(struct scenarios *s);

/* What a test sets for a scenario. */
struct scenario_setting {
	struct job_topology topology;
	uint64_t duration_ns;
	uint64_t seed;         /* of all random choices */
	const char *scheduler; /* the test's, by name; NULL: the kernel's own */
	bool sched_ext;        /* the kernel has sched_ext */
};

extern const struct yaml_table scenario_metric_table;
/* ERR_USAGE for the first mistake among the metrics of an output. preset: NULL: none. */
int scenario_metrics_check(const struct scenario_metric *metrics, uint32_t n, const char *preset,
                           struct err *err) MUST_CHECK;
/* These metrics and those of the preset. The caller frees the array; strings are borrowed. */
struct payload_metric *scenario_metrics(const struct scenario_metric *metrics, uint32_t count,
                                        const char *preset, size_t *n);
/* Replaces {cpus}, {duration_s} … in a text by the job's values. The caller frees. */
char *scenario_fill_in(const char *text, const struct job *job);
/* The absolute path of a payload's program on this machine. The caller frees. If it is missing:
 * ERR_UNSUPPORTED with a hint how to install it if the scenario names its package, else
 * ERR_NOT_FOUND. */
int scenario_payload_program(const struct scenario_payload *p, char **out, struct err *err)
	MUST_CHECK;

/* Makes the flat job. ERR_UNSUPPORTED if it does not fit the topology: a skip, with the message as
 * its reason. argv[0] of payloads stays as in the file. Schedulers get only their names: [0] is the
 * test's, the others are those that steps name. The caller sets their objects and the quiet
 * times. */
int scenario_resolve(const struct scenario *s, const struct scenario_setting *setting,
                     struct job *out, struct err *err) MUST_CHECK;
/* "cpu_spin+pipe_ping_pong": the distinct work types of a cgroup (U32_NONE: of the whole job), in
 * table order. The caller frees. */
char *scenario_work_types(const struct job *job, uint32_t cgroup);

#endif
