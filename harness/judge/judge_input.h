/* SPDX-License-Identifier: GPL-2.0-only */
/* What the judge gets: the job, the guest's report, and the limits. */
#ifndef JUDGE_INPUT_H
#define JUDGE_INPUT_H

#include "harness/judge/guest.h"
#include "harness/scenario/scenario.h"

/* The outcome that a test must have if it must not pass. */
struct judge_expect {
	int outcome;       /* enum outcome */
	const char *cause; /* extended regular expression; NULL: any cause */
};

/* What the judge needs to know about each payload of a scenario, in the job's order; NULL if it has
 * none. The caller frees, with n the number of the scenario's payloads. */
struct judge_payload;
struct judge_payload *judge_payloads_new(const struct scenario *s);
void judge_payloads_free(struct judge_payload *p, size_t n);

struct judge_input {
	const struct job *job;
	const struct judge_payload *payloads;       /* in the job's order; NULL: none */
	const struct payload_metric *sched_metrics; /* of the scheduler's program; NULL: none */
	size_t n_sched_metrics;
	const struct guest_report *guest;
	const struct check_set *checks;
	/* Real clock: how long the VM's threads waited for the host, as a share of the time they
	 * wanted to run. NaN under virtual time, or if the host does not report it. Above
	 * HOST_WAIT_MAX_PCT a timing check that is off its limit is inconclusive, because the host
	 * may be the cause. A share that is off its limit by no more than host_wait_pct is
	 * inconclusive too. */
	double host_wait_pct;
	uint32_t repeats;     /* of the test, this run included; 0 counts as 1 */
	uint64_t quantum_ns;  /* shorter latencies count as not measured; 0: no such bound */
	const char *vm_cause; /* why the VM ended; NULL: by itself, after END */
	const char *vm_fault; /* a name of fault.h; NULL: none known */
	const char *
		crash; /* what the guest's console names as one, even if all went on; NULL: nothing */
	const char *crash_fault; /* likewise */
	bool vm_timed_out;
	uint64_t vm_ns, silent_ns; /* if so: how long it ran, and of that since its last message */
	bool vm_cancelled;
	const struct judge_expect *expect; /* NULL: the test must pass */
};

#endif
