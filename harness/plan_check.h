/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_PLAN_CHECK_H
#define HARNESS_PLAN_CHECK_H

#include "harness/plan.h"

/* What the guests are told of their schedulers: a mistake is said before one boots. Tests whose
 * steps attach a scheduler are skipped on a kernel without sched_ext. */
int plan_check_schedulers(const struct plan *plan, struct err *err) MUST_CHECK;

#endif
