/* SPDX-License-Identifier: GPL-2.0-only */
/* One VM from its opening to its end: what running (vm.c) and saving (save.c) share. */
#ifndef VMM_VM_H
#define VMM_VM_H

#include "base/child.h"
#include "vmm/args.h"
#include "vmm/kvmstat.h"
#include "vmm/qmp.h"
#include "vmm/vmm.h"

#define CONSOLE_KEPT (4u << 20) /* bytes of the console that are looked at */

/* Everything that one VM holds. vm_end() releases every member, also when only some were made. */
struct vm {
	const struct vm_spec *spec;
	const struct vm_events *events;
	enum vm_start start;
	int region, console, errors, state; /* memory files */
	int *memory;                        /* likewise; NULL: the image has them */
	int qmp[2];                         /* our end, QEMU's end */
	uint8_t *ring;                      /* mapped: the head of the region */
	struct qmp_reader monitor;          /* read to save, and under KVM */
	struct kvmstat kvm;
	struct child qemu;
};

void vm_open(struct vm *vm, const struct vm_spec *spec, const struct vm_events *events,
             enum vm_start start);
/* Starts QEMU and watches it until there is nothing left to see, or until it is to be saved. */
int vm_go(struct vm *vm, struct vm_result *res, struct err *err) MUST_CHECK;
/* Stops QEMU: at once when the guest has sent its last message or is saved, else in steps: QMP
 * quit, TERM, KILL. */
void vm_bring_down(struct vm *vm, const struct vm_result *out);
/* The end of vm_run() and vm_save(), which came to `r`: returns it, closes the VM, and puts into *out what there is to
 * know of it; if r is an error, nothing. */
int vm_end(struct vm *vm, int r, struct vm_result *res, struct vm_result *out);
/* How QEMU opens a file of state that it inherits; the caller frees. */
char *vm_state_uri(int fd);

#endif
