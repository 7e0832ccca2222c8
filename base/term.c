/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdarg.h>
#include <sys/ioctl.h>

#include "base/mem.h"
#include "base/parse.h"
#include "base/term.h"
#include "base/variable.h"

#define RESET  "\033[0m"
#define ERASE  "\r\033[K"
#define WIDEST 10000

static const char *const escapes[] = {
	[TERM_PLAIN] = "",        [TERM_GOOD] = "\033[32m", [TERM_BAD] = "\033[31m",
	[TERM_WARN] = "\033[33m", [TERM_DIM] = "\033[2m",   [TERM_HEAD] = "\033[1m",
};

static const char *const when_names[] = {
	[TERM_AUTO] = "auto",
	[TERM_ALWAYS] = "always",
	[TERM_NEVER] = "never",
};

static enum term_when color_when;
static bool progress_shown;

void term_set_color(enum term_when when)
{
	color_when = when;
}

int term_parse_when(const char *s, enum term_when *out, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(when_names); i++) {
		if (streq(s, when_names[i])) {
			*out = (enum term_when)i;
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "--color: \"%.32s\" is not auto, always or never", s);
}

static bool is_terminal(FILE *f)
{
	return fileno(f) >= 0 && isatty(fileno(f));
}

bool term_use_color(FILE *f)
{
	const char *term = variable_get(VAR_TERM);

	if (color_when != TERM_AUTO)
		return color_when == TERM_ALWAYS;
	return !variable_get(VAR_NO_COLOR) && !(term && streq(term, "dumb")) && is_terminal(f);
}

void term_put(FILE *f, enum term_color c, const char *text)
{
	bool colored = c != TERM_PLAIN && *text && term_use_color(f);

	if (colored)
		fputs(escapes[c], f);
	fputs(text, f);
	if (colored)
		fputs(RESET, f);
}

void term_print(FILE *f, enum term_color c, const char *fmt, ...)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	if (progress_shown && is_terminal(f))
		term_progress_end();
	term_put(f, c, strbuf_cstr(&b));
}

unsigned int term_width(FILE *f)
{
	const char *columns = variable_get(VAR_COLUMNS);
	struct winsize ws = { 0 };
	struct err err = ERR_INIT;
	uint64_t n;

	if (!is_terminal(f))
		return 0;
	if (columns && parse_u64(columns, "COLUMNS", 1, WIDEST, &n, &err) == 0)
		return (unsigned int)n;
	if (ioctl(fileno(f), TIOCGWINSZ, &ws) < 0 || !ws.ws_col)
		return 80;
	return ws.ws_col;
}

/* Bytes of the first `width` characters of valid UTF-8. */
static size_t bytes_of(const char *s, size_t width)
{
	size_t n = strlen(s), i = 0;

	while (i < n && width-- > 0)
		i += utf8_char(s + i, n - i);
	return i;
}

/* Adds s; "…" replaces what does not fit. */
static void add_cut(struct strbuf *b, const char *s, size_t width)
{
	if (utf8_width(s) <= width) {
		strbuf_adds(b, s);
	} else if (width > 0) {
		strbuf_add(b, s, bytes_of(s, width - 1));
		strbuf_adds(b, "…");
	}
}

void term_progress(const char *fmt, ...)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT, shown = STRBUF_INIT, line = STRBUF_INIT;
	unsigned int width = term_width(stderr);
	va_list ap;

	if (!width)
		return;
	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	strbuf_add_printable(&shown, strbuf_cstr(&text), text.n, false);
	strbuf_adds(&line, ERASE);
	/* One column stays free: a full line would wrap. */
	add_cut(&line, strbuf_cstr(&shown), width - 1);
	fputs(strbuf_cstr(&line), stderr);
	fflush(stderr);
	progress_shown = true;
}

void term_progress_end(void)
{
	if (!progress_shown)
		return;
	fputs(ERASE, stderr);
	fflush(stderr);
	progress_shown = false;
}
