/* SPDX-License-Identifier: GPL-2.0-only */
/* Two sidecars of one test, field by field. Pure. */
#ifndef HARNESS_REPLAY_COMPARE_H
#define HARNESS_REPLAY_COMPARE_H

#include "sidecar/sidecar.h"

/* Adds a line for each field that differs, "stats.total_iterations: 5, now 6". Left out is what may
 * differ between two runs of the same: times and facts of the host, names of files. Returns how many
 * fields were compared. */
size_t replay_compare(const struct sidecar *then, const struct sidecar *now, struct strv *lines);

#endif
