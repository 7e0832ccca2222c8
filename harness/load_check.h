/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether schedulers load: one boot per kernel, in which each is loaded, attached and taken away
 * again, one after the other. No load runs and no sidecar is written.
 */
#ifndef HARNESS_LOAD_CHECK_H
#define HARNESS_LOAD_CHECK_H

#include "harness/env.h"
#include "harness/kernel/kernel.h"
#include "harness/scheduler_spec.h"

/* One scheduler on one kernel. */
struct load_result {
	const struct scheduler_spec *scheduler; /* borrowed */
	const struct kernel *kernel;
	bool ok;        /* it was loaded, and enabled once attached */
	char *reason;   /* why not; one line */
	bool misset;    /* a setting does not fit the object: it was not tried */
	bool untried;   /* the guest was lost before its turn: nothing is known */
	char *log;      /* libbpf's and the verifier's, of one that was refused; or NULL */
	uint64_t insns; /* that the verifier processed, all programs; U64_NONE: not known */
	uint64_t states, stack_bytes; /* likewise: states in all; the deepest stack of a program */
	uint64_t load_ns, attach_ns;  /* in the guest's time */
};

/* Fills `out`, one for each of `schedulers`. A guest that does not get to some of them is no error:
 * each of those says so. Fails only when nothing could be booted. */
int load_check(const struct harness_env *env, const struct kernel *kernel, const struct topo *topo,
               const struct scheduler_spec *schedulers, size_t n, struct load_result *out,
               struct err *err) MUST_CHECK;
void load_result_done(struct load_result *r);

#endif
