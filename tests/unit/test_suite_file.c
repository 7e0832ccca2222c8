/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/kernel/kernel.h"
#include "harness/suite_file.h"
#include "tests/unit/golden.h"

/* Writes ./ktstr.yaml in a folder of its own and goes there. */
static void write_suite(const char *text)
{
	_cleanup_free_ char *dir = test_tmpdir();
	struct err err = ERR_INIT;

	ck_assert_int_eq(chdir(dir), 0);
	ASSERT_OK(fs_write_atomic(AT_FDCWD, SUITE_FILE_NAME, text, strlen(text), 0600, &err));
}

static struct suite_file *load(const char *text)
{
	struct err err = ERR_INIT;
	struct suite_file *s;

	write_suite(text);
	ASSERT_OK(suite_file_load(SUITE_FILE_NAME, &s, &err));
	return s;
}

TEST(suite_file_holds_what_it_says)
{
	struct suite_file *s = load("kernels: 6.17\n"
	                            "scenarios: [\"cgroup_*\", ./mine.yaml]\n"
	                            "clock: [real, virtual]\n"
	                            "checks: { max_gap_ms: 7 }\n"
	                            "schedulers:\n"
	                            "  - name: eevdf\n"
	                            "  - name: mine\n"
	                            "    object: build/mine.bpf.o\n"
	                            "    set: { slice_ns: 5000000, text: \"a b\" }\n"
	                            "    ops: [timeout_ms=5000]\n"
	                            "    maps: { queue: 64 }\n"
	                            "    run_progs: prepare\n"
	                            "    kernels: [6.12, 6.16..]\n"
	                            "    flags:\n"
	                            "      - { name: a, set: [\"w[2]=1\"] }\n"
	                            "      - { name: b, requires: a }\n"
	                            "      - { name: c, excludes: [a, b] }\n");
	const struct suite_scheduler *m = suite_file_scheduler(s, "mine");

	ck_assert_uint_eq(s->kernels.n, 1);
	ck_assert_str_eq(s->kernels.v[0], "6.17");
	ck_assert_uint_eq(s->clocks.n, 2);
	ck_assert_double_eq(*s->checks->max_gap_ms, 7);
	ck_assert_ptr_null(suite_file_scheduler(s, "none"));
	ck_assert_str_eq(m->settings.object.set.v[0], "slice_ns=5000000");
	ck_assert_str_eq(m->settings.object.set.v[1], "text=a b");
	ck_assert_str_eq(m->settings.object.ops.v[0], "timeout_ms=5000");
	ck_assert_str_eq(m->settings.object.maps.v[0], "queue=64");
	ck_assert_str_eq(m->settings.object.run_progs.v[0], "prepare");
	ck_assert_str_eq(m->flags[0].settings.object.set.v[0], "w[2]=1");
	ck_assert_uint_eq(m->chosen.n, 4); /* none, a, c, a+b */
	ck_assert_uint_eq(suite_file_scheduler(s, "eevdf")->chosen.n, 1);
	suite_file_free(&s);
}

TEST(suite_file_may_be_empty)
{
	struct suite_file *s = load("# nothing yet\n");

	ck_assert_uint_eq(s->schedulers_count, 0);
	suite_file_free(&s);
}

#define ONE "schedulers:\n  - name: one\n"
#define AB  ONE "    flags: [{ name: a }, { name: b, requires: a }]\n"

static const struct {
	const char *label, *text, *says;
} wrong[] = {
	{ "no YAML", "a: [", "ktstr.yaml:" },
	{ "a list", "- a\n", "expected a mapping, got a list" },
	{ "unknown key", "kernel: 6.17\n",
	  "ktstr.yaml:1: kernel: unknown key, did you mean \"kernels\"?" },
	{ "level", "level: smok\n",
	  "ktstr.yaml:1: level: there is no \"smok\", did you mean \"smoke\"?" },
	{ "clock", "clock: [real, virtal]\n",
	  "clock[1]: there is no \"virtal\", did you mean \"virtual\"?" },
	{ "one clock", "clock: unreal\n", "ktstr.yaml:1: clock: there is no \"unreal\"" },
	{ "topology", "topologies:\n  - 1n1l1c0t\n", "ktstr.yaml:2: topologies[0]: " },
	{ "repeat", "repeat: 0\n", "ktstr.yaml:1: repeat: \"0\" is not a number from 1 to 10000" },
	{ "duration", "\nduration: 2\n", "ktstr.yaml:2: duration: \"2\" is not a duration" },
	{ "memory", "memory: 12M\n",
	  "ktstr.yaml:1: memory: \"12M\" is not a size of at least 256M" },
	{ "a check", "checks: { max_gap: 3 }\n",
	  "checks: max_gap: unknown key, did you mean \"max_gap_ms\"?" },
	{ "a profile's sysctl", "profiles: [{ name: mine, sysctl: [\"../x=1\"] }]\n",
	  "profiles[0]: sysctl[0]: \"../x=1\" is not a sysctl" },
	{ "a bundled profile", "profiles: [{ name: stock }]\n",
	  "profiles[0]: name: \"stock\" is a bundled profile" },
	{ "two profiles of one name", "profiles: [{ name: a }, { name: a }]\n",
	  "profiles[1]: name: there is another profile \"a\"" },
	{ "a profile of an unknown one", "profiles: [{ name: a, extends: harden }]\n",
	  "profiles[0]: extends: no profile \"harden\", did you mean \"hardened\"?" },
	{ "a profile that extends itself",
	  "profiles: [{ name: a, extends: b }, { name: b, extends: a }]\n",
	  "profiles[0]: extends: profile b extends itself" },
	{ "an unknown profile", "profile: [fast, fats]\n",
	  "ktstr.yaml:1: profile[1]: no profile \"fats\", did you mean \"fast\"?" },
	{ "sysctls", ONE "    sysctls: [a]\n",
	  "schedulers[0]: sysctls[0]: \"a\" is not NAME=VALUE" },
	{ "attach_timeout of an object", ONE "    attach_timeout: 5s\n",
	  "schedulers[0]: attach_timeout: only an executable (exec:)" },
	{ "attach_timeout", ONE "    exec: ./a\n    attach_timeout: 5\n",
	  "schedulers[0]: attach_timeout: --attach-timeout: " },
	{ "enable of an object", ONE "    object: a.o\n    enable: [a]\n",
	  "schedulers[0]: enable: only for a scheduler of the kernel's" },
	{ "disable alone", ONE "    disable: [a]\n",
	  "schedulers[0]: disable: there is no enable:" },
	{ "no name", "schedulers: [{ object: a.o }]\n", "schedulers[0]: name: is missing" },
	{ "a plus in the name", "schedulers: [{ name: a+b }]\n",
	  "\"a+b\": use letters, digits, _ . and -" },
	{ "two of one name", ONE "  - name: one\n",
	  "ktstr.yaml:3: schedulers[1]: name: there is another scheduler \"one\"" },
	{ "object and executable", ONE "    object: a.o\n    exec: a\n",
	  "a scheduler has an object or an executable" },
	{ "arguments of an object", ONE "    args: [-v]\n",
	  "args: only an executable (exec:) has arguments" },
	{ "settings of an executable", ONE "    exec: ./a\n    set: { a: 1 }\n",
	  "are for an object, not for an executable" },
	{ "metrics of an object", ONE "    metrics: [{ name: rate, from: kv, path: rate }]\n",
	  "metrics: only an executable (exec:) prints any" },
	{ "a metric without a place", ONE "    exec: ./a\n    metrics:\n      - { name: rate }\n",
	  "ktstr.yaml:5: schedulers[0]: metrics[0]: from: is missing" },
	{ "a metric twice",
	  ONE "    exec: ./a\n    metrics: [{ name: r, from: kv, path: r }, { name: r, from: kv, "
	      "path: s "
	      "}]\n",
	  "metrics[1]: name: \"r\" is there twice" },
	{ "set", ONE "    set: [slice_ns]\n", "set[0]: \"slice_ns\" is not NAME=VALUE" },
	{ "set twice", ONE "    set: { a: 1, a: 2 }\n", "set: a: is there twice" },
	{ "its kernels", ONE "    kernels: [6.12, newest]\n",
	  "kernels[1]: \"newest\" is neither a version" },
	{ "a range without ends", ONE "    kernels: ..\n", "kernels: \"..\" is neither a version" },
	{ "its topology", ONE "    topology: huge\n", "ktstr.yaml:3: schedulers[0]: topology: " },
	{ "unknown flag", ONE "    flags: [{ name: a, requires: c }]\n",
	  "flags[0]: there is no flag \"c\"" },
	{ "two flags of one name", ONE "    flags: [{ name: a }, { name: a }]\n",
	  "there is another flag \"a\"" },
	{ "a flag that never is on", ONE "    flags: [{ name: a, excludes: a }]\n",
	  "no set may have the flag \"a\"" },
	{ "sets", AB "    flag_sets: some\n",
	  "flag_sets: expected all, pairwise, or a list of sets" },
	{ "no set", AB "    flag_sets: []\n", "flag_sets: needs at least one set" },
	{ "a set that is a name", AB "    flag_sets: [a]\n",
	  "flag_sets[0]: expected a list of flags" },
	{ "an invalid set", AB "    flag_sets: [[], [b]]\n",
	  "flag_sets[1]: the flag \"b\" requires \"a\"" },
	{ "the same set", AB "    flag_sets: [[a, b], [b, a]]\n",
	  "flag_sets[1]: this set is there twice" },
};
TEST_ROWS(suite_file_refuses_and_says_where, wrong)
{
	struct err err = ERR_INIT;
	struct suite_file *s;

	write_suite(row->text);
	ASSERT_ERR(suite_file_load(SUITE_FILE_NAME, &s, &err), ERR_USAGE, row->says);
}

TEST(suite_file_is_found_upwards_but_not_above_home)
{
	struct err err = ERR_INIT;
	_cleanup_free_ char *top = NULL, *home = NULL, *found = NULL, *none = NULL;

	write_suite("");
	top = getcwd(NULL, 0);
	ASSERT_OK(fs_mkdir_p(AT_FDCWD, "home/a/b", &err));
	ck_assert_int_eq(chdir("home/a/b"), 0);
	ASSERT_OK(suite_file_find("/nowhere", &found, &err));
	ck_assert_str_eq(found, "../../../" SUITE_FILE_NAME);
	home = fs_join(top, "home");
	ASSERT_OK(suite_file_find(home, &none, &err));
	ck_assert_ptr_null(none);
	ck_assert_int_eq(chdir(top), 0);
	free(found);
	ASSERT_OK(suite_file_find(top, &found, &err));
	ck_assert_str_eq(found, SUITE_FILE_NAME);
}

static const struct {
	const char *label, *file, *name, *want;
} paths[] = {
	{ "beside", "ktstr.yaml", "a/b.o", "a/b.o" },
	{ "above", "../../ktstr.yaml", "./a.o", "../../a.o" },
	{ "absolute", "../ktstr.yaml", "/a.o", "/a.o" },
};
TEST_ROWS(suite_file_paths_begin_at_its_folder, paths)
{
	_cleanup_free_ char *file = xstrdup(row->file);
	const struct suite_file s = { .path = file };
	_cleanup_free_ char *path = suite_file_path(&s, row->name);

	ck_assert_str_eq(path, row->want);
}

static const struct {
	const char *label, *version, *span;
	bool want;
} spans[] = {
	{ "a series", "6.12.9", "6.12", true },      { "another series", "6.120.1", "6.12", false },
	{ "a release", "6.12.9", "6.12.9", true },   { "within", "6.19.2", "6.16..7.0", true },
	{ "the last", "7.0.13", "6.16..7.0", true }, { "before", "6.12.9", "6.16..7.0", false },
	{ "after", "7.1-rc2", "6.16..7.0", false },  { "open", "8.3.1", "6.16..", true },
	{ "up to", "6.16.1", "..6.12", false },
};
TEST_ROWS(kernel_within_a_span, spans)
{
	struct err err = ERR_INIT;

	ASSERT_OK(kernel_span_check(row->span, &err));
	ck_assert(kernel_within(row->version, row->span) == row->want);
}

/* --- docs/suite.md -----------------------------------------------------------------------------
 */

static void add_keys(struct strbuf *b, const struct yaml_table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct yaml_field *f = &t->fields[i];

		if (f->kind == YAML_INLINE) {
			add_keys(b, f->table);
			continue;
		}
		ck_assert_msg(f->doc != NULL, "%s has no text", f->key);
		strbuf_addf(b, "| `%s` | %s%s |\n", f->key, f->doc,
		            f->required ? " (required)" : "");
	}
}

static void check_block(const char *name, const struct yaml_table *t)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "| key | value |\n|---|---|\n");
	add_keys(&b, t);
	golden_block("docs/suite.md", name, &b);
}

TEST(suite_page_is_current)
{
	check_block("suite", &suite_file_table);
	check_block("scheduler", &suite_scheduler_table);
	check_block("flag", &suite_flag_table);
	check_block("profile", &suite_profile_table);
}
