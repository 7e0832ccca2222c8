/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/fs.h"
#include "base/mem.h"
#include "harness/agent/procstat.h"
#include "tests/unit/test.h"

static struct err err;

static int tree(void)
{
	_cleanup_free_ char *dir = test_tmpdir();

	return open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void put(int root, const char *path, const char *text)
{
	_cleanup_free_ char *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));

	ASSERT_OK(fs_mkdir_p(root, dir, &err));
	ASSERT_OK(fs_write_atomic(root, path, text, strlen(text), 0644, &err));
}

TEST(procstat_task_as_the_kernel_shows_it)
{
	_cleanup_close_ int root = tree();
	struct task_stat s, before = { .cpu_ns = 1000,
		                       .run_delay_ns = 7,
		                       .timeslices = 1,
		                       .voluntary = 1,
		                       .involuntary = 0,
		                       .migrations = 2 };

	put(root, "proc/7/schedstat", "5000 300 42\n");
	put(root, "proc/7/status",
	    "Name:\tx\nvoluntary_ctxt_switches:\t11\nnonvoluntary_ctxt_switches:\t3\n");
	put(root, "proc/7/sched",
	    "x (7, #threads: 1)\n----\nse.vruntime          :   1.5\nse.nr_migrations    :      "
	    "9\n");
	task_stat_read(root, 7, &s);
	task_stat_sub(&s, &before);
	ck_assert_uint_eq(s.cpu_ns, 4000);
	ck_assert_uint_eq(s.run_delay_ns, 293);
	ck_assert_uint_eq(s.timeslices, 41);
	ck_assert_uint_eq(s.voluntary, 10);
	ck_assert_uint_eq(s.involuntary, 3);
	ck_assert_uint_eq(s.migrations, 7);
}

TEST(procstat_state_of_a_task_whatever_its_name)
{
	_cleanup_close_ int root = tree();

	put(root, "proc/7/stat", "7 (w:cpu_spin) S 1 1 0 0\n");
	put(root, "proc/8/stat", "8 (a) S (b) R 1 1 0 0\n");
	ck_assert_int_eq(task_state(root, 7), 'S');
	ck_assert_int_eq(task_state(root, 8), 'R');
	ck_assert_int_eq(task_state(root, 9), 0);
}

TEST(procstat_what_is_not_shown_is_none_and_not_zero)
{
	_cleanup_close_ int root = tree();
	struct task_stat s, before = { 0 };
	struct machine_stat m;

	put(root, "proc/7/schedstat", "5000 300\n");
	task_stat_read(root, 7, &s);
	task_stat_sub(&s, &before);
	ck_assert_uint_eq(s.cpu_ns, U64_NONE);
	ck_assert_uint_eq(s.migrations, U64_NONE);
	machine_stat_read(root, &m);
	ck_assert_uint_eq(m.run_ns, U64_NONE);
	ck_assert_uint_eq(m.switches, U64_NONE);
	ck_assert_uint_eq(m.pages_migrated, U64_NONE);
	ck_assert_uint_eq(none_sub(3, 5), U64_NONE);
}

TEST(procstat_machine_sums_the_cpus)
{
	_cleanup_close_ int root = tree();
	struct machine_stat m;

	put(root, "proc/schedstat",
	    "version 17\ntimestamp 4295\ncpu0 0 0 0 0 0 0 100 5 2\ndomain0 MC 3 1 2 3 4 5 6 7 8\n"
	    "cpu1 0 0 0 0 0 0 23 5 2\n");
	put(root, "proc/stat", "cpu  1 2 3\ncpu0 1 2 3\nintr 9\nctxt 77\nbtime 1\n");
	put(root, "proc/vmstat",
	    "numa_pages_migrated 5\npgmigrate_success 1036\npgmigrate_fail 2\n");
	machine_stat_read(root, &m);
	ck_assert_uint_eq(m.run_ns, 123);
	ck_assert_uint_eq(m.switches, 77);
	ck_assert_uint_eq(m.pages_migrated, 1036);
}

static void put_events(int root, const char *seq, const char *events)
{
	put(root, "sys/kernel/sched_ext/enable_seq", seq);
	put(root, "sys/kernel/sched_ext/root/events", events);
}

static const struct {
	const char *label, *seq, *events;
	size_t n;
	double a;
} events[] = {
	{ "counted on", "3\n", "SCX_EV_A 7\nSCX_EV_B 9\nSCX_EV_NEW 1\n", 2, 5 },
	{ "another scheduler", "4\n", "SCX_EV_A 7\nSCX_EV_B 9\n", 0, NAN },
	{ "from the start again", "3\n", "SCX_EV_A 1\nSCX_EV_B 9\n", 0, NAN },
	{ "nonsense", "3\n", "SCX_EV_A\n 5\nSCX_EV_B x\n\n", 0, NAN },
};
TEST_ROWS(procstat_sched_events, events)
{
	_cleanup_close_ int root = tree();
	struct sched_events before, after;
	struct json_f64map delta = { 0 };

	put_events(root, "3\n", "SCX_EV_A 2\nSCX_EV_B 9\n");
	sched_events_read(root, &before);
	put_events(root, row->seq, row->events);
	sched_events_read(root, &after);
	sched_events_sub(&after, &before, &delta);
	ck_assert_uint_eq(delta.n, row->n);
	if (isnan(row->a))
		ck_assert_double_nan(json_f64map_get(&delta, "SCX_EV_A"));
	else
		ck_assert_double_eq(json_f64map_get(&delta, "SCX_EV_A"), row->a);
	sched_events_done(&before);
	sched_events_done(&after);
	json_f64map_done(&delta);
}

TEST(procstat_without_a_scheduler_nobody_counts)
{
	_cleanup_close_ int root = tree();
	struct json_f64map delta = { 0 };
	struct sched_events e;

	put(root, "sys/kernel/sched_ext/enable_seq", "0\n");
	sched_events_read(root, &e);
	ck_assert_uint_eq(e.enable_seq, U64_NONE);
	sched_events_sub(&e, &e, &delta);
	ck_assert_uint_eq(delta.n, 0);
}

TEST(procstat_cgroup_throttling_only_with_a_limit)
{
	static const char stat[] = "usage_usec 10\nuser_usec 7\nsystem_usec 3\nnr_periods 4\n"
				   "nr_throttled 2\nthrottled_usec 50\n";
	_cleanup_close_ int root = tree();
	struct cgroup_stat s;

	put(root, "cg/cpu.stat", stat);
	put(root, "cg/cpu.max", "max 100000\n");
	cgroup_stat_read(root, "cg", &s);
	ck_assert_uint_eq(s.usage_ns, 10000);
	ck_assert_uint_eq(s.nr_throttled, U64_NONE);
	put(root, "cg/cpu.max", "50000 100000\n");
	cgroup_stat_read(root, "cg", &s);
	ck_assert_uint_eq(s.nr_throttled, 2);
	ck_assert_uint_eq(s.throttled_ns, 50000);
}

TEST(procstat_names_who_was_busy)
{
	_cleanup_close_ int root = tree();
	_cleanup_strv_ struct strv busy = STRV_INIT;
	struct task_times before, after;

	put(root, "proc/2/schedstat", "100 0 1\n");
	put(root, "proc/2/comm", "kworker/0:1 x\n");
	put(root, "proc/3/schedstat", "100 0 1\n");
	put(root, "proc/self/schedstat", "100 0 1\n");
	task_times_read(root, &before);
	ck_assert_uint_eq(before.n, 2);
	put(root, "proc/2/schedstat", "12000100 0 1\n");
	put(root, "proc/3/schedstat", "150 0 1\n");
	task_times_read(root, &after);
	task_times_busy(&before, &after, 1, 1000, &busy);
	ck_assert_uint_eq(busy.n, 1);
	ck_assert(starts_with(busy.v[0], "kworker/0:1 x 12"));
	task_times_done(&before);
	task_times_done(&after);
}

static const struct {
	const char *label, *want;
} cmdlines[] = {
	{ "", "" },
	{ "quiet", "quiet" },
	{ " quiet  nosmt ", "quiet|nosmt" },
	{ "dyndbg=\"file a.c +p; func b +p\" quiet", "dyndbg=\"file a.c +p; func b +p\"|quiet" },
	{ "\"a b\"=c d", "\"a b\"=c|d" },
	{ "a=\"b c", "a=\"b c" },
};

TEST_ROWS(procstat_cmdline_is_split_as_the_kernel_does, cmdlines)
{
	_cleanup_strv_ struct strv words = STRV_INIT;
	_cleanup_free_ char *joined = NULL;

	cmdline_split(row->label, &words);
	joined = strv_join(&words, "|");
	ck_assert_str_eq(joined, row->want);
}
