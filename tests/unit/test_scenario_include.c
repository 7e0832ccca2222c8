/* SPDX-License-Identifier: GPL-2.0-only */
/* Scenarios that include others: what they take from the files, and in which order. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/scenario/scenario.h"

static char *dir;

static void put(const char *name, const char *text)
{
	_cleanup_free_ char *path = fs_join(dir, name);
	struct err err = ERR_INIT;

	ASSERT_OK(fs_write_atomic(AT_FDCWD, path, text, strlen(text), 0644, &err));
}

static void set_up(void)
{
	dir = xstrdup("/tmp/ktstr-include-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	put("one.yaml", "cgroups: [{ name: one }]\nchecks: { max_spread_pct: 1, max_gap_ms: 2 }\n");
	put("two.yaml", "include: [one.yaml]\ncgroups: [{ name: two }]\n"
	                "works: [{ type: cpu_spin, workers: 2 }]\n");
	put("all.yaml", "include: [two.yaml, three.yaml]\nname: all\nsummary: s\n"
	                "cgroups: [{ name: own }]\nworks: [{ type: cpu_spin, workers: 5 }]\n"
	                "checks: { max_gap_ms: 7 }\n"
	                "steps:\n  - { name: s, ops: [{ freeze: one }] }\n");
	put("three.yaml", "cgroups: [{ name: three }]\n");
}

static void tear_down(void)
{
	static const char *const names[] = { "one.yaml", "two.yaml", "three.yaml", "all.yaml" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *path = fs_join(dir, names[i]);

		unlink(path);
	}
	rmdir(dir);
	free(dir);
}

TEST(scenario_includes_come_first_in_their_order)
{
	_cleanup_scenario_ struct scenario *s = NULL;
	_cleanup_free_ char *path = NULL;
	struct err err = ERR_INIT;

	set_up();
	path = fs_join(dir, "all.yaml");
	ck_assert_msg(scenario_load(path, &s, &err) == 0, "%s", err.msg);
	tear_down();
	ck_assert_uint_eq(s->cgroups_count, 4);
	ck_assert_str_eq(s->cgroups[0].name, "one");
	ck_assert_str_eq(s->cgroups[1].name, "two");
	ck_assert_str_eq(s->cgroups[2].name, "three");
	ck_assert_str_eq(s->cgroups[3].name, "own");
	ck_assert_uint_eq(s->works_count, 2);
	ck_assert_str_eq(s->works[0].workers, "2");
	ck_assert_str_eq(s->works[1].workers, "5");
	ck_assert_double_eq(*s->checks->max_spread_pct, 1);
	ck_assert_double_eq(*s->checks->max_gap_ms, 7);
}

/* A mistake found after merging still names the file it is in. */
TEST(scenario_included_mistakes_have_their_own_file_and_line)
{
	_cleanup_scenario_ struct scenario *s = NULL;
	_cleanup_free_ char *path = NULL;
	struct err err = ERR_INIT;

	set_up();
	put("three.yaml", "payloads:\n  - { name: a, run: [sh] }\n"
	                  "  - name: b\n    run: [sh]\n    cgroup: nowhere\n");
	path = fs_join(dir, "all.yaml");
	ASSERT_ERR(scenario_load(path, &s, &err), ERR_FORMAT,
	           "/three.yaml:5: payloads[1]: cgroup: there is no cgroup \"nowhere\"");
	put("three.yaml", "\n\ncgroups:\n  - { name: three }\n  - { name: own }\n");
	ASSERT_ERR(scenario_load(path, &s, &err), ERR_FORMAT,
	           "/three.yaml:5: cgroups[1]: name: there is another cgroup \"own\"");
	put("three.yaml", "checks:\n  max_gap_ms: 1\n  max_gap: 1\n");
	ASSERT_ERR(scenario_load(path, &s, &err), ERR_FORMAT,
	           "/three.yaml:3: checks: max_gap: unknown key");
	tear_down();
}
