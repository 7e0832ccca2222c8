/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/child.h"
#include "base/cmd.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/term.h"

/* What the command received. */
static struct seen {
	int argc, n;
	char *name, *text;
	struct strv list, rest;
} seen;

static int run_take(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	char **list = NULL;
	struct poptOption table[] = {
		{ "count", 'n', POPT_ARG_INT, &seen.n, 0, "how many", "N" },
		{ "text", 0, POPT_ARG_STRING, &seen.text, 0, "a text … of any length", "TEXT" },
		{ "kernel", 'k', POPT_ARG_ARGV, &list, 0, "a kernel, repeatable", "K" },
		POPT_TABLEEND
	};
	int r = cmd_parse(self, table, argc, argv, &seen.rest, err);

	seen.argc = argc;
	seen.name = xstrdup(argv[0]);
	cmd_take_argv(&list, &seen.list);
	return r == CMD_RUN ? 30 : r;
}

static int run_bare(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	int r = cmd_parse(self, NULL, argc, argv, NULL, err);

	return r == CMD_RUN ? 31 : r;
}

static int run_print(const struct cmd *self UNUSED, int argc UNUSED, const char **argv UNUSED,
                     struct err *err UNUSED)
{
	puts("result");
	return EXIT_WORSE;
}

static enum err_code fail_with = ERR_USAGE;

static int run_fail(const struct cmd *self UNUSED, int argc UNUSED, const char **argv UNUSED,
                    struct err *err)
{
	return err_set(err, fail_with, "it went wrong");
}

/* A program inside the program. */
static int run_inner(const struct cmd *self UNUSED, int argc, const char **argv,
                     struct err *err UNUSED)
{
	static const struct cmd fail = { "fail", "fails", NULL, NULL, run_fail };
	static const struct cmd *const inner_cmds[] = { &fail };
	static const struct cmd_program inner = { "prog inner", "is inside", NULL,
		                                  inner_cmds,   1,           NULL };

	return cmd_main(&inner, argc, argv);
}

static const struct cmd take = { "take", "takes options", "[OPTION...] [WORD...]",
	                         "More about take.", run_take };
static const struct cmd bare = { "bare", "takes nothing", NULL, NULL, run_bare };
static const struct cmd print = { "print", "prints", NULL, NULL, run_print };
static const struct cmd fail = { "fail", "fails", NULL, NULL, run_fail };
static const struct cmd inner = { "inner", "has commands", NULL, NULL, run_inner };
static const struct cmd *const cmds[] = { &take, &bare, &print, &fail, &inner };
static const struct cmd_program prog = { "prog", "does things",    "Examples: none",
	                                 cmds,   ARRAY_SIZE(cmds), NULL };
static const struct cmd_program with_fallback = { "prog", "does things",    NULL,
	                                          cmds,   ARRAY_SIZE(cmds), &take };

static void seen_done(void)
{
	free(seen.name);
	free(seen.text);
	strv_done(&seen.list);
	strv_done(&seen.rest);
}

/* Runs cmd_main() with both streams captured in memory. */
struct said {
	int status;
	char *out, *err;
};

static char *slurp(int fd)
{
	_cleanup_free_ char *path = xasprintf("/proc/self/fd/%d", fd);
	struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;

	lseek(fd, 0, SEEK_SET);
	ASSERT_OK(fs_read(AT_FDCWD, path, 1 << 20, &b, &err));
	return strbuf_steal(&b);
}

static struct said run_main(const struct cmd_program *p, const char *line)
{
	_cleanup_strv_ struct strv argv = STRV_INIT;
	_cleanup_free_ char *dir = test_tmpdir();
	int saved[2] = { dup(1), dup(2) }, file[2];
	struct said s;

	strv_add(&argv, "prog");
	strv_split(&argv, line, " ");
	fflush(NULL);
	for (int i = 0; i < 2; i++) {
		file[i] = open(dir, O_TMPFILE | O_RDWR, 0600);
		ck_assert_int_ge(file[i], 0);
		dup2(file[i], i + 1);
	}
	s.status = cmd_main(p, (int)argv.n, (const char **)argv.v);
	fflush(NULL);
	for (int i = 0; i < 2; i++) {
		dup2(saved[i], i + 1);
		close(saved[i]);
	}
	s.out = slurp(file[0]);
	s.err = slurp(file[1]);
	close(file[0]);
	close(file[1]);
	return s;
}

static void said_done(struct said *s)
{
	free(s->out);
	free(s->err);
	seen_done();
}

static const struct {
	const char *label;
	int status;
	const char *out, *err; /* NULL: empty; else part of the output */
} lines[] = {
	{ "", EXIT_USAGE, NULL, "Usage: prog COMMAND" },
	{ "--help", EXIT_OK, "  take   takes options\n  bare   takes nothing", NULL },
	{ "-h", EXIT_OK, "Examples: none", NULL },
	{ "help", EXIT_OK, "Usage: prog COMMAND", NULL },
	{ "help take", EXIT_OK, "Usage: prog take [OPTION...] [WORD...]", NULL },
	{ "help tkae", EXIT_USAGE, NULL, "did you mean \"take\"?" },
	{ "--version", EXIT_OK, "prog " KTSTR_VERSION "\n", NULL },
	{ "tkae", EXIT_USAGE, NULL, "prog: unknown command \"tkae\"; did you mean \"take\"?\n" },
	{ "xyzzy", EXIT_USAGE, NULL,
	  "prog: unknown command \"xyzzy\"; 'prog --help' lists them\n" },
	{ "--kernel 6", EXIT_USAGE, NULL, "unknown command \"--kernel\"" },
	{ "print", EXIT_WORSE, "result\n", NULL },
	{ "take", 30, NULL, NULL },
	{ "take --help", EXIT_OK, "-n, --count=N", NULL },
	{ "take --help", EXIT_OK, "a text … of any length\n", NULL },
	{ "take -h", EXIT_OK, "More about take.", NULL },
	{ "take --count 3 --help", EXIT_OK, "--color=WHEN", NULL },
	{ "take --cuont 3", EXIT_USAGE, NULL,
	  "prog take: unknown option \"--cuont\"; did you mean \"--count\"?\n" },
	{ "take --cuont=3", EXIT_USAGE, NULL, "unknown option \"--cuont\"; did you mean" },
	{ "take --colr always", EXIT_USAGE, NULL, "did you mean \"--color\"?" },
	{ "take --xyzzyxyzzy", EXIT_USAGE, NULL, "prog take: unknown option \"--xyzzyxyzzy\"\n" },
	{ "take -q", EXIT_USAGE, NULL, "unknown option \"-q\"" },
	{ "take --count", EXIT_USAGE, NULL, "--count: missing argument" },
	{ "take --count x", EXIT_USAGE, NULL, "prog take: x: invalid numeric value" },
	{ "take --color pink", EXIT_USAGE, NULL, "\"pink\" is not auto, always or never" },
	{ "bare", 31, NULL, NULL },
	{ "bare --help", EXIT_OK, "Usage: prog bare", NULL },
	{ "bare word", EXIT_USAGE, NULL, "prog bare: unexpected argument \"word\"" },
	{ "bare --count 1", EXIT_USAGE, NULL, "unknown option \"--count\"" },
	{ "fail", EXIT_USAGE, NULL, "prog fail: it went wrong\n" },
	{ "inner fail", EXIT_USAGE, NULL, "prog inner fail: it went wrong\n" },
	{ "inner fial", EXIT_USAGE, NULL, "prog inner: unknown command \"fial\"" },
};

static void check_part(const char *got, const char *part)
{
	if (part ? !strstr(got, part) : *got != '\0')
		ck_abort_msg("\"%s\" instead of \"%s\"", got, part ? part : "");
}

TEST_ROWS(command_line, lines)
{
	CLEANUP(said_done) struct said s = run_main(&prog, row->label);

	ck_assert_int_eq(s.status, row->status);
	check_part(s.out, row->out);
	check_part(s.err, row->err);
}

TEST(options_and_words_arrive)
{
	CLEANUP(said_done)
	struct said s =
		run_main(&prog, "take a --count 3 -k 6.17 --text=hello b --kernel 7.0 -- --c");
	_cleanup_free_ char *rest = strv_join(&seen.rest, " ");
	_cleanup_free_ char *list = strv_join(&seen.list, " ");

	ck_assert_int_eq(s.status, 30);
	ck_assert_str_eq(seen.name, "prog take");
	ck_assert_int_eq(seen.n, 3);
	ck_assert_str_eq(seen.text, "hello");
	ck_assert_str_eq(rest, "a b --c");
	ck_assert_str_eq(list, "6.17 7.0");
}

TEST(colour_option_applies)
{
	CLEANUP(said_done) struct said s = run_main(&prog, "take --color always");

	ck_assert_int_eq(s.status, 30);
	ck_assert(term_use_color(stdout));
}

TEST(fallback_runs_without_a_command)
{
	CLEANUP(said_done) struct said s = run_main(&with_fallback, "--count 9 word");

	ck_assert_int_eq(s.status, 30);
	ck_assert_int_eq(seen.n, 9);
	ck_assert_uint_eq(seen.rest.n, 1);
}

TEST(fallback_without_anything)
{
	CLEANUP(said_done) struct said s = run_main(&with_fallback, "");

	ck_assert_int_eq(s.status, 30);
}

static const struct {
	const char *label;
} of_fallback[] = { { "--cuont 9" }, { "take --cuont 9" } };
TEST_ROWS(fallback_speaks_as_the_program, of_fallback)
{
	CLEANUP(said_done) struct said s = run_main(&with_fallback, row->label);

	ck_assert_int_eq(s.status, EXIT_USAGE);
	check_part(s.err, "prog: unknown option \"--cuont\"");
}

TEST(fallback_does_not_hide_a_wrong_command)
{
	CLEANUP(said_done) struct said s = run_main(&with_fallback, "tkae");

	ck_assert_int_eq(s.status, EXIT_USAGE);
	check_part(s.err, "did you mean \"take\"");
}

static const struct {
	const char *label;
	enum err_code code;
	int status;
} kinds[] = {
	{ "usage", ERR_USAGE, EXIT_USAGE },   { "not found", ERR_NOT_FOUND, EXIT_USAGE },
	{ "system", ERR_SYSTEM, EXIT_INFRA }, { "format", ERR_FORMAT, EXIT_INFRA },
	{ "limit", ERR_LIMIT, EXIT_INFRA },   { "timeout", ERR_TIMEOUT, EXIT_INFRA },
	{ "busy", ERR_BUSY, EXIT_INFRA },     { "cancelled", ERR_CANCELLED, EXIT_INFRA },
	{ "child", ERR_CHILD, EXIT_INFRA },   { "unsupported", ERR_UNSUPPORTED, EXIT_INFRA },
};
TEST_ROWS(exit_code_of_an_error, kinds)
{
	CLEANUP(said_done) struct said s = { 0 };

	fail_with = row->code;
	s = run_main(&prog, "fail");
	ck_assert_int_eq(s.status, row->status);
}

TEST(a_full_disk_is_not_success)
{
	int saved = dup(1), full = open("/dev/full", O_WRONLY), saved_err = dup(2);
	const char *argv[] = { "prog", "print", NULL };
	int null = open("/dev/null", O_WRONLY), status;

	ck_assert_int_ge(full, 0);
	fflush(NULL);
	dup2(full, 1);
	dup2(null, 2);
	status = cmd_main(&prog, 2, argv);
	dup2(saved, 1);
	dup2(saved_err, 2);
	ck_assert_int_eq(status, EXIT_INFRA);
}
