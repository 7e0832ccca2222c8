/* SPDX-License-Identifier: GPL-2.0-only */
/* Packs the files that a test needs in the guest into archives. */
#ifndef HARNESS_PACK_H
#define HARNESS_PACK_H

#include "harness/plan.h"
#include "harness/scenario/scenario.h"

/* Packs what the payloads need of this machine and sets argv[0] of each payload of the job to the path of its
 * program. *memfd, the caller's, is unchanged if the job has no payloads. *bytes is the size of the
 * files. ERR_UNSUPPORTED and ERR_NOT_FOUND as from scenario_payload_program(). */
int pack_payloads(const struct scenario *s, struct job *job, int *memfd, uint64_t *bytes,
                  struct err *err) MUST_CHECK;
/* The job itself. */
int pack_job(const struct job *job, int *memfd, struct err *err) MUST_CHECK;
/* A struct job_now of this moment, in at most PACK_NOW_MAX bytes. */
#define PACK_NOW_MAX 1024
int pack_now(int *memfd, struct err *err) MUST_CHECK;
/* The files of the job's schedulers (scheduler_files.h), and the kernel's configuration for them and
 * for payloads. *memfd stays -1 if there are neither. *bytes grows by their size. */
int pack_schedulers(const struct test *t, const struct job *job, int *memfd, uint64_t *bytes,
                    struct err *err) MUST_CHECK;
/* The job's scheduler `index`: the test's own, or one that its steps name. NULL: not known. */
const struct scheduler_spec *pack_scheduler(const struct test *t, const struct job *job,
                                            size_t index);

#endif
