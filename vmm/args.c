/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "vmm/args.h"
#include "vmm/idle.h"

#define MIB (1ull << 20)

/*
 * All that TCG can emulate, except what makes a guest slower than it would be without. An emulated AMD CPU has
 * no hyper-threads. erms, fsrm: the kernel copies and clears by the byte, since real CPUs are fast at it; TCG
 * executes each byte. la57: page tables of five levels, so each TLB miss and each fork costs more.
 */
#define TCG_CPU "max,vendor=GenuineIntel,-erms,-fsrm,-la57"

const struct json_names vm_clock_names = {
	.names = (const char *const[]){ [VM_CLOCK_REAL] = "real", [VM_CLOCK_VIRTUAL] = "virtual" },
	.n = VM_CLOCK_COUNT,
};

/* Unpacked files may fill half of the memory. In steps, so that guests of many sizes share a saved
 * machine. A few, as those of a scheduler, need no more than every guest has. */
static uint64_t extra_bytes(const struct vm_spec *spec)
{
	const uint64_t step = 64 * MIB, few = 8 * MIB;

	return spec->extra_bytes <= few ? 0 : (2 * spec->extra_bytes + step - 1) / step * step;
}

uint64_t vm_region_bytes(const struct vm_spec *spec)
{
	uint64_t need = VM_RING_BYTES + (spec->input_bytes ? spec->input_bytes : VM_INPUT_BYTES);
	uint64_t size = VM_RING_BYTES + VM_INPUT_BYTES;

	while (size < need)
		size *= 2;
	return size;
}

uint64_t vm_memory_bytes(const struct vm_spec *spec)
{
	uint64_t bytes = spec->memory_bytes, per_node;

	if (!bytes)
		bytes = (384 + 32 * (uint64_t)topo_cpus(&spec->topo)) * MIB + extra_bytes(spec);
	per_node = bytes / spec->topo.nodes;
	per_node -= per_node % (2 * MIB);
	return per_node * spec->topo.nodes;
}

const char *vm_boot_kind(const struct vm_spec *spec)
{
	return spec->pvh && spec->vmlinux ? "pvh" : "bzimage";
}

/* 200 us. Half of that costs half as much wall time again; twice of it hides how long a wake-up
 * beside spinners takes (figures: docs/clocks.md). More than eight vCPUs get longer, since a turn
 * under 25 us is mostly the cost of switching vCPUs. */
uint64_t vm_quantum_ns(const struct topo *t)
{
	uint32_t n = topo_cpus(t);

	return n == 1 ? U64_NONE : (n <= 8 ? 200 : 200 * n / 8) * NS_PER_US;
}

/* Arguments without which the harness cannot use a stock kernel. What only makes it faster is in a profile
 * (harness/profile.c). */
static char *kernel_cmdline(const struct vm_spec *spec)
{
	_cleanup_strv_ struct strv args = STRV_INIT;

	strv_addl(&args, "console=ttyS0", "quiet", "panic=-1", "oops=panic", NULL);
	/* DAMON's statistics (Debian, from 6.17) keep a thread busy all the time: the guest took
	 * 3.4 s to become quiet instead of 0.05 s. They also read the accessed bits of pages, which
	 * depend on how long QEMU's TLB keeps an entry, and that depends on the host's clock. */
	strv_add(&args, "damon_stat.enabled=N");
	/* A self-test of timing jitter. It took an eighth of an emulated boot, and schedulers do
	 * not need it. */
	strv_add(&args, "initcall_blacklist=jent_mod_init");
	/* On from the start. Switching it on later rewrites kernel code while other CPUs run. An
	 * emulated CPU then, once in hundreds of boots, meets a breakpoint that was already removed
	 * ("Oops: int3"). Attaching to tracepoints and schedulers still has this risk. */
	strv_add(&args, "schedstats=enable");
	/* On a busy host, emulated timers must not be calibrated against each other. */
	if (spec->accel == VM_ACCEL_TCG)
		strv_addl(&args, "no_timer_check", "tsc=reliable", NULL);
	/* When all vCPUs have halted, QEMU's main thread advances the virtual clock, perhaps just
	 * before the instructions of the last vCPU are counted. Polling vCPUs never halt; PAUSE
	 * passes their turn on. Measured: this takes no more time. */
	if (spec->clock == VM_CLOCK_VIRTUAL)
		strv_add(&args, "idle=poll");
	for (size_t i = 0; spec->kernel_args && spec->kernel_args[i]; i++)
		strv_add(&args, spec->kernel_args[i]);
	return strv_join(&args, " ");
}

static void add_machine(const struct vm_spec *spec, struct strv *argv)
{
	strv_each (&spec->qemu->firmware, i)
		strv_addl(argv, "-L", spec->qemu->firmware.v[i], NULL);
	strv_addl(argv, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
	          "-sandbox",
	          "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny", NULL);
	strv_add(argv, "-machine");
	/* No HPET: its legacy mode would disconnect the timer that makes the quantum. */
	strv_addf(argv, "q35,usb=off,graphics=off,vmport=off,smbus=off%s%s",
	          spec->clock == VM_CLOCK_VIRTUAL ? ",hpet=off" : "",
	          spec->topo.nodes == 1 ? ",memory-backend=ram0" : "");
}

/* Each LLC is a socket, so that the guest's cache/index3 and package agree (seen on 6.17). All dies
 * of one socket would share one index3 there. */
static void add_topology(const struct vm_spec *spec, const struct vm_fds *fds, struct strv *argv)
{
	const struct topo *t = &spec->topo;
	uint64_t per_node = vm_memory_bytes(spec) / t->nodes;

	strv_add(argv, "-smp");
	strv_addf(argv, "%u,sockets=%u,cores=%u,threads=%u", topo_cpus(t), t->llcs, t->cores,
	          t->threads);
	strv_add(argv, "-m");
	strv_addf(argv, "%lluM", (unsigned long long)(vm_memory_bytes(spec) / MIB));
	for (uint32_t n = 0; n < t->nodes; n++) {
		strv_add(argv, "-object");
		strv_addf(argv,
		          "memory-backend-file,id=ram%u,mem-path=/proc/self/fd/"
		          "%d,%s,size=%lluM",
		          n, fds->memory[n],
		          fds->start == VM_START_RESTORE ? "share=off,readonly=on,rom=off"
		                                         : "share=on",
		          (unsigned long long)(per_node / MIB));
		if (t->nodes == 1)
			return;
		strv_add(argv, "-numa");
		strv_addf(argv, "node,nodeid=%u,memdev=ram%u", n, n);
	}
	for (uint32_t l = 0; l < t->llcs; l++) {
		strv_add(argv, "-numa");
		strv_addf(argv, "cpu,node-id=%u,socket-id=%u", l / (t->llcs / t->nodes), l);
	}
}

/*
 * Time is the number of executed instructions. Nothing may come from outside: neither the host's
 * clock nor its random numbers.
 */
static void add_virtual_clock(struct strv *argv)
{
	strv_addl(argv, "-accel", "tcg,thread=single", "-cpu", TCG_CPU ",-rdrand,-rdseed", "-seed",
	          "1", "-rtc", "base=2020-01-01T00:00:00,clock=vm", "-icount", NULL);
	strv_addf(argv, "shift=%d,sleep=off,align=off", VM_ICOUNT_SHIFT);
}

static void add_clock(const struct vm_spec *spec, struct strv *argv)
{
	if (spec->accel == VM_ACCEL_KVM) {
		strv_addl(argv, "-accel", "kvm", "-cpu", "host", NULL);
		return;
	}
	if (spec->clock == VM_CLOCK_REAL) {
		/* older QEMUs crash guests that patch code while several vCPUs run */
		strv_addl(argv, "-accel",
		          spec->qemu->major < 10 ? "tcg,thread=single" : "tcg,thread=multi", "-cpu",
		          TCG_CPU, NULL);
		return;
	}
	add_virtual_clock(argv);
}

static void add_channels(const struct vm_spec *spec, const struct vm_fds *fds, struct strv *argv)
{
	strv_add(argv, "-chardev");
	strv_addf(argv, "file,id=console,path=/proc/self/fd/%d", fds->console);
	strv_addl(argv, "-serial", "chardev:console", "-chardev", NULL);
	if (spec->port) {
		strv_addf(argv, "socket,id=port,fd=%d", spec->port->serial_fd);
		strv_addl(argv, "-serial", "chardev:port", "-chardev", NULL);
	}
	strv_addf(argv, "socket,id=qmp,fd=%d", fds->qmp);
	strv_addl(argv, "-mon", "chardev=qmp,mode=control", "-object", NULL);
	strv_addf(argv, "memory-backend-file,id=ring,mem-path=/proc/self/fd/%d,share=on,size=%llu",
	          fds->region, (unsigned long long)vm_region_bytes(spec));
	strv_add(argv, "-device");
	/* only the master's device can be saved */
	strv_addf(argv, "ivshmem-plain,memdev=ring%s",
	          fds->start == VM_START_COLD ? "" : ",master=on");
}

/* The same for saving and restoring, or the machines differ. After a restore QEMU tells the network
 * about it, five times by default and by the host's clock, which cuts short the turns of vCPUs even
 * though there is no network. A QEMU without that setting refuses to start. */
static void add_migration(enum vm_start start, struct strv *argv)
{
	/* A guest asks to be saved as one says that it has crashed: QEMU then stops it. */
	strv_addl(argv, "-device", "pvpanic", "-action",
	          vm_start_saves(start) ? "panic=pause" : "panic=none", "-global",
	          "migration.store-global-state=off", "-global", "migration.announce-rounds=0",
	          NULL);
}

void vm_args(const struct vm_spec *spec, const struct vm_fds *fds, struct strv *argv)
{
	strv_add(argv, spec->qemu->path);
	add_machine(spec, argv);
	add_topology(spec, fds, argv);
	add_clock(spec, argv);
	add_channels(spec, fds, argv);
	if (fds->start != VM_START_COLD)
		add_migration(fds->start, argv);
	if (vm_start_restores(fds->start)) {
		strv_addl(argv, "-incoming", "defer", NULL);
		return;
	}
	bool elf = streq(vm_boot_kind(spec), "pvh") || !spec->vmlinuz; /* QEMU says what it lacks */
	strv_addl(argv, "-kernel", elf ? spec->vmlinux : spec->vmlinuz, "-initrd", NULL);
	strv_addf(argv, "/proc/self/fd/%d", fds->initrd);
	strv_add(argv, "-append");
	strv_take(argv, kernel_cmdline(spec));
}

char *vm_identity(const struct vm_spec *spec)
{
	static char qemu_name[] = "qemu";
	const struct vm_qemu qemu = { .path = qemu_name, .major = spec->qemu->major };
	_cleanup_free_ int *memory = xcalloc(spec->topo.nodes, sizeof(*memory));
	const struct vm_fds fds = { .start = VM_START_SAVE, .memory = memory };
	_cleanup_strv_ struct strv argv = STRV_INIT;
	struct vm_spec bare = *spec;

	bare.qemu = &qemu;
	bare.vmlinux = bare.vmlinux ? "vmlinux" : NULL;
	bare.vmlinuz = bare.vmlinuz ? "vmlinuz" : NULL;
	strv_addl(&argv, "QEMU", spec->qemu->version, spec->qemu->build, NULL);
	strv_addf(&argv, "idle %d", IDLE_ROUNDS);
	vm_args(&bare, &fds, &argv);
	return strv_join(&argv, " ");
}
