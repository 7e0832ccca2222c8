/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ways to fail: how a scheduler or a guest can end before its time. One table: the kind in
 * wire_sched_exit and in the sidecar is a name from it, and docs/outcomes.md is made from it.
 */
#ifndef WIRE_FAULT_H
#define WIRE_FAULT_H

enum fault {
	/* while the object is loaded and attached */
	FAULT_VERIFIER,
	FAULT_KFUNC,
	FAULT_TYPE,
	FAULT_MAP,
	FAULT_KCONFIG,
	FAULT_OPS,
	FAULT_LOAD,
	FAULT_INIT,
	FAULT_ATTACH,
	FAULT_ENABLE,
	/* while the scheduler runs */
	FAULT_BPF_ERROR,
	FAULT_ERROR,
	FAULT_STALL,
	FAULT_HOTPLUG,
	FAULT_EXIT,
	FAULT_UNREGISTERED,
	FAULT_UNKNOWN,
	/* a scheduler that is a program */
	FAULT_NO_ATTACH,
	FAULT_EARLY_EXIT,
	FAULT_LATE_EXIT,
	FAULT_DETACH,
	/* a scheduler of the kernel's that commands switch on and off */
	FAULT_DISABLE,
	/* the guest */
	FAULT_MEMORY,
	FAULT_BUG,
	FAULT_LOCKUP,
	FAULT_RCU_STALL,
	FAULT_HUNG_TASK,
	FAULT_PANIC,
	FAULT_SILENT,
	FAULT_TOO_SLOW,
	FAULT_QEMU,
	FAULT_COUNT
};

struct fault_row {
	const char *name;
	const char *outcome; /* of the test: "fail" or "error" */
	const char *means;
	const char *example; /* a cause, as the terminal shows it */
	const char *advice;  /* what to do */
	const char *held_by; /* the test that must end so: "vm:CASE" in real guests, "unit:TEST" */
};
extern const struct fault_row fault_rows[FAULT_COUNT];

/* "verifier" */
const char *fault_name(enum fault f);

#endif
