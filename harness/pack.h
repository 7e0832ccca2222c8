/* SPDX-License-Identifier: GPL-2.0-only */
/* Packs the files of this machine that a test's payloads need in the guest. */
#ifndef HARNESS_PACK_H
#define HARNESS_PACK_H

#include "harness/scenario/scenario.h"

/* Makes an initramfs of these files and sets argv[0] of each payload of the job to the path of its
 * program. *memfd, the caller's, is unchanged if the job has no payloads. *bytes is the size of the
 * files. ERR_UNSUPPORTED and ERR_NOT_FOUND as from scenario_payload_program(). */
int pack_payloads(const struct scenario *s, struct job *job, int *memfd, uint64_t *bytes,
                  struct err *err) MUST_CHECK;

#endif
