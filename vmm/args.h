/* SPDX-License-Identifier: GPL-2.0-only */
/* Turns a specification into QEMU's argv. Pure: here descriptors are only numbers. */
#ifndef VMM_ARGS_H
#define VMM_ARGS_H

#include "vmm/vmm.h"

/* Virtual time: each instruction, on any vCPU, takes 2^shift ns. */
#define VM_ICOUNT_SHIFT 3
#define VM_RING_BYTES   (16u << 20)

struct vm_fds {
	int initrd, job, ring, console, qmp;
	const int *memory; /* one memory file per NUMA node */
};

/* The guest's memory: spec->memory_bytes, or by the number of vCPUs when that is 0. Always a
 * multiple of 2 MiB per node. */
uint64_t vm_memory_bytes(const struct vm_spec *spec);
void vm_args(const struct vm_spec *spec, const struct vm_fds *fds, struct strv *argv);
/* "pvh" or "bzimage". */
const char *vm_boot_kind(const struct vm_spec *spec);

#endif
