/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Judges what a guest reported: makes the metrics of each cgroup and of the test, applies the
 * checks, decides the outcome and its one cause line. Pure: structs in, sidecar fields out.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "harness/judge/judge_input.h"
#include "sidecar/sidecar.h"

/* Fills outcome, cause, reasons, expected, stats, payload_metrics, scheduler_metrics, scheduler_exit, verifier_stats
 * and guest of `out`. */
void judge(const struct judge_input *in, struct sidecar *out);

#endif
