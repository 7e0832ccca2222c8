/* SPDX-License-Identifier: GPL-2.0-only */
/* What a test's payloads did and printed: part of judge.c. */
#ifndef HARNESS_JUDGE_PAYLOAD_H
#define HARNESS_JUDGE_PAYLOAD_H

#include "harness/judge.h"

/* One of the test's payloads, as its scenario has it. */
struct judge_payload {
	int64_t expect_exit;
	struct payload_metric *metrics;
	size_t n;
};
/* Of a scenario, in the job's order; NULL when it has none. */
struct judge_payload *judge_payloads_new(const struct scenario *s);
void judge_payloads_free(struct judge_payload *p, size_t n);

/* Fills payload_metrics. */
void judge_payloads_record(const struct judge_input *in, struct sidecar *out);
/* Adds a reason for each run that did not end well, is out of its bounds, or said nothing. */
void judge_payloads(const struct judge_input *in, struct sidecar *out);

#endif
