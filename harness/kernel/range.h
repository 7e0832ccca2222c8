/* SPDX-License-Identifier: GPL-2.0-only */
/* Ranges of minor series: "6.16..7.0". Pure. */
#ifndef KERNEL_RANGE_H
#define KERNEL_RANGE_H

#include "base/err.h"
#include "base/strv.h"

bool range_is(const char *spec);
/* The series within, oldest first, of those that the versions in `have` belong to. ERR_USAGE for
 * ends that are no series or the wrong way round, ERR_NOT_FOUND when there is none within. */
int range_series(const char *spec, const struct strv *have, struct strv *out, struct err *err)
	MUST_CHECK;

#endif
