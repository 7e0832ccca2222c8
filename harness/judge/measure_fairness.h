/* SPDX-License-Identifier: GPL-2.0-only */
/* What each cgroup got of the CPUs against what it is entitled to. Pure. */
#ifndef JUDGE_MEASURE_FAIRNESS_H
#define JUDGE_MEASURE_FAIRNESS_H

#include "harness/judge/guest.h"
#include "harness/wire/job.h"
#include "sidecar/metric.h"

/* What each cgroup's spinning workers got against what they are entitled to (fair.h), into
 * CG_FAIRNESS_ERROR_PCT of rows[i], i-th cgroup of the job; rows[job->cgroups.n] is the guest's
 * root cgroup, or NULL. Returns NULL, or why it cannot be said of this test (caller frees): then no
 * row has one. */
char *measure_fairness(const struct job *job, const struct guest_report *guest,
                       struct cgroup_metrics *const *rows);

#endif
