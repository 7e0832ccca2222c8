/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/schedlog.h"

#include "base/mem.h"

#define PREFIX    "sched_ext: "
#define LINES_MAX (64u << 10)

void schedlog_done(struct schedlog *l)
{
	free(l->reason);
	free(l->message);
	strbuf_done(&l->lines);
	*l = (struct schedlog){ .disabled = false };
}

/* "BPF scheduler "x" disabled (reason)" */
static bool take_reason(struct schedlog *l, const char *text)
{
	const char *at = strstr(text, "\" disabled (");
	size_t n;

	if (!starts_with(text, "BPF scheduler \"") || !at)
		return false;
	at += strlen("\" disabled (");
	n = strlen(at);
	if (n && at[n - 1] == ')')
		n--;
	l->disabled = true;
	free(l->reason);
	l->reason = xstrndup(at, n);
	return true;
}

/* The line after the reason: "name: message". */
static void take_message(struct schedlog *l, const char *text)
{
	const char *colon = strstr(text, ": ");

	if (l->disabled && !l->message && colon)
		l->message = xstrdup(colon + 2);
}

void schedlog_add(struct schedlog *l, const char *record)
{
	const char *text = strchr(record, ';');
	_cleanup_free_ char *line = NULL;

	if (!text)
		return;
	line = xstrndup(text + 1, strcspn(text + 1, "\n"));
	bool ours = starts_with(line, PREFIX);
	if (ours && !take_reason(l, line + strlen(PREFIX)))
		take_message(l, line + strlen(PREFIX));
	if (ours || (l->ours && starts_with(line, " "))) {
		if (l->lines.n < LINES_MAX)
			strbuf_addf(&l->lines, "%s\n", line);
		ours = true;
	}
	l->ours = ours;
}

const char *schedlog_kind(const char *reason)
{
	static const struct {
		const char *text, *kind;
	} rows[] = {
		{ "runnable task stall", "stall" },      { "watchdog failed", "stall" },
		{ "scx_bpf_error", "bpf error" },        { "runtime error", "error" },
		{ "unregistered", "unregistered" },      { "Unregistered", "unregistered" },
		{ "disabled by sysrq", "unregistered" },
	};

	for (size_t i = 0; reason && i < ARRAY_SIZE(rows); i++)
		if (strstr(reason, rows[i].text))
			return rows[i].kind;
	return "unknown";
}

char *schedlog_verdict(const char *log)
{
	const char *end = strstr(log, "\nprocessed "), *begin;

	if (!end) {
		end = log + strlen(log);
		while (end > log && end[-1] == '\n')
			end--;
	}
	for (begin = end; begin > log && begin[-1] != '\n'; begin--)
		;
	return begin == end ? NULL : xstrndup(begin, (size_t)(end - begin));
}

void schedlog_add_dump(struct strbuf *dump, const char *line)
{
	static const char mark[] = "sched_ext_dump: ";
	const char *at = strstr(line, mark);

	if (at)
		strbuf_addf(dump, "%s\n", at + strlen(mark));
}
