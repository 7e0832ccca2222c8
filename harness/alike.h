/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts the tests of a suite that failed alike: their causes have one fingerprint. */
#ifndef HARNESS_ALIKE_H
#define HARNESS_ALIKE_H

#include "sidecar/sidecar.h"

struct alike {
	struct alike_group {
		char *fingerprint, *cause; /* of the first */
		size_t n;
	} * v;
	size_t n;
};

/* Adds a test that has a fingerprint; all others are ignored. */
void alike_add(struct alike *a, const struct sidecar *s);
void alike_done(struct alike *a);

#endif
