/* SPDX-License-Identifier: GPL-2.0-only */
/* How many VMs run side by side when the user does not say. */
#ifndef HARNESS_JOBS_H
#define HARNESS_JOBS_H

#include "harness/plan.h"

/* What this machine has to offer. */
struct jobs_host {
	uint32_t cpus;
	uint64_t memory_bytes; /* available; 0: not known */
};
void jobs_host_read(struct jobs_host *out);
/* As many as the widest test fits the CPUs, and the largest the memory; at least 1. */
unsigned int jobs_that_fit(const struct plan *plan, const struct jobs_host *host);

#endif
