/* SPDX-License-Identifier: GPL-2.0-only */
/* What the results were measured on, as text files for an archive of evidence. */
#ifndef STATS_EVIDENCE_H
#define STATS_EVIDENCE_H

#include "stats/pool.h"

/* Writes kernel-info.txt, os-release.txt, cpu-info.txt and fs-type.txt into `dir`, which is made: one
 * block for each host of the pool. */
int evidence_write(const char *dir, const struct pool *p, struct err *err) MUST_CHECK;

#endif
