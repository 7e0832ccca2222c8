/* SPDX-License-Identifier: GPL-2.0-only */
/* Against captured trees in tests/fixtures/host: x86 (bare metal), arm64 (an older kernel), guest.
 */
#include <fcntl.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "sidecar/host.h"
#include "sidecar/host_sources.h"
#include "tests/unit/test.h"

static int open_tree(const char *name)
{
	_cleanup_free_ char *path = xasprintf("tests/fixtures/host/%s", name);
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	ck_assert_msg(fd >= 0, "%s", path);
	return fd;
}

static void read_tree(const char *name, struct host *h)
{
	_cleanup_close_ int fd = open_tree(name);

	json_init(&host_table, h);
	host_read(fd, h);
}

TEST(host_of_a_server)
{
	struct host h;

	read_tree("x86", &h);
	ck_assert_str_eq(h.kernel_name, "Linux");
	ck_assert_str_eq(h.kernel_release, "6.12.9-amd64");
	ck_assert_str_eq(h.kernel_build, "#1 SMP PREEMPT_DYNAMIC Debian 6.12.9-1");
	ck_assert_str_eq(h.arch, "x86_64");
	ck_assert_str_eq(h.os, "Debian GNU/Linux 13 (trixie)");
	ck_assert_str_eq(h.virtualization, "none");
	ck_assert_str_eq(h.cpu_model, "Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz: rev B");
	ck_assert_str_eq(h.cpu_vendor, "GenuineIntel");
	ck_assert_str_eq(h.microcode, "0x5003604");
	ck_assert_uint_eq(h.online_cpus, 4);
	ck_assert_str_eq(h.online_cpu_list, "0-2,4");
	ck_assert_uint_eq(h.numa_nodes, 2);
	ck_assert_str_eq(h.smt, "on");
	ck_assert_int_eq(h.turbo, 0); /* no_turbo outranks cpufreq's own switch */
	ck_assert_str_eq(h.cpufreq_driver, "intel_pstate");
	ck_assert_str_eq(h.idle_driver, "intel_idle");
	ck_assert_str_eq(h.clocksource, "tsc");
	ck_assert_str_eq(h.preemption, "none (voluntary) full lazy");
	ck_assert_int_eq(h.numa_balancing, 1);
	ck_assert_str_eq(h.kernel_cmdline, "BOOT_IMAGE=/vmlinuz root=/dev/sda1 quiet");
	json_done(&host_table, &h);
}

TEST(host_memory_and_load)
{
	struct host h;

	read_tree("x86", &h);
	ck_assert_uint_eq(h.total_memory_kb, 65842132);
	ck_assert_uint_eq(h.available_memory_kb, 60000000);
	ck_assert_uint_eq(h.hugepages_total, 16);
	ck_assert_uint_eq(h.hugepages_free, 7);
	ck_assert_uint_eq(h.hugepages_size_kb, 2048);
	ck_assert_str_eq(h.thp_enabled, "always [madvise] never");
	ck_assert_double_eq(h.load_1, 0.52);
	ck_assert_double_eq(h.load_5, 1.25);
	ck_assert_double_eq(h.load_15, 3);
	json_done(&host_table, &h);
}

TEST(host_maps)
{
	struct host h;

	read_tree("x86", &h);
	ck_assert_uint_eq(h.cpufreq_governor.n, 4); /* cpu3 is offline */
	ck_assert_str_eq(strmap_get(&h.cpufreq_governor, "cpu4"), "powersave");
	ck_assert_str_eq(strmap_get(&h.cpufreq_khz, "cpu1"), "2500001");
	ck_assert_uint_eq(h.sched_tunables.n, 4); /* no empty one, no folder, no run queue state */
	ck_assert_str_eq(strmap_get(&h.sched_tunables, "sched_rt_runtime_us"), "950000");
	ck_assert_str_eq(strmap_get(&h.sched_tunables, "debug/base_slice_ns"), "3000000");
	ck_assert_uint_eq(h.mitigations.n, 2);
	ck_assert_str_eq(strmap_get(&h.mitigations, "spectre_v2"), "Mitigation: Enhanced IBRS");
	ck_assert_str_eq(h.cgroup_cpu_max, "150000 100000");
	json_done(&host_table, &h);
}

TEST(host_of_arm64_tells_less)
{
	struct host h;

	read_tree("arm64", &h);
	ck_assert_ptr_null(h.cpu_model);
	ck_assert_ptr_null(h.cpu_vendor);
	ck_assert_ptr_null(h.virtualization);
	ck_assert_ptr_null(h.arch);
	ck_assert_ptr_null(h.smt);
	ck_assert_ptr_null(h.cgroup_cpu_max);
	ck_assert_str_eq(h.os, "Alpine");
	ck_assert_uint_eq(h.online_cpus, 4);
	ck_assert_uint_eq(h.numa_nodes, 1);
	ck_assert_int_eq(h.turbo, 0);
	ck_assert_int_eq(h.numa_balancing, TRI_NONE);
	ck_assert_uint_eq(h.total_memory_kb, 4028436);    /* the first, CR and all */
	ck_assert_uint_eq(h.hugepages_total, U64_NONE);   /* negative */
	ck_assert_uint_eq(h.hugepages_size_kb, U64_NONE); /* overflows */
	ck_assert_double_eq(h.load_1, 0.5);
	ck_assert(isnan(h.load_5));
	ck_assert_uint_eq(h.cpufreq_governor.n, 0);
	json_done(&host_table, &h);
}

TEST(host_of_a_guest)
{
	struct host h;

	read_tree("guest", &h);
	ck_assert_str_eq(h.virtualization, "qemu");
	ck_assert_int_eq(h.turbo, 1);
	json_done(&host_table, &h);
}

/* No tree at all: every fact is none, none is made up, and the record says nothing. */
TEST(host_of_an_empty_tree_is_empty)
{
	_cleanup_free_ char *dir = test_tmpdir();
	_cleanup_close_ int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_json_ struct json_object *o = NULL;
	struct host h;

	json_init(&host_table, &h);
	host_read(fd, &h);
	o = json_encode(&host_table, &h);
	ck_assert_str_eq(json_object_to_json_string_ext(o, 0), "{\"numa_nodes\":1}");
	json_done(&host_table, &h);
}

TEST(host_facts_of_the_moment_are_marked)
{
	static const char *const state[] = { "load_1",         "load_5",
		                             "load_15",        "available_memory_kb",
		                             "hugepages_free", "cpufreq_khz" };
	size_t marked = 0;

	for (size_t i = 0; i < host_table.n; i++)
		marked += (host_table.fields[i].flags & JSON_STATE) != 0;
	ck_assert_uint_eq(marked, ARRAY_SIZE(state));
	for (size_t k = 0; k < ARRAY_SIZE(state); k++)
		for (size_t i = 0; i < host_table.n; i++)
			if (streq(host_table.fields[i].name, state[k]))
				ck_assert(host_table.fields[i].flags & JSON_STATE);
}

TEST(host_of_this_machine)
{
	struct err err = ERR_INIT;
	struct host *h = NULL;

	ASSERT_OK(host_new("/proc/not/there", &h, &err));
	ck_assert_str_eq(h->kernel_name, "Linux");
	ck_assert_ptr_nonnull(h->arch);
	ck_assert_uint_ge(h->online_cpus, 1);
	ck_assert_uint_gt(h->total_memory_kb, 0);
	ck_assert_str_eq(h->filesystem, "proc");
	json_done(&host_table, h);
	free(h);
}

static const struct {
	const char *label, *text, *key, *want;
} values[] = {
	{ "plain", "a: b\n", "a", "b" },
	{ "blank lines first", "\n\n a: no\na: b\n", "a", "b" },
	{ "spaces before the colon", "a \t : b \t\n", "a", "b" },
	{ "no line end", "a: b", "a", "b" },
	{ "first wins", "a: b\na: c\n", "a", "b" },
	{ "prefix of another", "ab: x\na: b\n", "a", "b" },
	{ "colon in the value", "a: b: c\n", "a", "b: c" },
	{ "CRLF", "a: b\r\n", "a", "b" },
	{ "empty value", "a:   \n", "a", NULL },
	{ "no colon", "a b\n", "a", NULL },
	{ "absent", "x: y\n", "a", NULL },
	{ "empty text", "", "a", NULL },
};
TEST_ROWS(host_key_value_of, values)
{
	_cleanup_free_ char *got = host_key_value(row->text, row->key);

	ck_assert_pstr_eq(got, row->want);
}
