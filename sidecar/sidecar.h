/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The result record of one test and where it lives: facade of this folder.
 *
 *	struct rundir *rd;	one per invocation and kernel
 *	rundir_open(&(struct rundir_opts){ .kernel_version = "6.17.13" }, &rd, &err);
 *	rundir_write(rd, &sidecar, &name, &err);	per test
 *	rundir_close(&rd);
 *
 * An invocation's first write removes the directory's earlier sidecars (not those in
 * subdirectories). With KTSTR_SIDECAR_DIR there is no key, no lock and no clearing.
 */
#ifndef SIDECAR_H
#define SIDECAR_H

#include "base/json.h"
#include "base/timing.h"
#include "sidecar/metric.h"

#define SIDECAR_SCHEMA 1
#define SIDECAR_MAX    (16u << 20) /* bytes; a larger file is refused */
/* If a VM on the real clock waited for host CPUs for more than this share of the time it wanted to
 * run, the host has influenced its measurements. */
#define HOST_WAIT_MAX_PCT 25

enum outcome {
	OUTCOME_PASS,
	OUTCOME_FAIL,
	OUTCOME_SKIP,
	OUTCOME_INCONCLUSIVE,
	OUTCOME_ERROR, /* no verdict was possible: boot failure, timeout, lost VM, … */
	OUTCOME_COUNT
};
extern const struct json_names outcome_names;

/* Why a check did not pass, or could not be decided. */
struct sidecar_reason {
	char *check;         /* "spread" */
	int outcome;         /* fail or inconclusive */
	char *cgroup;        /* NULL: the whole test */
	double value, limit; /* NaN: none */
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

struct sidecar_scheduler { /* what was actually loaded */
	char *kind;        /* "kernel", "object" or "executable" */
	char *object;      /* path as given, of an object or executable; NULL for eevdf */
	char *sha256;      /* of that file */
	char *commit;      /* of the tree that file is in, if any */
	char *ops;         /* the name the kernel shows */
	struct strv args;
	double load_ms, attach_ms;
	int64_t exit;   /* of an executable: exit status, or 128 + signal */
	char *ended_by; /* of an executable: the last signal it was sent; NULL: it ended by itself */
	double cpu_ms;  /* of an executable: CPU time of its processes */
};

struct sidecar_exit { /* the scheduler exited, or could not be loaded or attached */
	char *kind, *reason, *message;
};

struct sidecar_expected { /* of a test that must not pass: how it should end, and how it did */
	int outcome, seen_outcome;
	char *cause;      /* regular expression; NULL: any */
	char *seen_cause; /* NULL: it passed */
	bool met;         /* as expected: the test's own outcome is then pass */
};

struct sidecar_vm {
	char *accel; /* "kvm", "tcg"; "native": no VM, the machine itself */
	char *accel_reason;
	char *qemu_version;
	uint32_t vcpus;
	uint64_t memory_bytes;
	uint32_t icount_shift; /* virtual clock only */
	double host_wait_pct;  /* real clock: of the time QEMU's threads wanted to run, the share
	                          they waited for a host CPU */
	uint64_t quantum_ns;   /* virtual clock: the longest a vCPU runs before the next gets its
	                          turn */
	char *boot;            /* "pvh", "bzimage" */
	char *start;           /* "cold", "saved" */
	char *start_reason;    /* why cold; NULL: not cold */
	char *image;           /* key of the saved machine; NULL: cold */
	uint32_t idle_rounds;  /* idle CPUs count so far before each PAUSE; U32_NONE: they do not */
	uint32_t image_level;  /* 1 booted, 2 with the scheduler */
	double boot_s;         /* wall time from QEMU's start to the agent's first message */
	double wall_s;         /* wall time of the whole VM */
};

struct sidecar_kernel {
	char *release, *source, *package_version, *image_sha256;
};

struct sidecar_guest { /* how quiet the guest was */
	int8_t quiet;  /* only the agent ran before the test; TRI_NONE: the test did not begin */
	int8_t traced; /* kernel events were traced */
	int8_t warned; /* the kernel wrote a warning with a backtrace during the run */
	double quiet_wait_ms;
	double others_cpu_ms; /* CPU time during the run of all tasks but workers and payloads */
	struct strv busy;
	struct json_f64map sched_events;
};

struct sidecar_hardening { /* of the guest */
	struct strmap facts, mitigations;
};

/* Facts about the host (host.h). host_new() reads those of this machine, and the type of the file
 * system that `rundir` is on (NULL: left out). The caller owns *out: json_done(&host_table, h),
 * then free(h). */
struct host;
extern const struct json_table host_table;
int host_new(const char *rundir, struct host **out, struct err *err) MUST_CHECK;

struct sidecar_stimulus {
	double elapsed_ms, took_ms;
	char *label, *op_kind, *detail, *error;
	uint32_t cgroups, workers; /* how many there are after it */
	uint64_t total_iterations;
};
struct sidecar_verifier {
	char *name;
	uint64_t verified_insns;
	uint64_t states, stack_bytes, verify_ns; /* none where the kernel does not say */
};

struct sidecar_prog { /* runs of one BPF program of the scheduler, first to last sample */
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
	char *name, *polarity, *unit, *stream; /* as the payload declares them */
	char *not_measured;                    /* why there is no value; NULL: there is one */
	double value;
};
struct sidecar_payload {
	uint32_t payload_index;
	char *name; /* its name in the scenario; NULL: the sidecar's writer knew no names */
	int64_t exit_code;
	JSON_ARRAY_OF(struct sidecar_payload_metric) metrics;
};

struct sidecar_replay_metric { /* in the output of a scheduler's executable */
	char *name, *from, *path, *pick, *unit, *better;
	double min, max; /* none: no bound */
};

struct sidecar_benchmark {    /* of `harness bench`: the test is one micro-benchmark */
	char *what;           /* one iteration, or one sample */
	struct timing timing; /* written inline */
};

/* What `harness replay` needs beside the other fields. */
struct sidecar_replay {
	char *kernel;    /* its name in the store */
	char *scheduler; /* a bundled one by name, else the absolute path of an object or executable */
	char *scheduler_sha256;     /* of that file; NULL: the kernel's own */
	struct strv args;           /* of an executable */
	uint64_t attach_timeout_ns; /* likewise, as asked for; none: the default */
	struct strv set, ops, maps, resize, run_progs; /* settings of an object, as given */
	char *ops_map;
	char *suite;               /* path of the suite file, whose labels steps name; NULL: none */
	char *scenario;            /* path of its file */
	struct strmap files;       /* its text and those it includes: path → text */
	struct strmap schedulers;  /* that steps name → SHA-256; NULL: the kernel's own */
	struct json_f64map limits; /* of checks, other than the defaults; none: the check is off */
	uint64_t memory_bytes;     /* as asked for; none: by vCPUs and payload */
	uint64_t timeout_ns;       /* of the VM, as asked for; none: by topology and duration */
	struct strv enable, disable;      /* commands that switch a scheduler of the kernel's */
	struct strv kernel_args, sysctls; /* asked for: of the profile, then of the scheduler */
	JSON_ARRAY_OF(struct sidecar_replay_metric) metrics;
	bool traced;
	char *agent_sha256; /* of the guest's first files: the agent and the tracing object */
};

struct sidecar {
	uint32_t schema;
	/* identity; the seed is not part of it: it follows from the repeat unless it is given */
	char *test_name; /* the scenario's */
	char *topology;  /* effective: "1n2l4c1t" */
	char *scheduler; /* "eevdf", "vtime", … */
	char *work_type; /* all work types of the test, joined by "+" */
	char *clock;     /* "real", "virtual" */
	char *profile;   /* "fast" */
	char *payload;
	char *beside; /* of a benchmark under --with: "baseline", or the program that ran beside it */
	struct strv active_flags, sysctls, kargs;
	char *ran_sha256; /* what ran: bytes and settings */
	uint32_t repeat;  /* 0, 1, … */
	uint64_t seed;
	/* provenance */
	char *kernel_version, *kernel_commit, *project_commit, *scheduler_commit, *run_source;
	char *run_id; /* of the invocation: shared by all its sidecars */
	char *harness_version;
	char *timestamp; /* start, UTC */
	char *end_timestamp;
	uint64_t duration_ns;  /* how long the workers were to run */
	struct strv headlines; /* metrics the scenario names to be judged by; empty: the defaults */
	/* verdict */
	int outcome; /* enum outcome */
	char *cause; /* one line; NULL when passed */
	char *fault, *fingerprint;
	struct strv evidence;
	JSON_ARRAY_OF(struct sidecar_reason) reasons;
	struct sidecar_expected *expected;
	/* measurements */
	struct sidecar_stats stats;
	struct sidecar_scheduler *scheduler_info;
	struct sidecar_exit *scheduler_exit;
	JSON_ARRAY_OF(struct sidecar_verifier) verifier_stats;
	JSON_ARRAY_OF(struct sidecar_stimulus) stimulus_events;
	JSON_ARRAY_OF(struct sidecar_payload) payload_metrics;
	JSON_ARRAY_OF(struct sidecar_payload_metric) scheduler_metrics;
	struct sidecar_benchmark *benchmark;
	struct sidecar_monitor *monitor;
	struct sidecar_kvm *kvm_stats;
	struct sidecar_vm *vm;
	struct sidecar_kernel *kernel;
	struct sidecar_guest *guest;
	struct sidecar_hardening *hardening;
	struct host *host;
	struct strv artefacts; /* file names beside the sidecar */
	struct sidecar_replay *replay;
};

extern const struct json_table sidecar_table, sidecar_cgroup_table, sidecar_reason_table,
	sidecar_expected_table, sidecar_guest_table, sidecar_vm_table, sidecar_scheduler_table,
	sidecar_kernel_table, sidecar_monitor_table, sidecar_benchmark_table,
	sidecar_replay_metric_table, sidecar_replay_table, sidecar_hardening_table;

/* File name: "{test}-{16 hex digits of the identity's hash}.ktstr.json". The identity is every
 * field marked JSON_IDENTITY in the table; the order of a list's items does not count. What ran is
 * part of it (ran_sha256), so that two objects, scenarios or kernels of one name have two files.
 * Equal tests have equal names on every host and at every commit. Caller frees. */
char *sidecar_file_name(const struct sidecar *s);
bool sidecar_is_file_name(const char *name);
/* "mine@1a2b3c": what tells two things of one name apart is the hash of their bytes. The caller
 * frees. */
char *sidecar_label(const char *name, const char *sha256);
/* How the names of the file and of its artefacts begin: "{test}-{16 hex}". Caller frees. */
char *sidecar_stem(const struct sidecar *s);
/* Reads one file into a json_init()ed record. Refuses symbolic links and anything else that is not
 * a regular file. Errors name the file and the path of the value. */
int sidecar_read(int dirfd, const char *path, struct sidecar *out, struct err *err) MUST_CHECK;
/* The same for a text in memory. */
int sidecar_decode(const char *text, size_t n, struct sidecar *out, struct err *err) MUST_CHECK;
/* A faster way to read many files. It leaves out fields marked JSON_DETAIL and does not decode the
 * host: b->host is the host's JSON text, empty when there is none, valid until the next call. Start
 * with a zeroed *b and pass the same one each time. */
struct sidecar_brief {
	struct strbuf text; /* buffer, used again by each call; the caller frees it */
	struct json_span host;
};
int sidecar_read_brief(int dirfd, const char *path, struct sidecar_brief *b, struct sidecar *out,
                       struct err *err) MUST_CHECK;
/* Checks the rules beyond the table: labels, times, verdict, order of percentiles, roll-up. Adds
 * each defect to `defects` as one line and returns their number. */
size_t sidecar_check(const struct sidecar *s, struct strv *defects);

#endif
