/* SPDX-License-Identifier: GPL-2.0-only */
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "tests/unit/sidecar_sample.h"
#include "tests/unit/test.h"

static char *write_text(const char *text)
{
	_cleanup_free_ char *dir = test_tmpdir();
	char *path = fs_join(dir, "x.ktstr.json");
	struct err err = ERR_INIT;

	ASSERT_OK(fs_write_atomic(AT_FDCWD, path, text, strlen(text), 0644, &err));
	return path;
}

static char *name_with(void (*change)(struct sidecar *s))
{
	struct sidecar s;
	char *name;

	sample_sidecar(&s, "cgroup_steady", 0);
	if (change)
		change(&s);
	name = sidecar_file_name(&s);
	json_done(&sidecar_table, &s);
	return name;
}

static void set(char **field, const char *value)
{
	free(*field);
	*field = xstrdup(value);
}

/* The name must stay the same in all versions, or `stats` no longer finds the pairs. */
TEST(record_name_is_stable)
{
	_cleanup_free_ char *name = name_with(NULL);

	ck_assert_str_eq(name, "cgroup_steady-ac2e4311ff36ffb3.ktstr.json");
}

#define CHANGE(name_, ...)                                                                         \
	static void name_(struct sidecar *s)                                                       \
	{                                                                                          \
		__VA_ARGS__;                                                                       \
	}
CHANGE(topology, set(&s->topology, "1n1l8c1t"))
CHANGE(scheduler, set(&s->scheduler, "vtime"))
CHANGE(work_type, set(&s->work_type, "cpu_spin"))
CHANGE(clock_, set(&s->clock, "virtual"))
CHANGE(profile, set(&s->profile, "stock"))
CHANGE(payload, set(&s->payload, "stress"))
CHANGE(payload_empty, set(&s->payload, ""))
CHANGE(flag, strv_add(&s->active_flags, "llc"))
CHANGE(flag_empty, strv_add(&s->active_flags, ""))
CHANGE(flags_two, strv_addl(&s->active_flags, "a", "b", NULL))
CHANGE(flags_joined, strv_add(&s->active_flags, "ab"))
CHANGE(flags_forged, strv_add(&s->active_flags, "1:a;1:b;"))
CHANGE(ran, set(&s->ran_sha256, "1a2b3c"))
CHANGE(repeat, s->repeat = 1)
CHANGE(test_slash, set(&s->test_name, "cgroup/steady"))
CHANGE(test_under, set(&s->test_name, "cgroup.steady"))
CHANGE(shifted, set(&s->topology, "1n2l4c1teevdf"); set(&s->scheduler, ""))
static void (*const distinct[])(struct sidecar *) = {
	NULL,         topology,      scheduler,  work_type,  clock_,    profile,
	payload,      payload_empty, flag,       flag_empty, flags_two, flags_joined,
	flags_forged, repeat,        test_slash, test_under, shifted,   ran,
};

TEST(record_names_of_different_tests_differ)
{
	_cleanup_strv_ struct strv names = STRV_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(distinct); i++) {
		strv_take(&names, name_with(distinct[i]));
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(!streq(names.v[i], names.v[k]), "%zu and %zu: %s", i, k,
			              names.v[i]);
	}
}

CHANGE(provenance, strv_add(&s->kargs, "quiet"); strv_add(&s->sysctls, "a=b");
       set(&s->project_commit, "abc1234"); set(&s->kernel_commit, "abc1234");
       set(&s->run_source, "ci"); set(&s->kernel_version, "6.14"); set(&s->run_id, "x");
       set(&s->timestamp, "2020-01-01T00:00:00Z"); set(&s->scheduler_commit, "abc1234");
       s->outcome = OUTCOME_FAIL; s->seed = 7)
CHANGE(two_orders_1, strv_addl(&s->active_flags, "b", "a", NULL))

TEST(record_name_ignores_provenance_and_order)
{
	_cleanup_free_ char *plain = name_with(NULL), *other = name_with(provenance);
	_cleanup_free_ char *ab = name_with(flags_two), *ba = name_with(two_orders_1);

	ck_assert_str_eq(plain, other);
	ck_assert_str_eq(ab, ba);
}

CHANGE(test_hostile, set(&s->test_name, "../.x y\n\xff\xe2\x80\xa6.ktstr.json"))
CHANGE(test_none, set(&s->test_name, ""))
CHANGE(test_long, free(s->test_name); s->test_name = xmalloc(5000); memset(s->test_name, 'a', 4999);
       s->test_name[4999] = '\0')

TEST(record_name_is_safe)
{
	_cleanup_free_ char *hostile = name_with(test_hostile), *none = name_with(test_none);
	_cleanup_free_ char *lengthy = name_with(test_long);

	ck_assert_ptr_null(strchr(hostile, '/'));
	ck_assert_int_eq(strspn(hostile, "_xyktsrjon-"), strcspn(hostile, "-") + 1);
	ck_assert(sidecar_is_file_name(hostile));
	ck_assert(sidecar_is_file_name(none));
	ck_assert_uint_lt(strlen(lengthy), 224);
}

static const struct {
	const char *label;
	bool is;
} file_names[] = {
	{ "a.ktstr.json", true },
	{ "a.ktstr.b.json", true },
	{ "a-0123.ktstr.json", true },
	{ "a.json", false },
	{ "a.ktstr.jsonl", false },
	{ "a.ktstr.JSON", false },
	{ ".a.ktstr.json", false },
	{ ".tmp-1", false },
	{ "a.ktstr.json.bak", false },
	{ "aktstr.json", false },
	{ "", false },
};
TEST_ROWS(record_file_name, file_names)
{
	ck_assert_int_eq(sidecar_is_file_name(row->label), row->is);
}

TEST(record_reads_what_was_written)
{
	_cleanup_json_ struct json_object *o = NULL;
	_cleanup_free_ char *text = NULL, *path = NULL;
	struct err err = ERR_INIT;
	struct sidecar a, b;

	sample_sidecar(&a, "t", 3);
	o = json_encode(&sidecar_table, &a);
	text = json_text(o, true);
	path = write_text(text);
	json_init(&sidecar_table, &b);
	ASSERT_OK(sidecar_read(AT_FDCWD, path, &b, &err));
	ck_assert(json_equal(&sidecar_table, &a, &b));
	json_done(&sidecar_table, &a);
	json_done(&sidecar_table, &b);
}

TEST(record_takes_newer_schema_and_unknown_keys)
{
	_cleanup_json_ struct json_object *o = NULL;
	_cleanup_free_ char *text = NULL, *path = NULL;
	struct err err = ERR_INIT;
	struct sidecar a, b;

	sample_sidecar(&a, "t", 3);
	a.schema = 99;
	o = json_encode(&sidecar_table, &a);
	json_object_object_add(o, "from_the_future", json_object_new_array());
	text = json_text(o, true);
	path = write_text(text);
	json_init(&sidecar_table, &b);
	ASSERT_OK(sidecar_read(AT_FDCWD, path, &b, &err));
	ck_assert_uint_eq(b.schema, 99);
	json_done(&sidecar_table, &a);
	json_done(&sidecar_table, &b);
}

static const struct {
	const char *label, *text, *says;
} bad_texts[] = {
	{ "empty", "", "JSON" },
	{ "torn", "{\"schema\": 1, \"test_na", "JSON" },
	{ "not an object", "[1]", "an object" },
	{ "no keys", "{}", "schema: is missing" },
	{ "wrong type", "{\"schema\": \"1\"}", "schema: expected a whole number" },
	{ "NaN", "{\"schema\": NaN}", "" },
};
TEST_ROWS(record_refuses, bad_texts)
{
	_cleanup_free_ char *path = write_text(row->text);
	struct err err = ERR_INIT;
	struct sidecar s;

	json_init(&sidecar_table, &s);
	ASSERT_ERR(sidecar_read(AT_FDCWD, path, &s, &err), ERR_FORMAT, row->says);
	ck_assert_msg(starts_with(err.msg, path), "%s", err.msg);
}

TEST(record_refuses_links_pipes_and_giants)
{
	_cleanup_free_ char *dir = test_tmpdir();
	_cleanup_free_ char *link = fs_join(dir, "l"), *fifo = fs_join(dir, "f");
	_cleanup_free_ char *giant = fs_join(dir, "g");
	struct err err = ERR_INIT;
	struct sidecar s;

	json_init(&sidecar_table, &s);
	ck_assert_int_eq(symlink("/etc/passwd", link), 0);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	ASSERT_OK(fs_write_atomic(AT_FDCWD, giant, "x", 1, 0644, &err));
	ck_assert_int_eq(truncate(giant, (off_t)SIDECAR_MAX + 1), 0);
	ASSERT_ERR(sidecar_read(AT_FDCWD, link, &s, &err), ERR_FORMAT, "symbolic link");
	ASSERT_ERR(sidecar_read(AT_FDCWD, fifo, &s, &err), ERR_FORMAT, "regular");
	ASSERT_ERR(sidecar_read(AT_FDCWD, dir, &s, &err), ERR_FORMAT, "regular");
	ASSERT_ERR(sidecar_read(AT_FDCWD, giant, &s, &err), ERR_LIMIT, "longer");
	ASSERT_ERR(sidecar_read(AT_FDCWD, "/nonexistent/x", &s, &err), ERR_NOT_FOUND, NULL);
}
