/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/strv.h"
#include "vmm/args.h"

static const int memory[] = { 20, 21, 22, 23 };
static const struct vm_fds fds = {
	.initrd = 10, .region = 12, .console = 13, .qmp = 14, .memory = memory
};

static char *args_of(const struct vm_spec *spec)
{
	struct strv argv = STRV_INIT;
	char *line;

	vm_args(spec, &fds, &argv);
	line = strv_join(&argv, " ");
	strv_done(&argv);
	return line;
}

static char qemu_path[] = "qemu", qemu_version[] = "10.0";
static const struct vm_qemu qemu10 = {
	.path = qemu_path, .version = qemu_version, .build = qemu_version, .major = 10
};
static const struct vm_qemu qemu7 = { .path = qemu_path, .major = 7 };

static struct vm_spec base_spec(void)
{
	return (struct vm_spec){ .qemu = &qemu10,
		                 .vmlinux = "/k/vmlinux",
		                 .vmlinuz = "/k/vmlinuz",
		                 .pvh = true,
		                 .topo = { 1, 2, 2, 1 },
		                 .accel = VM_ACCEL_TCG,
		                 .clock = VM_CLOCK_REAL };
}

static void assert_has(const char *line, const char *part)
{
	ck_assert_msg(strstr(line, part) != NULL, "no \"%s\" in: %s", part, line);
}

static void assert_not(const char *line, const char *part)
{
	ck_assert_msg(strstr(line, part) == NULL, "\"%s\" in: %s", part, line);
}

TEST(args_llcs_are_sockets)
{
	struct vm_spec s = base_spec();
	char *line = args_of(&s);

	assert_has(line, "-smp 4,sockets=2,cores=2,threads=1");
	assert_has(line, "memory-backend=ram0");
	assert_not(line, "-numa");
	free(line);
}

TEST(args_numa_nodes_share_llcs_evenly)
{
	struct vm_spec s = base_spec();
	char *line;

	s.topo = (struct topo){ 2, 4, 1, 2 };
	line = args_of(&s);
	assert_has(line, "-numa node,nodeid=1,memdev=ram1");
	assert_has(line, "-numa cpu,node-id=0,socket-id=1");
	assert_has(line, "-numa cpu,node-id=1,socket-id=2");
	assert_has(line, "mem-path=/proc/self/fd/21");
	assert_not(line, "memory-backend=ram0");
	free(line);
}

TEST(args_port_is_the_second_serial_port)
{
	static const struct vm_port port = { .serial_fd = 17 };
	struct vm_spec s = base_spec();
	char *line = args_of(&s);

	assert_not(line, "id=port");
	free(line);
	s.port = &port;
	line = args_of(&s);
	assert_has(line,
	           "-serial chardev:console -chardev socket,id=port,fd=17 -serial chardev:port "
	           "-chardev socket,id=qmp");
	free(line);
}

TEST(args_virtual_clock_has_no_randomness)
{
	struct vm_spec s = base_spec();
	char *line;

	s.clock = VM_CLOCK_VIRTUAL;
	line = args_of(&s);
	assert_has(line, "-accel tcg,thread=single");
	assert_has(line, "-rdrand,-rdseed");
	assert_has(line, "sleep=off,align=off");
	assert_has(line, "clock=vm");
	assert_has(line, "-seed 1");
	assert_has(line, "idle=poll");
	assert_has(line, "damon_stat.enabled=N");
	assert_has(line, "hpet=off");
	free(line);
}

TEST(args_quantum_bounds_a_turn_only_where_there_are_turns)
{
	ck_assert(vm_quantum_ns(&(struct topo){ 1, 1, 1, 1 }) == U64_NONE);
	ck_assert(vm_quantum_ns(&(struct topo){ 1, 2, 2, 1 }) == 200 * NS_PER_US);
	ck_assert(vm_quantum_ns(&(struct topo){ 1, 4, 4, 1 }) == 400 * NS_PER_US);
}

TEST(args_real_clock_runs_vcpus_side_by_side_only_on_a_qemu_that_can)
{
	struct vm_spec s = base_spec();
	char *line = args_of(&s);

	assert_has(line, "tcg,thread=multi");
	assert_not(line, "-icount");
	free(line);
	s.qemu = &qemu7;
	line = args_of(&s);
	assert_has(line, "tcg,thread=single");
	free(line);
}

TEST(args_kvm_keeps_its_own_timers)
{
	struct vm_spec s = base_spec();
	char *line;

	s.accel = VM_ACCEL_KVM;
	line = args_of(&s);
	assert_has(line, "-accel kvm -cpu host");
	assert_not(line, "tsc=reliable");
	free(line);
}

TEST(args_boot_vmlinux_only_where_it_has_the_entry)
{
	struct vm_spec s = base_spec();
	char *line = args_of(&s);

	assert_has(line, "-kernel /k/vmlinux ");
	ck_assert_str_eq(vm_boot_kind(&s), "pvh");
	free(line);
	s.pvh = false;
	line = args_of(&s);
	assert_has(line, "-kernel /k/vmlinuz ");
	ck_assert_str_eq(vm_boot_kind(&s), "bzimage");
	free(line);
}

static char *args_to(const struct vm_spec *spec, enum vm_start start)
{
	struct vm_fds with = fds;
	struct strv argv = STRV_INIT;
	char *line;

	with.start = start;
	vm_args(spec, &with, &argv);
	line = strv_join(&argv, " ");
	strv_done(&argv);
	return line;
}

TEST(args_to_restore_map_the_image_privately)
{
	struct vm_spec s = base_spec();
	char *save, *restore;

	s.clock = VM_CLOCK_VIRTUAL;
	save = args_to(&s, VM_START_SAVE);
	restore = args_to(&s, VM_START_RESTORE);
	assert_has(save, "share=on");
	assert_has(save, "panic=pause");
	assert_has(save, "-initrd /proc/self/fd/10");
	assert_has(restore, "mem-path=/proc/self/fd/20,share=off,readonly=on,rom=off");
	assert_has(restore, "-incoming defer");
	assert_not(restore, "-kernel");
	assert_not(restore, "-initrd");
	/* else the host's clock cuts short the turns of vCPUs */
	assert_has(save, "-global migration.announce-rounds=0");
	assert_has(restore, "-global migration.announce-rounds=0");
	free(save);
	free(restore);
}

TEST(args_to_extend_go_on_in_shared_memory_and_stop_to_be_saved)
{
	struct vm_spec s = base_spec();
	char *extend = args_to(&s, VM_START_EXTEND);

	assert_has(extend, "mem-path=/proc/self/fd/20,share=on");
	assert_has(extend, "-incoming defer");
	assert_has(extend, "panic=pause");
	assert_has(extend, "master=on");
	assert_not(extend, "-initrd");
	free(extend);
}

TEST(args_identity_tells_machines_apart_and_knows_no_paths)
{
	struct vm_spec a = base_spec(), b = base_spec();
	char *x = vm_identity(&a), *y;

	b.vmlinux = "/elsewhere/vmlinux";
	y = vm_identity(&b);
	ck_assert_str_eq(x, y);
	free(y);
	b.topo.llcs = 4;
	y = vm_identity(&b);
	ck_assert_str_ne(x, y);
	free(y);
	b = a;
	b.clock = VM_CLOCK_VIRTUAL;
	y = vm_identity(&b);
	ck_assert_str_ne(x, y);
	free(y);
	free(x);
}

TEST(args_region_is_a_power_of_two_with_room_for_the_input)
{
	struct vm_spec s = base_spec();

	ck_assert_uint_eq(vm_region_bytes(&s), 32u << 20);
	s.input_bytes = (16u << 20) + 1;
	ck_assert_uint_eq(vm_region_bytes(&s), 64u << 20);
}

TEST(args_memory_grows_with_vcpus_and_divides_by_nodes)
{
	struct vm_spec s = base_spec();
	uint64_t small = vm_memory_bytes(&s);

	s.topo = (struct topo){ 3, 9, 8, 1 };
	ck_assert_uint_gt(vm_memory_bytes(&s), small);
	ck_assert_uint_eq(vm_memory_bytes(&s) % (3 * (2u << 20)), 0);
	s.memory_bytes = 1000u << 20;
	ck_assert_uint_le(vm_memory_bytes(&s), 1000u << 20);
}

TEST(args_memory_is_the_same_with_and_without_a_scheduler)
{
	struct vm_spec s = base_spec();
	uint64_t plain = vm_memory_bytes(&s);

	s.extra_bytes = 4u << 20;
	ck_assert_uint_eq(vm_memory_bytes(&s), plain);
	s.extra_bytes = 40u << 20;
	ck_assert_uint_ge(vm_memory_bytes(&s), plain + (80u << 20));
}
