/* SPDX-License-Identifier: GPL-2.0-only */
/* Fills the sidecar of a test: what is known before the run, then what the VM and the guest add. */
#ifndef HARNESS_RECORD_H
#define HARNESS_RECORD_H

#include "harness/env.h"
#include "harness/judge/guest.h"
#include "harness/plan.h"
#include "harness/start.h"
#include "sidecar/rundir.h"

/* Initialises the record. Sets identity and provenance of a test that is about to start, and the
 * outcome error, "did not finish". job: NULL if it could not be resolved. */
void record_start(struct sidecar *s, const struct harness_env *env, const struct test *t,
                  const struct job *job, const struct rundir *rd);
/* What VM it was, and how long it took. */
void record_vm(struct sidecar *s, const struct harness_env *env, const struct vm_spec *spec,
               const struct start *start, const struct vm_result *vm, const struct guest_report *g);
/* The scheduler: its object, and what the guest reported about loading it. */
void record_scheduler(struct sidecar *s, const struct scheduler_spec *spec,
                      const struct guest_report *g);
/* What was in force in the guest, as it read it back. */
void record_settings(struct sidecar *s, const struct guest_report *g, const struct kernel *k);
/* The ops of steps as they were carried out. Ops before the run are left out. */
void record_ops(struct sidecar *s, const struct job *job, const struct guest_report *g);

/* When it ended: that long after its start. The host's clock may have been set in the meantime. */
void record_end(struct sidecar *s, uint64_t took_ns);

#endif
