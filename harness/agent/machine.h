/* SPDX-License-Identifier: GPL-2.0-only */
/* Sets the guest up: file systems, the region shared with the host, the input, the timer. */
#ifndef AGENT_MACHINE_H
#define AGENT_MACHINE_H

#include "harness/agent/agent.h"

/* Mounts /proc, /sys, /dev and cgroup2. Mounts bpf, debugfs and tracefs where the kernel has
 * them. */
int machine_mount(struct err *err) MUST_CHECK;
/* Adds, once, what other programs expect and workers do not need: the links /dev/fd and /dev/std*,
 * /tmp, /dev/shm, /dev/pts, the loopback interface. Failures are logged. */
void machine_furnish(struct agent *a);
/* Maps the ring (ivshmem) into a->ring. */
int machine_map_ring(struct agent *a, struct err *err) MUST_CHECK;
/* Decodes the job of the input into a->job and unpacks the other files of the input. Under the real
 * clock there may be a struct job_now: sets the clock and renews the random numbers. */
int machine_read_input(struct agent *a, struct err *err) MUST_CHECK;
/* Asks the host to save the machine. Returns in the restored machine, where ring and input are
 * others. */
void machine_be_saved(void);
/* Virtual time: limits each vCPU's turn to `ns` (vm_quantum_ns()), with a periodic timer. A failure
 * is logged. */
void machine_set_quantum(struct agent *a, uint64_t ns);

#endif
