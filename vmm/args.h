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
	VM_START_EXTEND,  /* from a saved machine, to be saved again */
};

static inline bool vm_start_saves(enum vm_start s)
{
	return s == VM_START_SAVE || s == VM_START_EXTEND;
}

static inline bool vm_start_restores(enum vm_start s)
{
	return s == VM_START_RESTORE || s == VM_START_EXTEND;
}

struct vm_fds {
	enum vm_start start;
	int initrd, region, console, qmp;
	const int *memory; /* one file per NUMA node */
};

/* Of the shared region: a power of two, as for every PCI region. */
uint64_t vm_region_bytes(const struct vm_spec *spec);
void vm_args(const struct vm_spec *spec, const struct vm_fds *fds, struct strv *argv);
/* "pvh" or "bzimage". */
const char *vm_boot_kind(const struct vm_spec *spec);

#endif
