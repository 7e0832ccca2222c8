/* SPDX-License-Identifier: GPL-2.0-only */
/* Judges what a test's payloads did and printed, and what the scheduler's program printed. Used only by judge.c. */
#ifndef JUDGE_PAYLOAD_H
#define JUDGE_PAYLOAD_H

#include "harness/judge/judge_input.h"
#include "sidecar/sidecar.h"

/* What the scenario says about one payload. */
struct judge_payload {
	int64_t expect_exit;
	bool asks_exit; /* the scenario gives it; else it is the default */
	struct payload_metric *metrics;
	size_t n;
};

/* Fills scheduler_metrics of `out` from what the scheduler's program printed. */
void judge_scheduler_metrics_record(const struct judge_input *in, struct sidecar *out);
/* Adds a reason for each of these that is out of its bounds, or has a bound and was not printed. */
void judge_scheduler_metrics(const struct judge_input *in, struct sidecar *out);

/* Fills payload_metrics of `out`. */
void judge_payloads_record(const struct judge_input *in, struct sidecar *out);
/* Adds a reason for each run of a payload that ended wrongly, has a metric out of its bounds, or
 * printed no metric. */
void judge_payloads(const struct judge_input *in, struct sidecar *out);

#endif
