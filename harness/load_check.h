/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks whether schedulers load: one boot per kernel, in which each is loaded, attached and
 * detached, one after the other. No load runs and no sidecar is written.
 */
#ifndef HARNESS_LOAD_CHECK_H
#define HARNESS_LOAD_CHECK_H

#include "harness/env.h"
#include "harness/figures.h"
#include "harness/kernel/kernel.h"
#include "harness/scheduler_spec.h"

/* The result of one scheduler on one kernel. */
struct load_result {
	const struct scheduler_spec *scheduler; /* borrowed */
	const struct kernel *kernel;
	bool ok;       /* it was loaded, and enabled once attached */
	char *reason;  /* why not; one line */
	bool misset;   /* a setting does not fit the object: it was not tried */
	bool excluded; /* the suite file says that the scheduler does not support the kernel */
	bool untried;  /* the guest was lost before its turn: nothing is known */
	char *log;     /* libbpf's and the verifier's, of one that was refused; or NULL */
	struct figures figures;
	uint64_t load_ns, attach_ns; /* in the guest's time */
};

/* What all kernels have in common. */
struct load_setting {
	const struct harness_env *env;
	const struct topo *topo;
	enum vm_clock clock;   /* virtual: the times are exact */
	uint64_t memory_bytes; /* of the guest; 0: by vCPUs and files */
};

/* `out` is zeroed, but for `excluded`: those are not tried. Fills it, one result for each of `schedulers`. If the guest ends before it has loaded all,
 * that is no error: the results of the others say so. Fails only if nothing could be booted. */
int load_check(const struct load_setting *setting, const struct kernel *kernel,
               const struct scheduler_spec *schedulers, size_t n, struct load_result *out,
               struct err *err) MUST_CHECK;
void load_result_done(struct load_result *r);

#endif
