/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From what a guest said to a verdict: the metrics of each cgroup and of the test, the checks, the
 * outcome and its one cause line. Pure: structs in, sidecar fields out.
 */
#ifndef HARNESS_JUDGE_H
#define HARNESS_JUDGE_H

#include "harness/guest.h"
#include "harness/scenario/scenario.h"
#include "sidecar/sidecar.h"

/* A test that is to end in one way other than a pass. */
struct judge_expect {
	int outcome;       /* enum outcome */
	const char *cause; /* extended regular expression, NULL: any */
};

struct judge_payload;

struct judge_input {
	const struct job *job;
	const struct judge_payload *payloads; /* in the job's order; NULL: it has none */
	const struct guest_report *guest;
	const struct check_set *checks;
	/* Real clock: of the time the VM's threads wanted to run, the share they waited for the
	 * host; NaN under virtual time or when the host does not say. Over HOST_WAIT_MAX_PCT
	 * a timing check can pass, but what it finds wrong may be the host's doing: inconclusive.
	 * So it may be of a share that is off by less than this.
	 */
	double host_wait_pct;
	uint64_t quantum_ns; /* latencies finer than this are no facts; 0: no such bound */
	/* What became of the VM, when it did not end by itself after END; NULL: it did. */
	const char *vm_cause;
	bool vm_cancelled;
	const struct judge_expect *expect; /* NULL: it is to pass */
};

/* Fills outcome, cause, reasons, expected, stats, payload_metrics, scheduler_exit, verifier_stats
 * and guest of `out`. */
void judge(const struct judge_input *in, struct sidecar *out);

#endif
