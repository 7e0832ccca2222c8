/* SPDX-License-Identifier: GPL-2.0-only */
/* `harness bench`: what the options ask for, and what came out. */
#ifndef HARNESS_BENCH_SESSION_H
#define HARNESS_BENCH_SESSION_H

#include "harness/bench/bench.h"
#include "harness/bench_result.h"
#include "harness/kernel/kernel.h"
#include "harness/profile.h"
#include "sidecar/rundir.h"
#include "vmm/vmm.h"

struct bench_session {
	const struct bench_row **rows;
	size_t n_rows;
	uint32_t repeats;
	uint64_t time_ns; /* of the samples of one run */
	const char *file; /* --file; NULL: none */
	struct strv with; /* --with: program and arguments; empty: none */
	bool keep;        /* earlier results go to .history */
	/* of VMs */
	struct kernel *kernels;
	size_t n_kernels;
	struct profile *profiles;
	size_t n_profiles;
	struct topo topo;
	enum vm_clock clock;
	uint64_t timeout_ns; /* of one VM; 0: by what it has to do */
	/* results */
	struct strv dirs; /* the run directories */
	struct bench_results results;
};

/* On this machine, without a VM. */
int bench_native(struct bench_session *s, struct err *err) MUST_CHECK;
/* In VMs, one per kernel, profile and repeat; they take turns. */
int bench_vms(struct bench_session *s, struct err *err) MUST_CHECK;
/* Completes the record by what the benchmark said, which it takes out of *w, writes it, and keeps it for
 * the table. Frees the record. */
int bench_session_write(struct bench_session *s, struct rundir *rd, struct wire_bench *w,
                        struct sidecar *record, struct err *err) MUST_CHECK;
void bench_session_done(struct bench_session *s);

#endif
