/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One test from plan to sidecar: resolve, boot, watch, judge, record.
 */
#ifndef HARNESS_RUN_H
#define HARNESS_RUN_H

#include "harness/plan.h"
#include "sidecar/host.h"
#include "sidecar/rundir.h"

/* What all tests of an invocation share; read-only while they run. */
struct run_env {
	struct vm_qemu qemu;
	enum vm_accel accel;
	const char *accel_reason;
	int agent_initrd; /* memory file */
	int cancel_fd;    /* readable once the person pressed Ctrl-C */
	char *run_id;
	const char *run_source; /* "ci", "local" */
	uint64_t timeout_ns;    /* of one VM; 0: by topology, accelerator and duration */
	bool traced;            /* the initramfs holds the tracing object */
	bool keep_artefacts;    /* also of tests that pass */
	const struct scenario
		*checks; /* limits between the defaults and a scenario's own; borrowed */
};
/* traced: with the kernel's view of the run, which costs a little (docs/measurement.md). */
int run_env_init(struct run_env *env, enum vm_accel want, bool traced, struct err *err) MUST_CHECK;
void run_env_done(struct run_env *env);

struct run_result {
	struct sidecar sidecar;
	char *path;            /* of the sidecar */
	struct strv artefacts; /* paths */
	double wall_s;
};
/* Every test that is started leaves a sidecar: one that says "did not finish" is written first and
 * replaced at the end. An error is only what kept that from being written. */
int run_test(const struct run_env *env, const struct test *t, struct rundir *rd,
             struct run_result *out, struct err *err) MUST_CHECK;
void run_result_done(struct run_result *r);

#endif
