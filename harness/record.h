/* SPDX-License-Identifier: GPL-2.0-only */
/* The sidecar of a test: what is known before it runs, and what the VM added. */
#ifndef HARNESS_RECORD_H
#define HARNESS_RECORD_H

#include "harness/env.h"
#include "harness/judge/guest.h"
#include "harness/plan.h"
#include "sidecar/rundir.h"

/* Identity and provenance of a test that is about to start; outcome error, "did not finish". The
 * record is inited. `job` may be NULL when it could not be resolved. */
void record_start(struct sidecar *s, const struct harness_env *env, const struct test *t,
                  const struct job *job, const struct rundir *rd);
/* What the VM was and how long it took. */
void record_vm(struct sidecar *s, const struct harness_env *env, const struct vm_spec *spec,
               const struct vm_result *vm, const struct guest_report *g);
/* The scheduler as the guest saw it. */
void record_scheduler(struct sidecar *s, const struct scheduler_spec *spec,
                      const struct guest_report *g);
/* The steps as they were carried out; what was set up before the run is none. */
void record_ops(struct sidecar *s, const struct job *job, const struct guest_report *g);

#endif
