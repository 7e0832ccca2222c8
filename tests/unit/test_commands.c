/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/commands.h"
#include "harness/variant.h"
#include "harness/wire/job.h"
#include "tests/unit/test.h"

static const struct {
	const char *label, *line;
	enum err_code code;
	const char *error;
} refused[] = {
	{ "empty", " ", ERR_USAGE, "the command is empty" },
	{ "quote", "sh -c 'echo", ERR_USAGE, "command" },
	{ "unknown", "no-such-program -x", ERR_NOT_FOUND,
	  "there is no executable \"no-such-program\"" },
};

TEST_ROWS(command_is_refused, refused)
{
	struct err err = ERR_INIT;

	ASSERT_ERR(command_check(row->line, &err), row->code, row->error);
}

TEST(commands_become_programs_with_their_path)
{
	char *lines[] = { (char *)"sh -c 'echo 1 >/x'", (char *)"/bin/true" };
	const struct strv on = { .v = lines, .n = 2 }, off = { .v = lines + 1, .n = 1 };
	const struct variant v = { .enable = &on, .disable = &off };
	struct err err = ERR_INIT;
	struct job job;

	json_init(&job_table, &job);
	ASSERT_OK(commands_fill(&v, &job, &err));
	ck_assert_uint_eq(job.enable.n, 2);
	ck_assert_uint_eq(job.disable.n, 1);
	ck_assert_str_eq(job.enable.v[0].text, lines[0]);
	ck_assert_uint_eq(job.enable.v[0].argv.n, 3);
	ck_assert_int_eq(job.enable.v[0].argv.v[0][0], '/');
	ck_assert_str_eq(job.enable.v[0].argv.v[2], "echo 1 >/x");
	json_done(&job_table, &job);
}
