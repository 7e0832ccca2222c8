/* SPDX-License-Identifier: GPL-2.0-only */
/* What all tests of an invocation share; read-only while they run. */
#ifndef HARNESS_ENV_H
#define HARNESS_ENV_H

#include "harness/scenario/scenario.h"
#include "vmm/vmm.h"

#define GUEST_TRACE "/lib/trace.bpf.o" /* where the tracing object is in the guest */

struct harness_env {
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
	/* --checks: limits between the defaults and a scenario's own; borrowed */
	const struct scenario *checks;
};
/* traced: with the kernel's view of the run, which costs a little (docs/measurement.md). */
int harness_env_init(struct harness_env *env, enum vm_accel want, bool traced, struct err *err)
	MUST_CHECK;
void harness_env_done(struct harness_env *env);

#endif
