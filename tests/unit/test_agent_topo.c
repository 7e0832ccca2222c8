/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/fs.h"
#include "base/mem.h"
#include "harness/agent/cputopo.h"
#include "tests/unit/test.h"

static struct err err;

static void put(int root, const char *path, const char *text)
{
	_cleanup_free_ char *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));

	ASSERT_OK(fs_mkdir_p(root, dir, &err));
	ASSERT_OK(fs_write_atomic(root, path, text, strlen(text), 0644, &err));
}

#define CPU "sys/devices/system/cpu/"

/* Four CPUs, two threads per core, one level-3 cache per core. index0 is the level-1 cache. */
static int captured_tree(bool caches)
{
	_cleanup_free_ char *dir = test_tmpdir();
	int root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	put(root, CPU "online", "0-3\n");
	put(root, CPU "cpu0/topology/thread_siblings_list", "0-1\n");
	put(root, "sys/devices/system/node/has_cpu", "0\n");
	for (unsigned int i = 0; caches && i < 4; i++) {
		_cleanup_free_ char *l1 = xasprintf(CPU "cpu%u/cache/index0/level", i);
		_cleanup_free_ char *l1_cpus =
			xasprintf(CPU "cpu%u/cache/index0/shared_cpu_list", i);
		_cleanup_free_ char *l3 = xasprintf(CPU "cpu%u/cache/index1/level", i);
		_cleanup_free_ char *l3_cpus =
			xasprintf(CPU "cpu%u/cache/index1/shared_cpu_list", i);
		put(root, l1, "1\n");
		put(root, l1_cpus, "0-3\n");
		put(root, l3, "3\n");
		put(root, l3_cpus, i < 2 ? "0-1\n" : "2-3\n");
	}
	return root;
}

TEST(topo_counts_the_caches_of_the_highest_level)
{
	_cleanup_close_ int root = captured_tree(true);
	struct cputopo t;

	ASSERT_OK(cputopo_read(root, &t, &err));
	ck_assert_uint_eq(t.cpus, 4);
	ck_assert_uint_eq(t.llcs, 2);
	ck_assert_uint_eq(t.nodes, 1);
	ck_assert_uint_eq(t.threads_per_core, 2);
	ck_assert_uint_eq(t.llc_of[1], 0);
	ck_assert_uint_eq(t.llc_of[3], 1);
	cputopo_done(&t);
}

TEST(topo_knows_the_node_of_each_cpu)
{
	_cleanup_close_ int root = captured_tree(true);
	struct cputopo t;

	ASSERT_OK(cputopo_read(root, &t, &err));
	ck_assert_uint_eq(t.node_of[3], 0); /* no node lists it */
	cputopo_done(&t);
	put(root, "sys/devices/system/node/has_cpu", "0,2\n");
	put(root, "sys/devices/system/node/node0/cpulist", "0,3\n");
	put(root, "sys/devices/system/node/node1/cpulist", "\n");
	put(root, "sys/devices/system/node/node2/cpulist", "1-2,9\n");
	ASSERT_OK(cputopo_read(root, &t, &err));
	ck_assert_uint_eq(t.nodes, 2);
	ck_assert_uint_eq(t.node_of[0], 0);
	ck_assert_uint_eq(t.node_of[1], 2);
	ck_assert_uint_eq(t.node_of[2], 2);
	ck_assert_uint_eq(t.node_of[3], 0);
	cputopo_done(&t);
}

TEST(topo_without_caches_is_not_guessed)
{
	_cleanup_close_ int root = captured_tree(false);
	struct job_topology want = { .cpus = 4, .llcs = 1, .nodes = 1, .threads_per_core = 2 };
	struct cputopo t;

	ASSERT_OK(cputopo_read(root, &t, &err));
	ck_assert_uint_eq(t.llcs, U32_NONE);
	ASSERT_ERR(cputopo_check(&t, &want, &err), ERR_FORMAT, "no LLCs shown, 1 wanted");
	cputopo_done(&t);
}

TEST(topo_mismatch_names_each_thing)
{
	const struct cputopo t = { .cpus = 2, .llcs = 1, .nodes = 1, .threads_per_core = 1 };
	struct job_topology want = { .cpus = 4, .llcs = 2, .nodes = 1, .threads_per_core = 1 };

	ASSERT_ERR(cputopo_check(&t, &want, &err), ERR_FORMAT,
	           "topology: 2 CPUs, 4 wanted, 1 LLCs, 2 wanted");
	want = (struct job_topology){ .cpus = 2, .llcs = 1, .nodes = 1, .threads_per_core = 1 };
	ASSERT_OK(cputopo_check(&t, &want, &err));
}

TEST(topo_of_nothing_is_an_error)
{
	_cleanup_free_ char *dir = test_tmpdir();
	_cleanup_close_ int root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct cputopo t;

	ASSERT_ERR(cputopo_read(root, &t, &err), ERR_NOT_FOUND, "online");
	cputopo_done(&t);
}
