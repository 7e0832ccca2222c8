/* SPDX-License-Identifier: GPL-2.0-only */
/* What the judge gets: the job, what the guest said of it, and the limits. */
#ifndef JUDGE_INPUT_H
#define JUDGE_INPUT_H

#include "harness/judge/guest.h"
#include "harness/scenario/scenario.h"

/* A test that is to end in one way other than a pass. */
struct judge_expect {
	int outcome;       /* enum outcome */
	const char *cause; /* extended regular expression, NULL: any */
};

/* What the judge must know of each payload of a scenario, in the job's order; NULL when it has none.
 * n: as many as the scenario has. */
struct judge_payload;
struct judge_payload *judge_payloads_new(const struct scenario *s);
void judge_payloads_free(struct judge_payload *p, size_t n);

struct judge_input {
	const struct job *job;
	const struct judge_payload *payloads; /* in the job's order; NULL: it has none */
	const struct guest_report *guest;
	const struct check_set *checks;
	/* Real clock: the share of the time the VM's threads wanted to run that they waited for the
	 * host; NaN under virtual time or when the host does not say. A timing check that is off its
	 * limit is inconclusive over HOST_WAIT_MAX_PCT, because the host may be the cause. A share
	 * that is off its limit by no more than this is inconclusive too. */
	double host_wait_pct;
	uint64_t quantum_ns; /* latencies finer than this are no facts; 0: no such bound */
	/* What became of the VM, when it did not end by itself after END; NULL: it did. */
	const char *vm_cause;
	bool vm_cancelled;
	const struct judge_expect *expect; /* NULL: it is to pass */
};

#endif
