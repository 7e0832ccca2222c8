/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/fs.h"
#include "base/mem.h"
#include "harness/agent/pages.h"
#include "tests/unit/test.h"

#define NODE(n) (1ULL << (n))

static const struct page_nodes nodes = { .home = NODE(0) | NODE(2), .awake = NODE(0) | NODE(1) };

/* From a worker, kernel 7.0: the program, memory shared with the agent, memory of its own. */
static const char worker[] =
	"00400000 default file=/init mapped=3 active=0 N0=3 kernelpagesize_kB=4\n"
	"00600000 default file=/init anon=6 dirty=6 mapmax=3 active=0 N0=6 kernelpagesize_kB=4\n"
	"00a00000 default heap anon=9 dirty=9 mapmax=3 active=1 N0=4 N1=5 kernelpagesize_kB=4\n"
	"7ffff7800000 default file=/dev/zero\\040(deleted) dirty=5 mapmax=3 N0=5 "
	"kernelpagesize_kB=4\n"
	"7ffff7a00000 bind=static:1 anon=1024 dirty=1024 active=0 N0=1000 N1=20 N2=4 "
	"kernelpagesize_kB=4\n"
	"7ffff7ffd000 default\n"
	"7ffffffde000 default stack anon=2 dirty=2 active=1 N1=2 kernelpagesize_kB=4\n";

static const struct {
	const char *label, *text;
	uint64_t all, local, slow;
} maps[] = {
	{ "a worker", worker, 1026, 1004, 4 },
	{ "nothing of its own", "7ffff7ffd000 default\n", 0, 0, 0 },
	{ "huge pages", "7f0000000000 default huge anon=2 N0=1 N1=1 kernelpagesize_kB=2048\n", 1024,
	  512, 0 },
	{ "some of a file", "7f0000000000 default file=/x anon=1 mapped=3 N0=3 kernelpagesize_kB=4",
	  0, 0, 0 },
	{ "a node without a number", "1 default anon=1 Nx=1 kernelpagesize_kB=4\n", U64_NONE,
	  U64_NONE, U64_NONE },
	{ "a node too high", "1 default anon=1 N64=1 kernelpagesize_kB=4\n", U64_NONE, U64_NONE,
	  U64_NONE },
	{ "no count", "1 default anon=1 N0= kernelpagesize_kB=4\n", U64_NONE, U64_NONE, U64_NONE },
	{ "less than none", "1 default anon=-1 N0=1 kernelpagesize_kB=4\n", U64_NONE, U64_NONE,
	  U64_NONE },
	{ "more than a machine has",
	  "1 default anon=99999999999999999999 N0=1 kernelpagesize_kB=4\n", U64_NONE, U64_NONE,
	  U64_NONE },
	{ "pages of no size", "1 default anon=1 N0=1\n", U64_NONE, U64_NONE, U64_NONE },
	{ "pages of size 0", "1 default anon=1 N0=1 kernelpagesize_kB=0\n", U64_NONE, U64_NONE,
	  U64_NONE },
	{ "one bad line of two", "1 default anon=1 N0=1 kernelpagesize_kB=4\nnonsense\n", U64_NONE,
	  U64_NONE, U64_NONE },
	{ "who is gone", "", U64_NONE, U64_NONE, U64_NONE },
};
TEST_ROWS(pages_of_a_task, maps)
{
	struct page_count c;

	pages_count(row->text, &nodes, &c);
	ck_assert_uint_eq(c.all, row->all);
	ck_assert_uint_eq(c.local, row->local);
	ck_assert_uint_eq(c.slow, row->slow);
}

TEST(pages_are_read_of_the_task)
{
	_cleanup_free_ char *dir = test_tmpdir();
	_cleanup_close_ int root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct err err = ERR_INIT;
	struct page_count c;

	ASSERT_OK(fs_mkdir_p(root, "proc/7", &err));
	ASSERT_OK(fs_write_atomic(root, "proc/7/numa_maps", worker, strlen(worker), 0644, &err));
	pages_read(root, 7, &nodes, &c);
	ck_assert_uint_eq(c.all, 1026);
	pages_read(root, 8, &nodes, &c);
	ck_assert_uint_eq(c.all, U64_NONE);
}

TEST(pages_nodes_of_cpus)
{
	uint32_t ids[] = { 0, 1, 65, 1600 }, node_of[1601] = { [1] = 3, [65] = 63, [1600] = 5 };
	const struct cputopo t = {
		.cpus = 4, .nodes = 4, .ids = ids, .max_cpu = 1600, .node_of = node_of
	};
	struct cpus cpus = { 0 };

	ck_assert_uint_eq(pages_nodes_of(&t, &cpus), 0);
	cpus_add_range(&cpus, 1, 3); /* there is no CPU 2 */
	ck_assert_uint_eq(pages_nodes_of(&t, &cpus), NODE(3));
	cpus = (struct cpus){ 0 };
	cpus_add(&cpus, 0);
	cpus_add(&cpus, 65);
	ck_assert_uint_eq(pages_nodes_of(&t, &cpus), NODE(0) | NODE(63));
}
