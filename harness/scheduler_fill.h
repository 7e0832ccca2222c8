/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the guest writes into a scheduler's object before it loads it: constants of the kernel that
 * boots, facts of the machine, and the settings. The host works all of it out, so that a mistake is
 * said before anything boots; the agent copies bytes.
 */
#ifndef HARNESS_SCHEDULER_FILL_H
#define HARNESS_SCHEDULER_FILL_H

#include "harness/kernel/kernel.h"
#include "harness/object/object.h"
#include "harness/scheduler_spec.h"
#include "harness/wire/job.h"

/* Opens the object and sets everything in it. `kernel` and `topology` may be NULL: constants of the
 * kernel, or facts of the machine, are left out then. The caller frees *out with object_free(). */
int scheduler_open(const struct scheduler_spec *s, const struct kernel *kernel,
                   const struct job_topology *topology, struct object **out, struct err *err)
	MUST_CHECK;
/* Fills ops_map, patches, map_entries and run_progs of an inited record. Nothing for the kernel's
 * own scheduler. ERR_UNSUPPORTED when the object reads the kernel's configuration (CONFIG_…) and the
 * store has none of this kernel. */
int scheduler_fill(const struct scheduler_spec *s, const struct kernel *kernel,
                   const struct job_topology *topology, struct job_sched *out, struct err *err)
	MUST_CHECK;

#endif
