/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs one QEMU, from its specification to its end: the facade of this folder. It knows nothing of
 * scenarios, schedulers or results. One region of memory is shared with the guest (ivshmem): its
 * input goes in there, the bytes of a ring come out.
 *
 *	struct vm_result r;
 *	vm_run(&spec, &events, &r, &err);	blocks; one thread per VM
 *	vm_result_done(&r);
 *
 * Nothing is left behind, however this process ends: everything QEMU reads or writes is an
 * inherited memory file, and QEMU dies with the thread that runs it.
 */
#ifndef VMM_H
#define VMM_H

#include "base/err.h"
#include "base/json.h"
#include "base/strv.h"
#include "vmm/topo.h"

enum vm_clock {
	VM_CLOCK_REAL,    /* KVM, or multi-threaded TCG */
	VM_CLOCK_VIRTUAL, /* one TCG thread; time counts instructions: bit-identical runs */
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

/* The QEMU to use, found once and shared by all VMs: $KTSTR_QEMU, else the one named in
 * ../deps/qemu.conf beside the executable (from `make deps`), else the one on $PATH. */
struct vm_qemu {
	char *path;
	struct strv firmware; /* -L folders */
	char *libraries;      /* LD_LIBRARY_PATH, or NULL */
	char *version;        /* "10.0.2" */
	unsigned int major;
	char *build; /* hash that tells one build from another */
};
int vm_qemu_find(struct vm_qemu *out, struct err *err) MUST_CHECK;
void vm_qemu_done(struct vm_qemu *q);

/* Which accelerator this machine can use. KVM counts only if a stock kernel would run on it. `want`
 * AUTO takes the best; KVM where there is none is ERR_UNSUPPORTED with the reason. *reason: one
 * line that explains the answer; borrowed, static. The probe runs once per process. */
int vm_accel_probe(enum vm_accel want, enum vm_accel *out, const char **reason, struct err *err)
	MUST_CHECK;

/* An initramfs archive in a memory file. Entries are copied in the given order. Equal input gives
 * equal bytes. */
struct vm_file {
	const char *path;   /* in the guest: "init", "lib/vtime.bpf.o"; its folders are made */
	const char *source; /* file on the host; NULL: use data */
	const void *data;
	size_t n;
	unsigned int mode; /* 0755 … */
};
int vm_initramfs(const struct vm_file *files, size_t n, int *memfd, struct err *err) MUST_CHECK;

/* The shared region: the ring first, then the input. */
#define VM_RING_BYTES  (16u << 20)
#define VM_INPUT_BYTES (16u << 20)

/* A saved machine, opened: it goes on where it was saved. Many may run from one image, each with
 * its own memory (copy on write). Its topology, clock and memory are those of the image. */
struct vm_image {
	int state;
	int *memory; /* one file per NUMA node */
	uint32_t n;
	uint32_t
		idle_rounds; /* an idle CPU counts so far before it gives its turn away; U32_NONE: it
	                         does not */
};
#define VM_IMAGE_NONE ((struct vm_image){ .state = -1 })
int vm_image_open(int dirfd, uint32_t nodes, struct vm_image *out, struct err *err) MUST_CHECK;
void vm_image_done(struct vm_image *im);

/* How much room they take. */
uint64_t vm_input_bytes(const int *inputs, size_t n);

/* A way to talk with the guest while it runs, for guests on which nothing is measured: a second serial
 * port, and the shared region, which the caller makes and maps itself. */
struct vm_port {
	int serial_fd; /* socket; the caller has the other end */
	int region_fd; /* vm_region_new() */
};

struct vm_spec {
	const struct vm_image *image; /* restored; NULL: the kernel is booted */
	const struct vm_qemu *qemu;
	const char *vmlinux; /* booted through its PVH note if `pvh` is set; */
	const char *vmlinuz; /* else this is booted */
	bool pvh;
	int initrd;        /* memory file; stays the caller's, as those below */
	const int *inputs; /* memory files: copied one after the other behind the ring */
	size_t n_inputs;
	uint64_t input_bytes;     /* room for them; 0: VM_INPUT_BYTES */
	char *const *kernel_args; /* added to our own; NULL-terminated, or NULL */
	struct topo topo;
	uint64_t memory_bytes; /* 0: computed from vCPUs and extra_bytes */
	uint64_t extra_bytes;  /* size of the files that the guest unpacks from its input */
	enum vm_accel accel;   /* as probed, not AUTO */
	enum vm_clock clock;
	uint64_t console_max;       /* bytes allowed; 0: 64 MiB. At most 4 MiB are kept */
	uint64_t deadline_ns;       /* absolute, for the whole VM */
	int cancel_fd;              /* when readable: stop now; -1: none */
	const struct vm_port *port; /* NULL: none; only for a cold start */
};
/* Makes the region that this guest will share, a memory file. The caller closes it. */
int vm_region_new(const struct vm_spec *spec, int *fd, struct err *err) MUST_CHECK;

/* The guest's memory: spec->memory_bytes, or by the number of vCPUs when that is 0. Always a
 * multiple of 2 MiB per node. */
uint64_t vm_memory_bytes(const struct vm_spec *spec);

/* How long QEMU's threads have run on the host's CPUs, and waited for one. */
struct vm_host_time {
	uint64_t run_ns, wait_ns; /* U64_NONE: the host does not report it */
};

struct vm_events {
	/* Called every 20 ms and once after the end. Returns 1 when the guest has sent its last
	 * message: the guest gets a moment to power off, then QEMU is stopped. Negative: give up;
	 * err says why. */
	int (*on_ring)(void *arg, const uint8_t *ring, size_t n, struct err *err);
	/* Called before on_ring while QEMU runs, only under the real clock; may be NULL. */
	void (*on_host_time)(void *arg, const struct vm_host_time *t);
	void *arg;
};

enum vm_end {
	VM_END_DONE,  /* on_ring returned 1, or the guest powered off */
	VM_END_PANIC, /* the kernel crashed; cause is its message */
	VM_END_TIMEOUT,
	VM_END_CANCELLED,
	VM_END_QEMU,  /* QEMU ended by itself; cause is its status and last line of stderr */
	VM_END_FLOOD, /* the console exceeded its limit */
	VM_END_RING,  /* on_ring gave up */
	VM_END_SAVED, /* vm_save(): the guest asked for it, the files are written */
	VM_END_COUNT
};

struct vm_result {
	enum vm_end end;
	char *cause;      /* one line; NULL: the guest said that it was done */
	const char *kind; /* of a guest that failed, "panic", "memory", "silent"; NULL */
	char *crash; /* what the console names as a crash, even if all went on; NULL: nothing */
	const char *crash_kind; /* likewise */
	struct strbuf console;  /* head and tail, bounded in size */
	char *boot;             /* "pvh", "bzimage" */
	uint32_t icount_shift;  /* U32_NONE under the real clock */
	uint64_t memory_bytes;
	uint64_t start_ns, end_ns; /* host CLOCK_MONOTONIC */
	struct strv argv;
	struct json_f64map
		*vcpu_stats; /* under KVM: its counters, by vCPU; shortly before the end */
	size_t n_vcpu_stats;
};

/* Virtual time: the quantum, the time within which each vCPU should get its turn. The guest keeps
 * it with a periodic timer (harness/agent/machine.c). U64_NONE with only one vCPU. */
uint64_t vm_quantum_ns(const struct topo *t);

/* Fails only if QEMU could not be started; how a started QEMU ended is in *out. */
int vm_run(const struct vm_spec *spec, const struct vm_events *events, struct vm_result *out,
           struct err *err) MUST_CHECK;
void vm_result_done(struct vm_result *r);
/* Runs it as vm_run() does, booted or from an image, and saves the machine in a folder once the guest
 * asks for it, by writing to the port of its panic device: so the moment is the guest's own. When it ends otherwise,
 * *out says how. Fails if QEMU could not be started or the files not be written: a folder with
 * some of them is left for the caller to remove. */
int vm_save(const struct vm_spec *spec, const struct vm_events *events, int dirfd,
            struct vm_result *out, struct err *err) MUST_CHECK;
/* All about a specification that goes into a saved machine, but for the contents of the kernel, of
 * the initrd and of the input. The caller frees. */
char *vm_identity(const struct vm_spec *spec);
/* A generous time limit for booting and running a guest that needs `guest_ns` of its own time. */
uint64_t vm_time_budget_ns(const struct vm_spec *spec, uint64_t guest_ns);

#endif
