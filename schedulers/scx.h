/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The few kernel types and kfuncs that the schedulers here use, written by hand, so that building
 * them needs no kernel. Every struct is a CO-RE view: members are found by name in the running
 * kernel's BTF.
 *
 * Every kfunc is weak. From 7.1 on some take a hidden argument. A kernel built with pahole older
 * than 1.31 shows this argument in its BTF by mistake, and its verifier then refuses any call
 * ("cannot find function …_impl in BTF"). Which kfuncs are affected is a matter of chance; in
 * Debian's 7.1 and 7.2 scx_bpf_create_dsq is one of them. libbpf leaves a weak kfunc unresolved if
 * its arguments do not match. So bpf_ksym_exists() tells whether a call is possible, and the
 * verifier removes the other branch.
 */
#ifndef SCHEDULERS_SCX_H
#define SCHEDULERS_SCX_H

typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32, __wsum;
typedef __s32 s32;
typedef __u32 u32;
typedef __s64 s64;
typedef __u64 u64;
typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)

enum bpf_map_type_used {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_TASK_STORAGE = 29,
};
enum bpf_map_flags_used {
	BPF_F_NO_PREALLOC = 1,
	BPF_LOCAL_STORAGE_GET_F_CREATE = 1,
};

#include <bpf/bpf_helpers.h>

struct bpf_spin_lock {
	u32 val;
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* Defined, because behind a pointer argument a forward declaration would not match the kernel's
 * struct. */
struct cpumask {
	unsigned long bits[1];
};

struct sched_ext_entity {
	u32 weight;
	s32 sticky_cpu;
	u64 slice;
	u64 dsq_vtime;
};

struct task_struct {
	u32 on_cpu; /* int, or u8: libbpf narrows the load of an unsigned one */
	int pid;
	int nr_cpus_allowed;
	char comm[16];
	const struct cpumask *cpus_ptr;
	struct sched_ext_entity scx;
};

enum scx_exit_kind {
	SCX_EXIT_NONE,
};

struct scx_exit_info {
	enum scx_exit_kind kind;
	s64 exit_code;
	const char *reason;
	char *msg;
	char *dump;
};

struct scx_init_task_args {
	bool fork;
};

#pragma clang attribute pop

/* The callbacks used here; libbpf puts them into the kernel's own struct by name. */
struct sched_ext_ops {
	s32 (*select_cpu)(struct task_struct *p, s32 prev_cpu, u64 wake_flags);
	void (*enqueue)(struct task_struct *p, u64 enq_flags);
	void (*dispatch)(s32 cpu, struct task_struct *prev);
	void (*running)(struct task_struct *p);
	void (*stopping)(struct task_struct *p, bool runnable);
	void (*tick)(struct task_struct *p);
	void (*enable)(struct task_struct *p);
	s32 (*init_task)(struct task_struct *p, struct scx_init_task_args *args);
	void (*cpu_online)(s32 cpu);
	void (*cpu_offline)(s32 cpu);
	s32 (*init)(void);
	void (*exit)(struct scx_exit_info *info);
	u64 flags;
	u32 timeout_ms;
	u32 exit_dump_len;
	char name[128];
};

#define SCX_DSQ_BUILTIN  0x8000000000000000ULL
#define SCX_DSQ_GLOBAL   (SCX_DSQ_BUILTIN | 1)
#define SCX_DSQ_LOCAL    (SCX_DSQ_BUILTIN | 2)
#define SCX_DSQ_LOCAL_ON (SCX_DSQ_BUILTIN | 0x4000000000000000ULL) /* | CPU */
#define SCX_SLICE_DFL    (20ULL * 1000 * 1000)

#define KFUNC extern __attribute__((section(".ksyms"), weak))

KFUNC s32 scx_bpf_create_dsq(u64 dsq, s32 node);
KFUNC s32 scx_bpf_select_cpu_dfl(struct task_struct *p, s32 prev, u64 flags, bool *idle);
KFUNC bool scx_bpf_task_set_dsq_vtime(struct task_struct *p, u64 vtime);
KFUNC s32 scx_bpf_task_cpu(const struct task_struct *p);
KFUNC void scx_bpf_error_bstr(char *fmt, unsigned long long *data, u32 size);
KFUNC struct task_struct *bpf_task_from_pid(s32 pid);
KFUNC void bpf_task_release(struct task_struct *p);
KFUNC bool bpf_cpumask_test_cpu(u32 cpu, const struct cpumask *mask);

/* What 6.13 and later call scx_bpf_dsq_* has other names in 6.12: the one that the running kernel has
 * is called (libbpf looks for the name before the three underscores). */
KFUNC void scx_bpf_dsq_insert___new(struct task_struct *p, u64 dsq, u64 slice, u64 flags);
KFUNC void scx_bpf_dispatch___old(struct task_struct *p, u64 dsq, u64 slice, u64 flags);
KFUNC void scx_bpf_dsq_insert_vtime___new(struct task_struct *p, u64 dsq, u64 slice, u64 vtime,
                                          u64 flags);
KFUNC void scx_bpf_dispatch_vtime___old(struct task_struct *p, u64 dsq, u64 slice, u64 vtime,
                                        u64 flags);
KFUNC bool scx_bpf_dsq_move_to_local___new(u64 dsq);
KFUNC bool scx_bpf_consume___old(u64 dsq);
KFUNC u64 scx_bpf_now___new(void);
KFUNC s32 scx_bpf_select_cpu_and(struct task_struct *p, s32 prev, u64 wake_flags,
                                 const struct cpumask *cpus, u64 flags);
KFUNC bool scx_bpf_test_and_clear_cpu_idle(s32 cpu);
KFUNC s32 scx_bpf_pick_idle_cpu(const struct cpumask *cpus, u64 flags);

static inline void scx_bpf_dsq_insert(struct task_struct *p, u64 dsq, u64 slice, u64 flags)
{
	if (bpf_ksym_exists(scx_bpf_dsq_insert___new))
		scx_bpf_dsq_insert___new(p, dsq, slice, flags);
	else
		scx_bpf_dispatch___old(p, dsq, slice, flags);
}

static inline void scx_bpf_dsq_insert_vtime(struct task_struct *p, u64 dsq, u64 slice, u64 vtime,
                                            u64 flags)
{
	if (bpf_ksym_exists(scx_bpf_dsq_insert_vtime___new))
		scx_bpf_dsq_insert_vtime___new(p, dsq, slice, vtime, flags);
	else
		scx_bpf_dispatch_vtime___old(p, dsq, slice, vtime, flags);
}

static inline bool scx_bpf_dsq_move_to_local(u64 dsq)
{
	return bpf_ksym_exists(scx_bpf_dsq_move_to_local___new)
	               ? scx_bpf_dsq_move_to_local___new(dsq)
	               : scx_bpf_consume___old(dsq);
}

static inline u64 scx_bpf_now(void)
{
	return bpf_ksym_exists(scx_bpf_now___new) ? scx_bpf_now___new() : bpf_ktime_get_ns();
}

/* Whether a scheduler can create dispatch queues. */
#define scx_has_queues() bpf_ksym_exists(scx_bpf_create_dsq)

/* For select_cpu: gives the task to an idle CPU at once, if there is one. The kernel does not get the wake
 * flags. With SCX_WAKE_SYNC it may answer with the waker's CPU, which is busy; some kernels of 6.15 to
 * 6.19 do so even if no CPU is idle (docs/kernels.md). The task would then overtake all queued ones. */
static inline s32 scx_select_or_run(struct task_struct *p, s32 prev)
{
	bool idle = false;
	s32 cpu = scx_bpf_select_cpu_dfl(p, prev, 0, &idle);

	if (idle)
		scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
	return cpu;
}

/* scx_bpf_select_cpu_dfl() may be called from enqueue since the kernel has scx_bpf_select_cpu_and().
 * Before (6.12), it ejects the scheduler. Kernels that no longer have scx_bpf_consume() are newer,
 * whatever became of the other's arguments. */
#define scx_selects_anywhere()                                                                     \
	(bpf_ksym_exists(scx_bpf_select_cpu_and) || !bpf_ksym_exists(scx_bpf_consume___old))

/* For enqueue: an idle CPU for the task, which is no longer marked idle; -1: there is none. */
static inline s32 scx_take_idle_cpu(struct task_struct *p)
{
	s32 prev = scx_bpf_task_cpu(p), cpu;
	bool idle = false;

	if (scx_selects_anywhere()) {
		cpu = scx_bpf_select_cpu_dfl(p, prev, 0, &idle);
		return idle ? cpu : -1;
	}
	if (scx_bpf_test_and_clear_cpu_idle(prev))
		return prev;
	return scx_bpf_pick_idle_cpu(p->cpus_ptr, 0);
}

/* For enqueue: true when an idle CPU got the task; it need not be queued then. Not all tasks come
 * through select_cpu, and a CPU may have become idle since. */
static inline bool scx_run_if_idle(struct task_struct *p, u64 flags)
{
	s32 cpu = scx_take_idle_cpu(p);

	if (cpu >= 0)
		scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL_ON | (u64)cpu, SCX_SLICE_DFL, flags);
	return cpu >= 0;
}

static inline void scx_set_vtime(struct task_struct *p, u64 vtime)
{
	if (bpf_ksym_exists(scx_bpf_task_set_dsq_vtime))
		scx_bpf_task_set_dsq_vtime(p, vtime);
	else
		p->scx.dsq_vtime = vtime;
}

static inline bool time_before(u64 a, u64 b)
{
	return (s64)(a - b) < 0;
}

/*
 * Why the scheduler exited, as reported by the kernel, for its loader: a variable `uei` of this
 * type in .data, as in the schedulers of the scx project.
 */
struct user_exit_info {
	int kind;
	s64 exit_code;
	char reason[128];
	char msg[1024];
};
#define UEI_DEFINE struct user_exit_info uei SEC(".data")

static inline void uei_record(struct user_exit_info *to, struct scx_exit_info *from)
{
	bpf_probe_read_kernel_str(to->reason, sizeof(to->reason), from->reason);
	bpf_probe_read_kernel_str(to->msg, sizeof(to->msg), from->msg);
	to->exit_code = from->exit_code;
	__atomic_fetch_add(&to->kind, from->kind, __ATOMIC_SEQ_CST);
}

/* The arguments of a struct_ops callback come as an array of u64. */
#define SCX_CALL(name)       SEC("struct_ops/" #name)
#define SCX_CALL_SLEEP(name) SEC("struct_ops.s/" #name)

#endif
