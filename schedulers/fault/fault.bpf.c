/* SPDX-License-Identifier: GPL-2.0-only */
/* First come, first served, with one way to fail: --set fault_mode=FAULT_STALL. What happens in each
 * mode, and what the tests must say then, is in docs/outcomes.md. The modes that begin later begin
 * half a second after the first worker came. Without cpu_online and cpu_offline the kernel ejects it
 * at the first CPU hotplug, also in mode FAULT_NONE. */
#include "schedulers/fault/broken.h"

enum fault_mode {
	FAULT_NONE,
	FAULT_VERIFIER,   /* reads through a pointer that may be NULL */
	FAULT_LOOP,       /* a loop without an end */
	FAULT_INIT,       /* init returns -ENOMEM */
	FAULT_INIT_ERROR, /* scx_bpf_error() in init */
	FAULT_AT_ONCE,    /* scx_bpf_error() in the first dispatch */
	FAULT_ERROR,      /* scx_bpf_error() later */
	FAULT_QUEUE,      /* puts a task into a dispatch queue that does not exist, later */
	FAULT_STALL,      /* loses one worker; the watchdog finds it after 2 s */
	FAULT_LOST,       /* loses all tasks */
	FAULT_EXIT,       /* exits by itself, later */
	FAULT_LOCKUP, /* a timer of its loops: its CPU still takes interrupts, but runs no task */
};
const volatile enum fault_mode fault_mode;

#define MAX_TURNS (1u << 23) /* more than that bpf_loop() refuses */

KFUNC void scx_bpf_exit_bstr(s64 code, char *fmt, unsigned long long *data, u32 size);

struct {
	__uint(type, BPF_MAP_TYPE_HASH); /* an array's first element always exists */
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} fault_map SEC(".maps");

struct bpf_timer {
	u64 opaque[2];
} __attribute__((aligned(8)));
struct late {
	struct bpf_timer timer;
};
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct late);
} late_map SEC(".maps");

s32 lost_pid;
bool late_started;

/* Not const: the kfuncs take them as writable. */
static char init_text[] = "init gave up on %llu CPUs";
static char once_text[] = "the first dispatch gave up on CPU %llu";
static char late_text[] = "the fixture gave up on task %llu";
static char exit_text[] = "the fixture had enough after task %llu";

#define GIVE_UP(text, value)                                                                       \
	({                                                                                         \
		unsigned long long data_[] = { value };                                            \
		scx_bpf_error_bstr(text, data_, sizeof(data_));                                    \
	})

static inline void leave(u64 pid)
{
	unsigned long long data[] = { pid };

	scx_bpf_exit_bstr(42, exit_text, data, sizeof(data));
}

static inline u64 read_null(void)
{
	u32 key = 0;
	u64 *value = bpf_map_lookup_elem(&fault_map, &key);

	return *value;
}

static inline void loop_for_ever(void)
{
	volatile u64 turns = 1;

	while (turns)
		turns = 1;
}

static long turn(u64 i, void *ctx)
{
	return 0;
}

static long many_turns(u64 i, void *ctx)
{
	bpf_loop(MAX_TURNS, turn, NULL, 0);
	return 0;
}

/* The verifier sees an end; at a turn per nanosecond it is 19 hours away. */
static int late_timer(void *map, u32 *key, struct late *late)
{
	bpf_loop(MAX_TURNS, many_turns, NULL, 0);
	return 0;
}

static inline void prepare_timer(void)
{
	u32 key = 0;
	struct late *late = bpf_map_lookup_elem(&late_map, &key);

	if (!late)
		return;
	bpf_timer_init(&late->timer, &late_map, 1); /* CLOCK_MONOTONIC */
	bpf_timer_set_callback(&late->timer, late_timer);
}

static inline void start_timer(void)
{
	u32 key = 0;
	struct late *late = bpf_map_lookup_elem(&late_map, &key);

	if (!late || late_started)
		return;
	late_started = true;
	bpf_timer_start(&late->timer, 0, 0);
}

static inline bool is_lost(struct task_struct *p)
{
	if (fault_mode == FAULT_LOST)
		return gone_wrong();
	if (fault_mode != FAULT_STALL || !gone_wrong() || p->comm[0] != 'w' || p->comm[1] != ':')
		return false;
	if (!lost_pid)
		lost_pid = p->pid;
	return lost_pid == p->pid;
}

/* A lost task must come through enqueue, also if a CPU is idle. */
SCX_CALL(select_cpu) s32 fault_select_cpu(u64 *ctx)
{
	struct task_struct *p = (void *)ctx[0];

	look_for_workers(p);
	if (fault_mode == FAULT_LOST && gone_wrong())
		return (s32)ctx[1];
	return scx_select_or_run(p, (s32)ctx[1]);
}

SCX_CALL(enqueue) int fault_enqueue(u64 *ctx)
{
	struct task_struct *p = (void *)ctx[0];
	u64 flags = ctx[1];

	if (fault_mode == FAULT_VERIFIER)
		flags |= read_null();
	if (fault_mode == FAULT_LOOP)
		loop_for_ever();
	if (is_lost(p))
		return 0;
	if (fault_mode == FAULT_QUEUE && gone_wrong())
		scx_bpf_dsq_insert(p, 0xdead, SCX_SLICE_DFL, flags);
	else
		enqueue(p, flags);
	if (fault_mode == FAULT_ERROR && gone_wrong())
		GIVE_UP(late_text, p->pid);
	if (fault_mode == FAULT_EXIT && gone_wrong())
		leave(p->pid);
	if (fault_mode == FAULT_LOCKUP && gone_wrong())
		start_timer();
	return 0;
}

SCX_CALL(dispatch) int fault_dispatch(u64 *ctx)
{
	if (fault_mode == FAULT_AT_ONCE)
		GIVE_UP(once_text, ctx[0]);
	return 0;
}

SCX_CALL_SLEEP(init) s32 fault_init(u64 *ctx)
{
	if (fault_mode == FAULT_INIT_ERROR)
		GIVE_UP(init_text, 2);
	if (fault_mode == FAULT_LOCKUP)
		prepare_timer();
	return fault_mode == FAULT_INIT ? -12 : 0;
}

SEC(".struct_ops.link")
struct sched_ext_ops fault = {
	.select_cpu = (void *)fault_select_cpu,
	.enqueue = (void *)fault_enqueue,
	.dispatch = (void *)fault_dispatch,
	.init = (void *)fault_init,
	.exit = (void *)broken_exit,
	.timeout_ms = 2000,
	.name = "fault",
};
