/* SPDX-License-Identifier: GPL-2.0-only */
/* Turns a specification into QEMU's argv. Pure: here descriptors are only numbers. */
#ifndef VMM_ARGS_H
#define VMM_ARGS_H

#include "vmm/vmm.h"

/* Virtual time: each instruction, on any vCPU, takes 2^shift ns. */
#define VM_ICOUNT_SHIFT 3

enum vm_start {
	VM_START_COLD,
	VM_START_SAVE,    /* cold, to be saved */
	VM_START_RESTORE, /* from a saved machine; its state comes through QMP */
};

struct vm_fds {
	enum vm_start start;
	int initrd, region, console, qmp;
	const int *memory; /* one file per NUMA node */
};

/* The guest's memory: spec->memory_bytes, or by the number of vCPUs when that is 0. Always a
 * multiple of 2 MiB per node. */
uint64_t vm_memory_bytes(const struct vm_spec *spec);
/* Of the shared region: a power of two, as for every PCI region. */
uint64_t vm_region_bytes(const struct vm_spec *spec);
void vm_args(const struct vm_spec *spec, const struct vm_fds *fds, struct strv *argv);
/* "pvh" or "bzimage". */
const char *vm_boot_kind(const struct vm_spec *spec);

#endif
