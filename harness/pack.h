/* SPDX-License-Identifier: GPL-2.0-only */
/* The files of this machine that a test's payloads need in the guest. */
#ifndef HARNESS_PACK_H
#define HARNESS_PACK_H

#include "harness/scenario/scenario.h"

/* An initramfs of all of them; argv[0] of each payload of the job becomes its program's path.
 * *memfd stays -1 when the job has none; *bytes is how much the guest has to hold. ERR_UNSUPPORTED
 * as of scenario_payload_program(). */
int pack_payloads(const struct scenario *s, struct job *job, int *memfd, uint64_t *bytes,
                  struct err *err) MUST_CHECK;

#endif
