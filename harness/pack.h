/* SPDX-License-Identifier: GPL-2.0-only */
/* The files that a test needs in the guest, as archives. */
#ifndef HARNESS_PACK_H
#define HARNESS_PACK_H

#include "harness/plan.h"
#include "harness/scenario/scenario.h"

/* What its payloads need of this machine; argv[0] of each payload of the job becomes its program's path.
 * *memfd stays -1 when the job has none; *bytes is how much the guest has to hold. ERR_UNSUPPORTED
 * as of scenario_payload_program(). */
int pack_payloads(const struct scenario *s, struct job *job, int *memfd, uint64_t *bytes,
                  struct err *err) MUST_CHECK;
/* The objects of the job's schedulers at their paths, and the kernel's configuration where libbpf
 * looks for it. *memfd stays -1 when there is none but the kernel's own. */
int pack_schedulers(const struct test *t, const struct job *job, int *memfd, struct err *err)
	MUST_CHECK;
/* The job's scheduler `index`: the test's own, or one that its steps name. NULL: not known. */
const struct scheduler_spec *pack_scheduler(const struct test *t, const struct job *job,
                                            size_t index);

#endif
