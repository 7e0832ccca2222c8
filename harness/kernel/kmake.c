/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/kernel/kmake.h"

#include <errno.h>
#include <poll.h>

#include "base/child.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/term.h"

#define LOG_MAX_BYTES (256u << 20)
#define NOTE_EVERY_NS (60 * NS_PER_SEC)

/* make while it runs: its output so far. */
struct watch {
	const struct kmake *m;
	FILE *log;
	struct strbuf line;
	size_t steps; /* files compiled, linked, made */
	uint64_t started, noted;
};

char *kmake_cause(const char *output)
{
	/* Beginnings of error messages of gcc, the linker and make; the most helpful first. */
	static const char *const marks[] = { "error:", "undefined reference", "*** " };

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		const char *at = strstr(output, marks[i]), *start = at;

		if (!at)
			continue;
		while (start > output && start[-1] != '\n')
			start--;
		return xstrndup(start, strcspn(start, "\n"));
	}
	return NULL;
}

static void show(struct watch *w, const char *step)
{
	uint64_t now = clock_mono_ns();
	unsigned long long s = (now - w->started) / NS_PER_SEC;
	_cleanup_free_ char *line = NULL;

	term_progress("%s: %zu steps, %llu:%02llu%s%s", w->m->what, w->steps, s / 60, s % 60,
	              *step ? ", " : "", step);
	if (!w->m->note || term_width(stderr) || now - w->noted < NOTE_EVERY_NS)
		return;
	w->noted = now;
	line = xasprintf("%s: %zu steps, %llu:%02llu", w->m->what, w->steps, s / 60, s % 60);
	w->m->note(line);
}

/* kbuild announces a step as "  CC      kernel/fork.o". */
static void take_line(struct watch *w)
{
	const char *line = strbuf_cstr(&w->line);

	if (starts_with(line, "  ")) {
		w->steps++;
		show(w, line + strspn(line, " "));
	}
	strbuf_reset(&w->line);
}

static void take(struct watch *w, const char *p, size_t n)
{
	(void)!fwrite(p, 1, n, w->log);
	fflush(w->log); /* so that `tail -f` shows it */
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\n')
			take_line(w);
		else if (w->line.n < 4096)
			strbuf_addc(&w->line, p[i]);
	}
}

/* Reads make's output until its end. */
static int read_all(struct watch *w, int fd, struct err *err)
{
	char chunk[1 << 14];
	ssize_t n;

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int ready = poll(&p, 1, 1000);

		if (ready == 0)
			show(w, "");
		if (ready == 0 || (ready < 0 && errno == EINTR))
			continue;
		n = read(fd, chunk, sizeof(chunk));
		if (n == 0)
			return 0;
		if (n < 0)
			return err_sys(err, errno, "make's output");
		take(w, chunk, (size_t)n);
	}
}

static void add_argv(const struct kmake *m, struct strv *argv)
{
	_cleanup_free_ char *ccache = fs_which("ccache");

	strv_addl(argv, "make", "-C", m->tree, NULL);
	strv_addf(argv, "O=%s", m->folder);
	strv_addf(argv, "-j%u", m->jobs);
	/* Makes the image depend on the source only, not on who builds it, where and when. */
	strv_addl(argv, "ARCH=x86_64", "LOCALVERSION=", "KBUILD_BUILD_USER=ktstr",
	          "KBUILD_BUILD_HOST=ktstr", "KBUILD_BUILD_TIMESTAMP=1970-01-01",
	          "KBUILD_BUILD_VERSION=1", NULL);
	if (ccache)
		strv_add(argv, "CC=ccache gcc");
	for (size_t i = 0; m->args[i]; i++)
		strv_add(argv, m->args[i]);
}

static int start(const struct kmake *m, struct child *c, int *out_fd, struct err *err)
{
	/* Variables by which a make that runs this program would change our make. */
	static const char *const env[] = { "LC_ALL=C",    "MAKEFLAGS=",     "MFLAGS=",
		                           "MAKELEVEL=0", "KBUILD_OUTPUT=", NULL };
	_cleanup_strv_ struct strv argv = STRV_INIT;
	int fds[2], r;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(err, errno, "pipe");
	add_argv(m, &argv);
	r = child_start(&(struct child_opts){ .argv = strv_argv(&argv),
	                                      .env = env,
	                                      .out_fd = fds[1],
	                                      .err_fd = fds[1],
	                                      .keep_fds = &m->lock_fd,
	                                      .n_keep_fds = 1 },
	                c, err);
	close(fds[1]);
	if (r < 0)
		close(fds[0]);
	else
		*out_fd = fds[0];
	return r;
}

static int judge(const struct kmake *m, const struct child *c, long log_start, struct err *err)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_free_ char *how = child_describe(c);
	_cleanup_free_ char *cause = NULL;
	struct err ignored = ERR_INIT;

	if (c->status == 0)
		return 0;
	if (fs_read(AT_FDCWD, m->log, LOG_MAX_BYTES, &text, &ignored) == 0 &&
	    text.n >= (size_t)log_start)
		cause = kmake_cause(strbuf_cstr(&text) + log_start);
	return err_set(err, ERR_CHILD, "make: %s (full output: %s)", cause ? cause : how, m->log);
}

int kmake_run(const struct kmake *m, struct err *err)
{
	_cleanup_file_ FILE *log = fopen(m->log, "ae");
	_cleanup_child_ struct child c = CHILD_INIT;
	_cleanup_close_ int fd = -1;
	struct watch w = { .m = m, .log = log, .started = clock_mono_ns() };
	long log_start;
	int r;

	if (!log || fseek(log, 0, SEEK_END) < 0 || (log_start = ftell(log)) < 0)
		return err_sys(err, errno, "%s", m->log);
	w.noted = w.started;
	r = start(m, &c, &fd, err);
	if (r == 0)
		r = read_all(&w, fd, err);
	strbuf_done(&w.line);
	fflush(log);
	if (r == 0)
		r = child_wait(&c, DEADLINE_NONE, err);
	term_progress_end();
	return r < 0 ? r : judge(m, &c, log_start, err);
}
