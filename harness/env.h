/* SPDX-License-Identifier: GPL-2.0-only */
/* What all tests of an invocation share. Read-only while they run. */
#ifndef HARNESS_ENV_H
#define HARNESS_ENV_H

#include "harness/scenario/scenario.h"
#include "vmm/vmm.h"

#define GUEST_TRACE "/lib/trace.bpf.o" /* path of the tracing object in the guest */

struct harness_env {
	struct vm_qemu qemu;
	enum vm_accel accel;
	const char *accel_reason;
	int agent_initrd; /* memory file */
	int cancel_fd;    /* readable once the user has interrupted; -1: none */
	char *run_id;
	const char *run_source; /* "ci", "local" */
	uint64_t timeout_ns;    /* of one VM; 0: by topology, accelerator and duration */
	bool traced;            /* the initramfs holds the tracing object */
	bool keep_artefacts;    /* also of tests that pass */
	/* --checks: limits that override the defaults, but not the scenario's; borrowed */
	const struct scenario *checks;
	const struct check_limits *suite_checks; /* of the suite file; borrowed; NULL: none */
};
/* Finds QEMU and the accelerator, and packs the agent. traced: with the tracing object; tracing
 * costs a little (docs/measurement.md). harness_env_done() also after a failure. */
int harness_env_init(struct harness_env *env, enum vm_accel want, bool traced, struct err *err)
	MUST_CHECK;
void harness_env_done(struct harness_env *env);

#endif
