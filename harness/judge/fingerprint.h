/* SPDX-License-Identifier: GPL-2.0-only */
/* Groups failures that are alike. Pure. */
#ifndef JUDGE_FINGERPRINT_H
#define JUDGE_FINGERPRINT_H

#define FINGERPRINT_DIGITS 8

/* A hash of the cause without what differs from run to run: numbers, times, addresses, PIDs, CPUs.
 * FINGERPRINT_DIGITS hex digits; the caller frees. */
char *fingerprint(const char *cause);

#endif
