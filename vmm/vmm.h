/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One QEMU from specification to corpse: facade of this folder. Knows nothing of scenarios,
 * schedulers or results: bytes of a job go in (fw_cfg), bytes of a shared ring come out (ivshmem).
 *
 *	struct vm_result r;
 *	vm_run(&spec, &events, &r, &err);	blocks; one thread per VM
 *	vm_result_done(&r);
 *
 * Leaves nothing behind, whatever happens to us: everything QEMU reads or writes is an inherited
 * memory file, and QEMU dies with the thread that runs it.
 */
#ifndef VMM_H
#define VMM_H

#include "base/err.h"
#include "base/json.h"
#include "base/strv.h"
#include "vmm/topo.h"

enum vm_clock {
	VM_CLOCK_REAL,    /* KVM, or multi-threaded TCG */
	VM_CLOCK_VIRTUAL, /* one TCG thread, time counted in instructions: bit-identical */
	VM_CLOCK_COUNT
};
extern const struct json_names vm_clock_names;

enum vm_accel {
	VM_ACCEL_AUTO,
	VM_ACCEL_KVM,
	VM_ACCEL_TCG,
	VM_ACCEL_COUNT
};
extern const struct json_names vm_accel_names;

/* The QEMU to use: found once, shared by all VMs. $KTSTR_QEMU, else target/deps' qemu.conf beside
 * the executable (../deps/qemu.conf), else $PATH. */
struct vm_qemu {
	char *path;
	struct strv firmware; /* -L folders */
	char *libraries;      /* LD_LIBRARY_PATH, or NULL */
	char *version;        /* "10.0.2" */
	unsigned int major;
};
int vm_qemu_find(struct vm_qemu *out, struct err *err) MUST_CHECK;
void vm_qemu_done(struct vm_qemu *q);

/* What this machine can do: KVM only where a stock kernel would run. `want` AUTO takes the best;
 * asking for KVM where there is none is ERR_UNSUPPORTED with the reason. *reason: one line why the
 * answer is what it is, borrowed, static. The probe runs once per process. */
int vm_accel_probe(enum vm_accel want, enum vm_accel *out, const char **reason, struct err *err)
	MUST_CHECK;

/* An initramfs archive in a memory file. Entries are copied as given; equal input, equal bytes. */
struct vm_file {
	const char *path;   /* in the guest: "init", "lib/vtime.bpf.o"; folders are made */
	const char *source; /* host file; NULL: data */
	const void *data;
	size_t n;
	unsigned int mode; /* 0755 … */
};
int vm_initramfs(const struct vm_file *files, size_t n, int *memfd, struct err *err) MUST_CHECK;

struct vm_spec {
	const struct vm_qemu *qemu;
	const char *vmlinux; /* booted through its PVH note when there is one and `pvh`; */
	const char *vmlinuz; /* else this */
	bool pvh;
	const int *initrds; /* memory files, unpacked in order; not consumed */
	size_t n_initrds;
	const char *const *kernel_args; /* added to ours; NULL-terminated, or NULL */
	struct topo topo;
	uint64_t memory_bytes; /* 0: by vCPUs, and */
	uint64_t extra_bytes;  /* what the initrds hold beyond the agent */
	enum vm_accel accel;   /* as probed: not AUTO */
	enum vm_clock clock;
	const void *job; /* read by the guest as fw_cfg "opt/ktstr/job" */
	size_t job_bytes;
	size_t ring_bytes;    /* 0: 16 MiB */
	uint64_t console_max; /* bytes kept and allowed; 0: 4 MiB kept */
	uint64_t deadline_ns; /* absolute, for the whole VM */
	int cancel_fd;        /* readable: stop now; -1: none */
};

/* What QEMU's threads got of the host so far, and how long they waited for it. */
struct vm_host_time {
	uint64_t run_ns, wait_ns; /* U64_NONE: the host does not say */
};

struct vm_events {
	/* Called some times a second and once after the end. 1: the guest has said its last word
	 * (it is given a moment to power off, then stopped), negative: give up, err says why. */
	int (*on_ring)(void *arg, const uint8_t *ring, size_t n, struct err *err);
	/* Called before on_ring while QEMU lives, under the real clock; may be NULL. */
	void (*on_host_time)(void *arg, const struct vm_host_time *t);
	void *arg;
};

enum vm_end {
	VM_END_DONE,  /* on_ring said 1, or the guest powered off */
	VM_END_PANIC, /* the kernel's own last words are in cause */
	VM_END_TIMEOUT,
	VM_END_CANCELLED,
	VM_END_QEMU,  /* QEMU ended by itself: exit status or signal, its stderr in cause */
	VM_END_FLOOD, /* the console exceeded its bound */
	VM_END_RING,  /* on_ring gave up */
	VM_END_COUNT
};

struct vm_result {
	enum vm_end end;
	char *cause;           /* one line; NULL for VM_END_DONE */
	struct strbuf console; /* head and tail, bounded */
	char *boot;            /* "pvh", "bzimage" */
	uint32_t icount_shift; /* U32_NONE under the real clock */
	uint64_t memory_bytes;
	uint64_t start_ns, end_ns; /* host CLOCK_MONOTONIC */
	struct strv argv;
};

/* Virtual time: within how long each vCPU should get its turn. The guest has to see to it by a
 * periodic timer (harness/agent/machine.c); none where there is only one. */
uint64_t vm_quantum_ns(const struct topo *t);

/* Errors are what kept a QEMU from starting; what became of a started one is in the result. */
int vm_run(const struct vm_spec *spec, const struct vm_events *events, struct vm_result *out,
           struct err *err) MUST_CHECK;
void vm_result_done(struct vm_result *r);
/* A generous bound for booting and running a guest that needs `guest_ns` of its own time. */
uint64_t vm_time_budget_ns(const struct vm_spec *spec, uint64_t guest_ns);

#endif
