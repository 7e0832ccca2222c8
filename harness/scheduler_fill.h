/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the guest writes into a scheduler's object before it loads it: constants of the kernel that
 * boots, facts of the machine, and the user's settings. The host works all of it out, so that
 * mistakes are reported before anything boots. The agent only copies bytes.
 */
#ifndef HARNESS_SCHEDULER_FILL_H
#define HARNESS_SCHEDULER_FILL_H

#include "harness/kernel/kernel.h"
#include "harness/object/object.h"
#include "harness/scheduler_spec.h"
#include "harness/wire/job.h"

/* Opens the object and sets everything in it. Without `kernel` (NULL), the kernel's constants
 * are left out; without `topology`, the facts of the machine. The caller frees *out with
 * object_free(). */
int scheduler_open(const struct scheduler_spec *s, const struct kernel *kernel,
                   const struct job_topology *topology, struct object **out, struct err *err)
	MUST_CHECK;
/* Fills ops_map, patches, map_entries, sizes and runs of a record after json_init(). Fills
 * nothing for the kernel's own scheduler. ERR_UNSUPPORTED: the object reads the kernel's
 * configuration (CONFIG_…), but the store has none of this kernel. */
int scheduler_fill(const struct scheduler_spec *s, const struct kernel *kernel,
                   const struct job_topology *topology, struct job_sched *out, struct err *err)
	MUST_CHECK;

#endif
