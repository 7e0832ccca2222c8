/* SPDX-License-Identifier: GPL-2.0-only */
/* Compares the CPU time that each cgroup got with what it is entitled to. Pure. */
#ifndef JUDGE_MEASURE_FAIRNESS_H
#define JUDGE_MEASURE_FAIRNESS_H

#include "harness/judge/guest.h"
#include "harness/wire/job.h"
#include "sidecar/metric.h"

/* Sets CG_FAIRNESS_ERROR_PCT of rows[i], the metrics of cgroup i of the job: how far the CPU time
 * of its workers that never block is from what they are entitled to (fair.h).
 * rows[job->cgroups.n] is the guest's root cgroup, or NULL. Returns NULL, or why fairness cannot be
 * measured in this test (caller frees); then no row is set. */
char *measure_fairness(const struct job *job, const struct guest_report *guest,
                       struct cgroup_metrics *const *rows);

#endif
