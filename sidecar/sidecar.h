/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The result record of one test and where it lives: facade of this folder.
 *
 *	struct rundir *rd;	one per invocation and kernel
 *	rundir_open(&(struct rundir_opts){ .kernel_version = "6.17.13" }, &rd, &err);
 *	rundir_write(rd, &sidecar, &name, &err);	per test
 *	rundir_close(&rd);
 *
 * The first write of an invocation clears the directory's earlier sidecars (shallow, seeds'
 * contract); KTSTR_SIDECAR_DIR turns key, lock and clearing off.
 */
#ifndef SIDECAR_H
#define SIDECAR_H

#include "base/json.h"
#include "sidecar/metric.h"

#define SIDECAR_SCHEMA 1
#define SIDECAR_MAX    (16u << 20) /* bytes; a larger file is refused */
/* Where a VM on the real clock waited for the host for more than this share of the time it wanted
 * to run, what it measured tells of the host, too. */
#define HOST_WAIT_MAX_PCT 25

enum outcome {
	OUTCOME_PASS,
	OUTCOME_FAIL,
	OUTCOME_SKIP,
	OUTCOME_INCONCLUSIVE,
	OUTCOME_ERROR, /* no verdict: boot failure, timeout, lost VM, scheduler that would not load
	                  … */
	OUTCOME_COUNT
};
extern const struct json_names outcome_names;

/* Why a check did not pass, or could not be decided. */
struct sidecar_reason {
	char *check;         /* "spread" */
	int outcome;         /* fail or inconclusive */
	char *cgroup;        /* NULL: of the test */
	double value, limit; /* NaN when it has none */
	char *unit;
	char *text; /* one line for a person */
};

struct sidecar_cgroup {
	char *name;
	char *cpuset;
	uint32_t workers, cpus;
	char *work_type; /* joined by "+" when several */
	struct cgroup_metrics metrics;
};

struct sidecar_stats {
	JSON_ARRAY_OF(struct sidecar_cgroup) cgroups;
	struct metrics metrics; /* written inline, beside "cgroups" */
};

struct sidecar_scheduler { /* what was really loaded */
	char *object;      /* path as given; NULL for eevdf */
	char *sha256;      /* of the object */
	char *commit;      /* of the tree the object lies in, if any */
	char *ops;         /* the name the kernel shows */
	struct strv args;
	double load_ms, attach_ms;
};

struct sidecar_exit { /* the scheduler went, or never came */
	char *kind, *reason, *message;
};

struct sidecar_expected { /* the test was to end in one way other than a pass */
	int outcome, seen_outcome;
	char *cause;      /* regular expression; NULL: any */
	char *seen_cause; /* what happened; NULL: it passed */
	bool met;         /* then the test's own outcome is pass */
};

struct sidecar_vm {
	char *accel; /* "kvm", "tcg" */
	char *accel_reason;
	char *qemu_version;
	uint32_t vcpus;
	uint64_t memory_bytes;
	uint32_t icount_shift; /* virtual clock only */
	double host_wait_pct;  /* real clock: share of the time its threads wanted to run that they
	                          waited */
	uint64_t quantum_ns;   /* longest a vCPU runs before the next gets its turn; virtual clock
	                          only */
	char *boot;            /* "pvh", "bzimage" */
	double boot_s;         /* wall: start of QEMU to the agent's first word */
	double wall_s;         /* wall: start to end */
};

struct sidecar_kernel {
	char *release, *source, *package_version, *image_sha256;
};

struct sidecar_guest { /* how undisturbed the run was */
	int8_t quiet;  /* TRI_NONE: never got there */
	int8_t traced; /* the kernel's view of the run was taken */
	double quiet_wait_ms;
	double others_cpu_ms; /* CPU time of anything but the workers during the run */
	struct strv busy;
	struct json_f64map sched_events;
};

/* Facts of the host (host.h). host_new() reads this machine's, and the type of the file system
 * `rundir` is on (NULL: of none); the caller owns it: json_done(&host_table, h), free(h). */
struct host;
extern const struct json_table host_table;
int host_new(const char *rundir, struct host **out, struct err *err) MUST_CHECK;

struct sidecar_stimulus {
	double elapsed_ms, took_ms;
	char *label, *op_kind, *detail, *error;
	uint32_t cgroups, workers; /* there are after it */
	uint64_t total_iterations;
};
struct sidecar_verifier {
	char *name;
	uint64_t verified_insns;
	uint64_t states, stack_bytes; /* none where the kernel does not say */
};

struct sidecar_prog { /* what one BPF program of the scheduler cost during the run */
	char *name;
	uint64_t cnt, nsecs;
};
struct sidecar_monitor { /* the guest's run queues, sampled while the test ran */
	uint64_t total_samples, max_local_dsq_depth;
	double max_imbalance_ratio, avg_imbalance_ratio, avg_nr_running, avg_local_dsq_depth;
	int8_t stall_detected;
	uint32_t stalled_cpu;
	struct json_f64map event_deltas, schedstat_deltas; /* first to last sample */
	JSON_ARRAY_OF(struct sidecar_prog) prog_stats_deltas;
};

struct sidecar_vcpu { /* KVM's own counters of one vCPU */
	uint32_t vcpu;
	struct json_f64map stats;
};
struct sidecar_kvm {
	JSON_ARRAY_OF(struct sidecar_vcpu) per_vcpu;
};

struct sidecar_payload_metric {
	char *name, *polarity, *unit, *stream; /* as the payload's declaration says */
	double value;
};
struct sidecar_payload {
	uint32_t payload_index;
	char *name; /* as the scenario calls it; NULL: by another program, or before there were
	               names */
	int64_t exit_code;
	JSON_ARRAY_OF(struct sidecar_payload_metric) metrics;
};

struct sidecar {
	uint32_t schema;
	/* identity (but for the seed, which follows from the repeat unless given) */
	char *test_name; /* the scenario's */
	char *topology;  /* effective: "1n2l4c1t" */
	char *scheduler; /* "eevdf", "vtime", … */
	char *work_type; /* all work types of the test, joined by "+" */
	char *clock;     /* "real", "virtual" */
	char *profile;   /* "fast" */
	char *payload;
	struct strv active_flags, sysctls, kargs;
	uint32_t repeat; /* 0, 1, … */
	uint64_t seed;
	/* provenance */
	char *kernel_version, *kernel_commit, *project_commit, *scheduler_commit, *run_source;
	char *run_id; /* of the invocation: shared by all its sidecars */
	char *harness_version;
	char *timestamp; /* start, UTC */
	char *end_timestamp;
	uint64_t duration_ns; /* of the load, as asked */
	/* verdict */
	int outcome; /* enum outcome */
	char *cause; /* one line; NULL when passed */
	JSON_ARRAY_OF(struct sidecar_reason) reasons;
	struct sidecar_expected *expected;
	/* measurements */
	struct sidecar_stats stats;
	struct sidecar_scheduler *scheduler_info;
	struct sidecar_exit *scheduler_exit;
	JSON_ARRAY_OF(struct sidecar_verifier) verifier_stats;
	JSON_ARRAY_OF(struct sidecar_stimulus) stimulus_events;
	JSON_ARRAY_OF(struct sidecar_payload) payload_metrics;
	struct sidecar_monitor *monitor;
	struct sidecar_kvm *kvm_stats;
	struct sidecar_vm *vm;
	struct sidecar_kernel *kernel;
	struct sidecar_guest *guest;
	struct host *host;
	struct strv artefacts; /* file names beside the sidecar */
};

extern const struct json_table sidecar_table, sidecar_cgroup_table, sidecar_reason_table,
	sidecar_expected_table, sidecar_guest_table, sidecar_vm_table, sidecar_scheduler_table,
	sidecar_kernel_table, sidecar_monitor_table;

/* File name: "{test}-{16 hex digits of the identity}.ktstr.json". The identity is every field
 * marked JSON_IDENTITY in the table; of lists, the set. Names of equal tests are equal on every
 * host and at every commit. Caller frees. */
char *sidecar_file_name(const struct sidecar *s);
bool sidecar_is_file_name(const char *name);
/* What a file's name and those of its artefacts begin with: "{test}-{16 hex}". Caller frees. */
char *sidecar_stem(const struct sidecar *s);
/* Reads one file into a json_init()ed record; anything but a regular file is refused, a symbolic
 * link too. Errors name the file and the path of the value. */
int sidecar_read(int dirfd, const char *path, struct sidecar *out, struct err *err) MUST_CHECK;
/* The same of a text in memory. */
int sidecar_decode(const char *text, size_t n, struct sidecar *out, struct err *err) MUST_CHECK;
/* One of many: fields marked JSON_DETAIL stay none, and the host is not decoded: its text, none
 * when there is no host, stands until the next call. The buffer serves them all; start from zero.
 */
struct sidecar_brief {
	struct strbuf text; /* the caller's to free */
	struct json_span host;
};
int sidecar_read_brief(int dirfd, const char *path, struct sidecar_brief *b, struct sidecar *out,
                       struct err *err) MUST_CHECK;
/* Rules beyond the table: percentile order, labels, finite values. Returns the number of defects,
 * each added to `defects` as one line. */
size_t sidecar_check(const struct sidecar *s, struct strv *defects);

#endif
