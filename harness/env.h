/* SPDX-License-Identifier: GPL-2.0-only */
/* What all tests of an invocation share. Read-only while they run, but for `refused`. */
#ifndef HARNESS_ENV_H
#define HARNESS_ENV_H

#include <pthread.h>

#include "harness/scenario/scenario.h"
#include "vmm/vmm.h"

#define GUEST_TRACE "/lib/trace.bpf.o" /* path of the tracing object in the guest */

/* How guests start. */
enum start_kind {
	START_AUTO,  /* saved where that is possible, else cold */
	START_SAVED, /* from a saved machine or not at all */
	START_COLD,  /* the kernel boots */
	START_KIND_COUNT
};
extern const struct json_names start_kind_names;

/* Machines that could not be saved, since their scheduler does not come up. */
struct refused_machines {
	pthread_mutex_t lock;
	struct strv keys;
};

struct harness_env {
	struct vm_qemu qemu;
	enum vm_accel accel;
	const char *accel_reason;
	int agent_initrd; /* memory file */
	char initrd_sha256[65];
	enum start_kind start;
	struct refused_machines *refused;
	int cancel_fd; /* readable once the user has interrupted; -1: none */
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
