/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest as a machine: file systems, the region shared with the host, the job, the timer. */
#ifndef AGENT_MACHINE_H
#define AGENT_MACHINE_H

#include "harness/agent/agent.h"

/* The pseudo file systems everything else needs; a missing debugfs or tracefs is no error. */
int machine_mount(struct err *err) MUST_CHECK;
/* What programs expect of a machine and the workers do without. */
void machine_furnish(struct agent *a);
/* Maps the region shared with the host. */
int machine_map_ring(struct agent *a, struct err *err) MUST_CHECK;
/* Reads and decodes the job. */
int machine_read_job(struct agent *a, struct err *err) MUST_CHECK;
/* Bounds how long one virtual CPU runs before the next gets its turn. */
void machine_set_quantum(struct agent *a, uint64_t ns);

#endif
