/* SPDX-License-Identifier: GPL-2.0-only */
/* `harness test --dry-run`: prints the tests of a plan, in the order in which they would start. */
#ifndef HARNESS_DRY_RUN_H
#define HARNESS_DRY_RUN_H

#include "harness/earlier.h"
#include "harness/plan.h"

/* A line for each test, the text that -E matches and about how long it takes where earlier records
 * say that; and their number. Or one JSON document. jobs: VMs at the same time. */
void dry_run_print(const struct plan *plan, const struct earlier *earlier, unsigned int jobs,
                   bool json);

/* How long the n runs take with `jobs` VMs at a time: never less than the longest of them. *known: of how
 * many this is; NaN is not known. */
double dry_run_wall(const double *seconds, size_t n, unsigned int jobs, size_t *known);

/* A kernel that is not in the store, for a plan that is only printed: its version is `spec`. The caller
 * frees it with kernel_done(). */
void dry_run_kernel(const char *spec, struct kernel *out);
bool dry_run_has_kernel(const struct kernel *k);

#endif
