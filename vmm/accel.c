/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds out which accelerator can run a guest here. The existence of /dev/kvm proves nothing: a
 * nested host can offer a KVM that emulates each instruction, knows only old ones, and gives up
 * (KVM_EXIT_INTERNAL_ERROR) on the first SSE or VEX instruction. A stock kernel is full of those,
 * so the probe runs a few of them in a throw-away guest.
 *
 * KVM's interface: Documentation/virt/kvm/api.rst; long mode set-up: Intel SDM vol. 3, 10.8.5.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "vmm/vmm.h"

const struct json_names vm_accel_names = {
	.names =
		(const char *const[]){
			[VM_ACCEL_AUTO] = "auto", [VM_ACCEL_KVM] = "kvm", [VM_ACCEL_TCG] = "tcg" },
	.n = VM_ACCEL_COUNT,
};

#define GUEST_BYTES 0x10000u
#define PML4        0x1000u
#define PDPT        0x2000u
#define PD          0x3000u
#define CODE        0x4000u
#define PAGE_RW     0x3u
#define PAGE_BIG    0x80u
#define SEED        0x12345678u
#define TRIES       64 /* entries into the guest: a signal may end one early */

#define CR0_PE_MP_ET_NE_WP_PG 0x80010033ull
#define CR4_PAE_OSFXSR_OSXMM  0x620ull
#define EFER_LME_LMA          0x500ull

/* mov eax, SEED; movd xmm0, eax; paddd xmm0, xmm0; movd ebx, xmm0; (andn ecx, ebx, ebx); hlt:
 * ebx is twice the seed, ecx is 0. */
static const uint8_t code_sse[] = { 0xb8, 0x78, 0x56, 0x34, 0x12, 0x66, 0x0f, 0x6e, 0xc0,
	                            0x66, 0x0f, 0xfe, 0xc0, 0x66, 0x0f, 0x7e, 0xc3 };
static const uint8_t code_vex[] = { 0xc4, 0xe2, 0x60, 0xf2, 0xcb };
static const uint8_t code_hlt[] = { 0xf4 };

struct throwaway {
	int kvm, vm, vcpu;
	uint8_t *memory;
	struct kvm_run *run;
	size_t run_bytes;
};

static void throwaway_done(struct throwaway *t)
{
	if (t->run)
		munmap(t->run, t->run_bytes);
	if (t->memory)
		munmap(t->memory, GUEST_BYTES);
	cleanup_close(&t->vcpu);
	cleanup_close(&t->vm);
	cleanup_close(&t->kvm);
}

static const char *open_kvm(struct throwaway *t)
{
	t->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (t->kvm < 0)
		return errno == ENOENT                     ? "there is no /dev/kvm"
		       : errno == EACCES || errno == EPERM ? "no permission to open /dev/kvm"
		                                           : "/dev/kvm cannot be opened";
	if (ioctl(t->kvm, KVM_GET_API_VERSION, 0) != KVM_API_VERSION)
		return "/dev/kvm has another KVM interface version";
	t->vm = ioctl(t->kvm, KVM_CREATE_VM, 0UL);
	return t->vm < 0 ? "/dev/kvm cannot create a VM" : NULL;
}

static void *map(size_t n, int flags, int fd)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, flags, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

static const char *make_guest(struct throwaway *t)
{
	struct kvm_userspace_memory_region region = { .memory_size = GUEST_BYTES };
	int run_bytes = ioctl(t->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

	t->memory = map(GUEST_BYTES, MAP_SHARED | MAP_ANONYMOUS, -1);
	region.userspace_addr = (uintptr_t)t->memory;
	if (!t->memory || ioctl(t->vm, KVM_SET_USER_MEMORY_REGION, &region) < 0)
		return "KVM refuses guest memory";
	t->vcpu = ioctl(t->vm, KVM_CREATE_VCPU, 0UL);
	if (t->vcpu < 0 || run_bytes < (int)sizeof(struct kvm_run))
		return "KVM cannot create a vCPU";
	t->run_bytes = (size_t)run_bytes;
	t->run = map(t->run_bytes, MAP_SHARED, t->vcpu);
	return t->run ? NULL : "the state of KVM's vCPU cannot be mapped";
}

static void put(uint8_t **at, const uint8_t *bytes, size_t n)
{
	memcpy(*at, bytes, n);
	*at += n;
}

/* Maps the first 2 MiB to themselves and puts the code there. */
static void fill_memory(uint8_t *memory)
{
	uint8_t *at = memory + CODE;

	*(uint64_t *)(void *)(memory + PML4) = PDPT | PAGE_RW;
	*(uint64_t *)(void *)(memory + PDPT) = PD | PAGE_RW;
	*(uint64_t *)(void *)(memory + PD) = PAGE_RW | PAGE_BIG;
	put(&at, code_sse, sizeof(code_sse));
	if (__builtin_cpu_supports("bmi"))
		put(&at, code_vex, sizeof(code_vex));
	put(&at, code_hlt, sizeof(code_hlt));
}

static int enter_long_mode(int vcpu)
{
	struct kvm_segment cs = {
		.limit = 0xffffffff, .selector = 8, .type = 11, .present = 1, .s = 1, .l = 1, .g = 1
	};
	struct kvm_segment ds = cs;
	struct kvm_regs regs = { .rip = CODE, .rflags = 2, .rcx = 1 };
	struct kvm_sregs s;

	if (ioctl(vcpu, KVM_GET_SREGS, &s) < 0)
		return -1;
	ds.selector = 16;
	ds.type = 3;
	ds.l = 0;
	ds.db = 1;
	s.cs = cs;
	s.ds = s.es = s.fs = s.gs = s.ss = ds;
	s.cr0 = CR0_PE_MP_ET_NE_WP_PG;
	s.cr3 = PML4;
	s.cr4 = CR4_PAE_OSFXSR_OSXMM;
	s.efer = EFER_LME_LMA;
	if (ioctl(vcpu, KVM_SET_SREGS, &s) < 0)
		return -1;
	return ioctl(vcpu, KVM_SET_REGS, &regs);
}

/* Gives the guest the CPU's features; without them a VEX instruction is refused as unknown. */
static void show_cpu_features(const struct throwaway *t)
{
	enum {
		ENTRIES = 256
	};
	_Alignas(struct kvm_cpuid2)
		uint8_t room[sizeof(struct kvm_cpuid2) + ENTRIES * sizeof(struct kvm_cpuid_entry2)];
	struct kvm_cpuid2 *cpuid = (struct kvm_cpuid2 *)room;

	memset(room, 0, sizeof(room));
	cpuid->nent = ENTRIES;
	if (ioctl(t->kvm, KVM_GET_SUPPORTED_CPUID, cpuid) == 0)
		(void)!ioctl(t->vcpu, KVM_SET_CPUID2, cpuid);
}

static const char *run_guest(const struct throwaway *t)
{
	struct kvm_regs regs;

	for (int i = 0; i < TRIES; i++) {
		if (ioctl(t->vcpu, KVM_RUN, 0) == 0)
			break;
		if (errno != EINTR && errno != EAGAIN)
			return "KVM cannot run a vCPU";
	}
	if (t->run->exit_reason == KVM_EXIT_INTERNAL_ERROR)
		return "KVM only emulates here: it cannot run an SSE or VEX instruction, which a "
		       "stock kernel needs";
	if (t->run->exit_reason != KVM_EXIT_HLT || ioctl(t->vcpu, KVM_GET_REGS, &regs) < 0)
		return "KVM did not finish a few test instructions";
	if (regs.rbx != (uint64_t)(SEED * 2u))
		return "KVM computed a wrong result";
	return NULL;
}

/* NULL when KVM runs the instructions of a stock kernel, else the reason why not. */
static const char *try_kvm(void)
{
	CLEANUP(throwaway_done) struct throwaway t = { .kvm = -1, .vm = -1, .vcpu = -1 };
	const char *why;

	if ((why = open_kvm(&t)) || (why = make_guest(&t)))
		return why;
	fill_memory(t.memory);
	show_cpu_features(&t);
	if (enter_long_mode(t.vcpu) < 0)
		return "KVM refuses 64-bit mode";
	return run_guest(&t);
}

static const char *kvm_problem;
static pthread_once_t probed = PTHREAD_ONCE_INIT;

static void probe(void)
{
	kvm_problem = try_kvm();
}

int vm_accel_probe(enum vm_accel want, enum vm_accel *out, const char **reason, struct err *err)
{
	if (want == VM_ACCEL_TCG) {
		*out = VM_ACCEL_TCG;
		*reason = "asked for";
		return 0;
	}
	pthread_once(&probed, probe);
	if (kvm_problem && want == VM_ACCEL_KVM)
		return err_set(err, ERR_UNSUPPORTED, "no KVM: %s", kvm_problem);
	*out = kvm_problem ? VM_ACCEL_TCG : VM_ACCEL_KVM;
	*reason =
		kvm_problem ? kvm_problem : "KVM ran a few instructions that a stock kernel needs";
	return 0;
}
