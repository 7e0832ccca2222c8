/* SPDX-License-Identifier: GPL-2.0-only */
/* Specification to QEMU's argv. Pure: descriptors are only numbers here. */
#ifndef VMM_ARGS_H
#define VMM_ARGS_H

#include "vmm/vmm.h"

/* Virtual time: 2^shift ns per instruction, over all vCPUs. */
#define VM_ICOUNT_SHIFT 3
#define VM_RING_BYTES   (16u << 20)

struct vm_fds {
	int initrd, job, ring, console, qmp;
	const int *memory; /* one per NUMA node */
};

/* 0 in the spec: by vCPUs and nodes; else as asked. Always a multiple of 2 MiB per node. */
uint64_t vm_memory_bytes(const struct vm_spec *spec);
void vm_args(const struct vm_spec *spec, const struct vm_fds *fds, struct strv *argv);
/* "pvh" or "bzimage". */
const char *vm_boot_kind(const struct vm_spec *spec);

#endif
