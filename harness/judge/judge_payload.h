/* SPDX-License-Identifier: GPL-2.0-only */
/* What a test's payloads did and printed: part of judge.c. */
#ifndef JUDGE_PAYLOAD_H
#define JUDGE_PAYLOAD_H

#include "harness/judge/judge_input.h"
#include "sidecar/sidecar.h"

/* One of the test's payloads, as its scenario has it. */
struct judge_payload {
	int64_t expect_exit;
	struct payload_metric *metrics;
	size_t n;
};

/* Fills payload_metrics. */
void judge_payloads_record(const struct judge_input *in, struct sidecar *out);
/* Adds a reason for each run that did not end well, is out of its bounds, or said nothing. */
void judge_payloads(const struct judge_input *in, struct sidecar *out);

#endif
