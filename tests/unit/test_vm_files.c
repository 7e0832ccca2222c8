/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <endian.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vmm/console.h"
#include "vmm/memfile.h"
#include "vmm/snapshot.h"
#include "vmm/vmm.h"

TEST(memfile_keeps_head_and_tail)
{
	_cleanup_strbuf_ struct strbuf in = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct err err = ERR_INIT;
	int fd;

	for (int i = 0; i < 1000; i++)
		strbuf_addf(&in, "line %03d\n", i);
	ASSERT_OK(memfile_new("t", 0, &fd, &err));
	ck_assert_int_eq(write(fd, in.s, in.n), (ssize_t)in.n);
	memfile_read_bounded(fd, 100, &out);
	ck_assert_ptr_nonnull(strstr(out.s, "line 000\n"));
	ck_assert_ptr_nonnull(strstr(out.s, "line 999\n"));
	ck_assert_ptr_nonnull(strstr(out.s, "bytes left out"));
	ck_assert_uint_lt(out.n, 200);
	strbuf_reset(&out);
	memfile_read_bounded(fd, in.n, &out);
	ck_assert_mem_eq(out.s, in.s, in.n);
	close(fd);
}

/* As QEMU writes a block of memory: length of the name, name, size, address. */
static void add_block(struct strbuf *out, const char *name, uint64_t size, uint64_t address)
{
	uint64_t be[2] = { htobe64(size), htobe64(address) };

	strbuf_addf(out, "%c%s", (int)strlen(name), name);
	strbuf_add(out, (const char *)be, sizeof(be));
}

TEST(snapshot_state_forgets_where_the_region_was)
{
	_cleanup_strbuf_ struct strbuf state = STRBUF_INIT, want = STRBUF_INIT;
	struct err err = ERR_INIT;

	add_block(&state, "pc.bios", 0x40000, 0xfffc0000);
	add_block(&state, "0000:00:02.0/ring", 32u << 20, 0xfc000000);
	add_block(&want, "pc.bios", 0x40000, 0xfffc0000);
	add_block(&want, "0000:00:02.0/ring", 32u << 20, 0);
	ASSERT_OK(snapshot_patch_state((uint8_t *)state.s, state.n, 32u << 20, &err));
	ck_assert_mem_eq(state.s, want.s, want.n);
	ck_assert_int_eq(snapshot_patch_state((uint8_t *)state.s, state.n, 64u << 20, &err),
	                 -ERR_FORMAT);
	add_block(&state, "0000:00:03.0/ring", 32u << 20, 0xfc000000);
	ck_assert_int_eq(snapshot_patch_state((uint8_t *)state.s, state.n, 32u << 20, &err),
	                 -ERR_FORMAT);
}

/* Lines as kernels 6.12 to 7.3 print them. */
static const struct {
	const char *label, *text, *want, *kind;
} consoles[] = {
	{ "nothing", "[    0.1] Linux\nall is well\n", NULL, NULL },
	{ "panic", "[    3.03] x\n[    3.031781] Kernel panic - not syncing: VFS: no root\nmore\n",
	  "Kernel panic - not syncing: VFS: no root", CONSOLE_PANIC },
	{ "oops before panic",
	  "[ 1.0] BUG: unable to handle page fault\n[ 2.0] Kernel panic - not "
	  "syncing: Fatal\n",
	  "BUG: unable to handle page fault", CONSOLE_BUG },
	{ "BUG()",
	  "[    9.1] kernel BUG at kernel/sched/ext.c:1234!\n[ 9.2] Oops: invalid opcode\n",
	  "kernel BUG at kernel/sched/ext.c:1234!", CONSOLE_BUG },
	{ "oops of a guest started cold",
	  "SeaBIOS\r\nBooting from ROM..[    8.447687] Oops: divide error: 0000 [#1] SMP NOPTI\r\n",
	  "Oops: divide error: 0000 [#1] SMP NOPTI", CONSOLE_BUG },
	{ "soft lockup",
	  "[   32.004] watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [kworker/1:1:44]\n"
	  "[   32.005] Modules linked in:\n",
	  "watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [kworker/1:1:44]", CONSOLE_LOCKUP },
	{ "hard lockup",
	  "[   32.004] watchdog: Watchdog detected hard LOCKUP on cpu 2\n[ 33.0] Kernel panic - "
	  "not syncing: Hard LOCKUP\n",
	  "watchdog: Watchdog detected hard LOCKUP on cpu 2", CONSOLE_LOCKUP },
	{ "RCU stall",
	  "[   26.1] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\n[   26.1] rcu: "
	  "\t0-...!: (0 ticks this GP)\n",
	  "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:", CONSOLE_RCU_STALL },
	{ "RCU stall, own CPU", "[   26.1] rcu: INFO: rcu_preempt self-detected stall on CPU\n",
	  "rcu: INFO: rcu_preempt self-detected stall on CPU", CONSOLE_RCU_STALL },
	{ "RCU stall, panic", "[   26.1] Kernel panic - not syncing: RCU Stall\n",
	  "Kernel panic - not syncing: RCU Stall", CONSOLE_RCU_STALL },
	{ "hung task",
	  "[  1.0] waits 3 seconds.\n[  242.1] INFO: task w:pipe:77 blocked for more than 120 "
	  "seconds.\n[  242.1]       Not tainted 6.17.13 #1\n",
	  "INFO: task w:pipe:77 blocked for more than 120 seconds.", CONSOLE_HUNG_TASK },
	{ "no killable process",
	  "SeaBIOS\r\nBooting from ROM..\r\n[ 1.2] init invoked oom-killer: gfp_mask=0xcc0\n"
	  "[ 1.3] Out of memory and no killable processes...\n[ 1.3] Kernel panic - not syncing: "
	  "System is deadlocked on memory\n",
	  "out of memory in the guest: Out of memory and no killable processes... (use fewer "
	  "workers, smaller maps, or a topology with more CPUs: it has more memory)",
	  CONSOLE_MEMORY },
	{ "init killed",
	  "[ 5.2] Out of memory: Killed process 1 (init) total-vm:500000kB\n[ 5.3] Kernel panic - "
	  "not syncing: Attempted to kill init! exitcode=0x00000009\n",
	  "out of memory in the guest: Out of memory: Killed process 1 (init) total-vm:500000kB "
	  "(use fewer workers, smaller maps, or a topology with more CPUs: it has more memory)",
	  CONSOLE_MEMORY },
	{ "initramfs too big",
	  "[ 0.9] Initramfs unpacking failed: write error\n[ 1.0] Kernel panic - not syncing: No "
	  "working init found.\n",
	  "out of memory in the guest: Initramfs unpacking failed: write error (use fewer workers, "
	  "smaller maps, or a topology with more CPUs: it has more memory)",
	  CONSOLE_MEMORY },
	{ "carriage return", "Kernel panic - not syncing: x\r\n", "Kernel panic - not syncing: x",
	  CONSOLE_PANIC },
	{ "first line", "BUG: y", "BUG: y", CONSOLE_BUG },
};
TEST_ROWS(console_names_the_crash, consoles)
{
	const char *kind = NULL;
	char *got = console_cause(row->text, &kind);

	ck_assert_pstr_eq(got, row->want);
	ck_assert_pstr_eq(kind, row->kind);
	free(got);
}

TEST(console_ends_with)
{
	_cleanup_free_ char *line = console_last_line("a\n[  1.0] reboot: Power down\r\n \n");
	_cleanup_free_ char *none = console_last_line("\n");

	ck_assert_str_eq(line, "reboot: Power down");
	ck_assert_str_eq(none, "");
}

static void read_all(int fd, struct strbuf *out)
{
	memfile_read_bounded(fd, 1 << 20, out);
}

TEST(initramfs_equal_input_equal_bytes)
{
	const struct vm_file files[] = {
		{ .path = "init", .data = "abc", .n = 3, .mode = 0755 },
		{ .path = "lib/x/y", .data = "de", .n = 2, .mode = 0644 }
	};
	_cleanup_strbuf_ struct strbuf a = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;
	int one, two;

	ASSERT_OK(vm_initramfs(files, 2, &one, &err));
	ASSERT_OK(vm_initramfs(files, 2, &two, &err));
	read_all(one, &a);
	read_all(two, &b);
	ck_assert_uint_eq(a.n, b.n);
	ck_assert_mem_eq(a.s, b.s, a.n);
	ck_assert_mem_eq(a.s, "070701", 6);
	ck_assert_ptr_nonnull(memmem(a.s, a.n, "lib/x", 6));
	ck_assert_uint_eq(a.n % 4, 0);
	close(one);
	close(two);
}

TEST(initramfs_says_which_file_is_missing)
{
	const struct vm_file f = { .path = "init", .source = "/nowhere/agent", .mode = 0755 };
	struct err err = ERR_INIT;
	int fd = -1;

	ASSERT_ERR(vm_initramfs(&f, 1, &fd, &err), ERR_NOT_FOUND, "/nowhere/agent");
	ck_assert_int_eq(fd, -1);
}

TEST(snapshot_copy_keeps_bytes_and_holes)
{
	static const char text[] = "in the middle";
	const off_t at = 3 << 20, size = 8 << 20;
	char back[sizeof(text)] = "";
	struct err err = ERR_INIT;
	struct stat st;
	int from, to;

	ASSERT_OK(memfile_new("from", (uint64_t)size, &from, &err));
	ASSERT_OK(memfile_new("to", (uint64_t)size, &to, &err));
	ck_assert_int_eq(pwrite(from, text, sizeof(text), at), (ssize_t)sizeof(text));
	ASSERT_OK(snapshot_copy(from, to, &err));
	ck_assert_int_eq(pread(to, back, sizeof(back), at), (ssize_t)sizeof(back));
	ck_assert_mem_eq(back, text, sizeof(text));
	ck_assert_int_eq(fstat(to, &st), 0);
	ck_assert_int_eq(st.st_size, size);
	ck_assert_int_le(st.st_blocks * 512, 65536);
	close(from);
	close(to);
}
