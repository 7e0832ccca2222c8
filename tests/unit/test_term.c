/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/term.h"

/* A terminal of a given width, and the text written to it. */
struct screen {
	int master;
	FILE *f;
};

static struct screen screen_new(unsigned short width)
{
	struct winsize ws = { .ws_row = 24, .ws_col = width };
	struct screen s = { .master = posix_openpt(O_RDWR | O_NOCTTY) };
	struct termios t;
	int slave;

	ck_assert_int_ge(s.master, 0);
	ck_assert_int_eq(grantpt(s.master) | unlockpt(s.master), 0);
	slave = open(ptsname(s.master), O_RDWR | O_NOCTTY);
	ck_assert_int_ge(slave, 0);
	tcgetattr(slave, &t);
	cfmakeraw(&t);
	tcsetattr(slave, TCSANOW, &t);
	ioctl(slave, TIOCSWINSZ, &ws);
	s.f = fdopen(slave, "w");
	unsetenv("COLUMNS");
	unsetenv("NO_COLOR");
	setenv("TERM", "xterm", 1);
	return s;
}

/* The kernel passes on written text later and in pieces. */
static void check_screen(struct screen *s, const char *want)
{
	struct pollfd p = { .fd = s->master, .events = POLLIN };
	char got[8192];
	size_t n = 0;

	fflush(s->f);
	while (n < strlen(want) && poll(&p, 1, 30000) == 1) {
		ssize_t r = read(s->master, got + n, sizeof(got) - 1 - n);

		ck_assert_int_gt(r, 0);
		n += (size_t)r;
	}
	got[n] = '\0';
	ck_assert_str_eq(got, want);
	fclose(s->f);
	close(s->master);
}

/* stderr is the screen, for progress. */
static int take_stderr(struct screen *s)
{
	int saved = dup(STDERR_FILENO);

	fflush(stderr);
	dup2(fileno(s->f), STDERR_FILENO);
	return saved;
}

static void give_stderr_back(int saved)
{
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
}

static char *printed(const struct table *t)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	table_print(t, f);
	fclose(f);
	return text;
}

static void check_printed(const struct table *t, const char *want)
{
	_cleanup_free_ char *got = printed(t);

	ck_assert_str_eq(got, want);
}

static const struct table_col cols[] = {
	{ "NAME", .shrink = true },
	{ "N", .right = true },
	{ "NOTE", .shrink = true },
};

static void fill(struct table *t)
{
	table_row(t);
	table_cell(t, TERM_GOOD, "%s", "short");
	table_cell(t, TERM_PLAIN, "%d", 1);
	table_cell(t, TERM_PLAIN, "note");
	table_row(t);
	table_cell(t, TERM_PLAIN, "a much longer name");
	table_cell(t, TERM_PLAIN, "%d", 12345);
	table_cell(t, TERM_PLAIN, "%s", "");
}

TEST(table_is_as_wide_as_its_cells)
{
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));

	fill(t);
	ck_assert_uint_eq(table_rows(t), 2);
	check_printed(t, "NAME                    N  NOTE\n"
	                 "short                   1  note\n"
	                 "a much longer name  12345\n");
}

TEST(table_without_rows_is_its_head)
{
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));

	check_printed(t, "NAME  N  NOTE\n");
	ck_assert_uint_eq(table_rows(t), 0);
}

TEST(table_with_missing_and_surplus_cells)
{
	_cleanup_table_ struct table *t = table_new(cols, 2);

	table_row(t);
	table_row(t);
	table_cell(t, TERM_PLAIN, "only");
	table_row(t);
	for (int i = 0; i < 5; i++)
		table_cell(t, TERM_PLAIN, "%d", i);
	check_printed(t, "NAME  N\n\nonly\n0     1\n");
}

TEST(table_counts_characters_not_bytes)
{
	_cleanup_table_ struct table *t = table_new(cols, 2);

	table_row(t);
	table_cell(t, TERM_PLAIN, "é…µ😀x");
	table_cell(t, TERM_PLAIN, "1");
	check_printed(t, "NAME   N\né…µ😀x  1\n");
}

TEST(table_escapes_what_drives_a_terminal)
{
	_cleanup_table_ struct table *t = table_new(cols, 2);

	table_row(t);
	table_cell(t, TERM_PLAIN, "a\033[2J\nb");
	table_cell(t, TERM_PLAIN, "1");
	check_printed(t, "NAME           N\na\\x1b[2J\\x0ab  1\n");
}

TEST(table_fits_the_terminal)
{
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));
	struct screen s = screen_new(25);

	fill(t);
	term_set_color(TERM_NEVER);
	table_print(t, s.f);
	check_screen(&s, "NAME                    N\n"
	                 "  NOTE\n"
	                 "short                   1\n"
	                 "  note\n"
	                 "a much longer name  12345\n");
}

TEST(table_puts_prose_on_several_lines)
{
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));
	struct screen s = screen_new(44);

	table_row(t);
	table_cell(t, TERM_PLAIN, "a_name");
	table_cell(t, TERM_PLAIN, "1234567890");
	table_cell(t, TERM_PLAIN, "what this is said in a few words");
	term_set_color(TERM_NEVER);
	table_print(t, s.f);
	check_screen(&s, "NAME             N  NOTE\n"
	                 "a_name  1234567890  what this is said in a\n"
	                 "                    few words\n");
}

TEST(table_breaks_a_word_only_if_it_is_wider_than_the_terminal)
{
	_cleanup_table_ struct table *t = table_new(cols, 2);
	struct screen s = screen_new(12);

	table_row(t);
	table_cell(t, TERM_PLAIN, "abcd/efghijklmnop");
	table_cell(t, TERM_PLAIN, "1");
	term_set_color(TERM_NEVER);
	table_print(t, s.f);
	check_screen(&s, "NAME\n  N\nabcd/\nefghijklmn\nop\n  1\n");
}

TEST(prose_goes_on_on_indented_lines)
{
	struct screen s = screen_new(20);

	term_prose(s.f, TERM_PLAIN, 4, "  what it is: a few words\033[m more");
	check_screen(&s, "  what it is: a few\n    words\\x1b[m more\n");
}

TEST(colour_of_cells_is_not_counted)
{
	_cleanup_table_ struct table *t = table_new(cols, 2);
	struct screen s = screen_new(80);

	table_row(t);
	table_cell(t, TERM_GOOD, "ok");
	table_cell(t, TERM_BAD, "1");
	table_print(t, s.f);
	check_screen(&s, "\033[1mNAME\033[0m  \033[1mN\033[0m\n"
	                 "\033[32mok\033[0m    \033[31m1\033[0m\n");
}

static const struct {
	const char *label, *no_color, *term;
	enum term_when when;
	bool terminal, want;
} colours[] = {
	{ "terminal", NULL, "xterm", TERM_AUTO, true, true },
	{ "pipe", NULL, "xterm", TERM_AUTO, false, false },
	{ "NO_COLOR", "1", "xterm", TERM_AUTO, true, false },
	{ "empty NO_COLOR", "", "xterm", TERM_AUTO, true, true },
	{ "dumb", NULL, "dumb", TERM_AUTO, true, false },
	{ "always on a pipe", NULL, "xterm", TERM_ALWAYS, false, true },
	{ "always beats NO_COLOR", "1", "xterm", TERM_ALWAYS, true, true },
	{ "never", NULL, "xterm", TERM_NEVER, true, false },
};
TEST_ROWS(colour_is_used, colours)
{
	struct screen s = screen_new(80);
	FILE *null = fopen("/dev/null", "w");

	setenv("TERM", row->term, 1);
	if (row->no_color)
		setenv("NO_COLOR", row->no_color, 1);
	term_set_color(row->when);
	ck_assert_int_eq(term_use_color(row->terminal ? s.f : null), row->want);
	fclose(null);
	fclose(s.f);
	close(s.master);
}

TEST(colour_names)
{
	enum term_when when = TERM_AUTO;
	struct err err = ERR_INIT;

	ASSERT_OK(term_parse_when("never", &when, &err));
	ck_assert_int_eq(when, TERM_NEVER);
	ASSERT_OK(term_parse_when("always", &when, &err));
	ck_assert_int_eq(when, TERM_ALWAYS);
	ASSERT_ERR(term_parse_when("sometimes", &when, &err), ERR_USAGE, "sometimes");
	ASSERT_ERR(term_parse_when("", &when, &err), ERR_USAGE, "--color");
	ck_assert_int_eq(when, TERM_ALWAYS);
}

TEST(width_of_a_stream)
{
	struct screen s = screen_new(132);
	FILE *null = fopen("/dev/null", "w");

	ck_assert_uint_eq(term_width(s.f), 132);
	ck_assert_uint_eq(term_width(null), 0);
	setenv("COLUMNS", "40", 1);
	ck_assert_uint_eq(term_width(s.f), 40);
	ck_assert_uint_eq(term_width(null), 0);
	setenv("COLUMNS", "nonsense", 1);
	ck_assert_uint_eq(term_width(s.f), 132);
	fclose(null);
	fclose(s.f);
	close(s.master);
}

TEST(progress_is_cut_replaced_and_taken_away)
{
	struct screen s = screen_new(10);
	int saved = take_stderr(&s);

	term_progress("%s", "1/2 a long line");
	term_progress("2/2");
	term_print(stderr, TERM_PLAIN, "result\n");
	term_progress_end();
	give_stderr_back(saved);
	check_screen(&s, "\r\033[K1/2 a lo…\r\033[K2/2\r\033[Kresult\n");
}

TEST(progress_shows_no_control_characters)
{
	struct screen s = screen_new(40);
	int saved = take_stderr(&s);

	term_progress("a\nb\033[H");
	give_stderr_back(saved);
	check_screen(&s, "\r\033[Ka\\x0ab\\x1b[H");
}

TEST(progress_on_a_pipe_is_silent)
{
	int p[2], saved = dup(STDERR_FILENO);
	char c;

	ck_assert_int_eq(pipe2(p, O_NONBLOCK), 0);
	fflush(stderr);
	dup2(p[1], STDERR_FILENO);
	term_progress("1/2");
	term_progress_end();
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	ck_assert_int_eq(read(p[0], &c, 1), -1);
}
