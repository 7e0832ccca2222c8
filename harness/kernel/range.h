/* SPDX-License-Identifier: GPL-2.0-only */
/* Ranges of minor series: "6.16..7.0". Pure. */
#ifndef KERNEL_RANGE_H
#define KERNEL_RANGE_H

#include "base/err.h"
#include "base/strv.h"

bool range_is(const char *spec);
/* Adds the series of the versions in `have` that are within the range, oldest first. ERR_USAGE: an
 * end is no minor series, or the newer one comes first. ERR_NOT_FOUND: no series is within. */
int range_series(const char *spec, const struct strv *have, struct strv *out, struct err *err)
	MUST_CHECK;

#endif
