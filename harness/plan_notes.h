/* SPDX-License-Identifier: GPL-2.0-only */
/* Tells a person, on stderr, which tests of a plan will run or not run, and why. */
#ifndef HARNESS_PLAN_NOTES_H
#define HARNESS_PLAN_NOTES_H

#include "harness/earlier.h"

/* What --rerun-failed left in the plan. */
void plan_notes_kept(const struct earlier_kept *kept);
/* The schedulers that are not tested on some of the kernels, because the suite file says so. */
void plan_notes_unsupported(const struct axes *axes);

#endif
