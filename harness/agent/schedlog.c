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

char *schedlog_remark(const struct schedlog *l)
{
	const char *remark = NULL;
	size_t n = 0;

	for (const char *line = strbuf_cstr(&l->lines); *line; line += strcspn(line, "\n") + 1) {
		if (!starts_with(line, PREFIX) || starts_with(line, PREFIX "BPF scheduler \""))
			continue;
		remark = line + strlen(PREFIX);
		n = strcspn(remark, "\n");
	}
	return remark ? xstrndup(remark, n) : NULL;
}

enum fault schedlog_fault(const char *reason, const char *message)
{
	static const struct {
		const char *text;
		enum fault fault;
	} rows[] = {
		{ "runnable task stall", FAULT_STALL },
		{ "watchdog failed", FAULT_STALL },
		{ "scx_bpf_error", FAULT_BPF_ERROR },
		{ "runtime error", FAULT_ERROR },
		{ "unregistered from BPF", FAULT_EXIT },
		{ "unregistered from the main kernel", FAULT_HOTPLUG }, /* it has no other use */
		{ "unregistered", FAULT_UNREGISTERED },
		{ "Unregistered", FAULT_UNREGISTERED },
		{ "disabled by sysrq", FAULT_UNREGISTERED },
	};

	if (message && strstr(message, " going ") && strstr(message, "line, exiting scheduler"))
		return FAULT_HOTPLUG;
	if (message && starts_with(message, "ops.") && strstr(message, "init") &&
	    strstr(message, " failed ("))
		return FAULT_INIT;
	for (size_t i = 0; reason && i < ARRAY_SIZE(rows); i++)
		if (strstr(reason, rows[i].text))
			return rows[i].fault;
	return FAULT_UNKNOWN;
}

/* "  runnable task stall (worker[7] failed to run for 2.560s)" in the second line. */
bool schedlog_from_dump(const char *dump, char **reason, char **message)
{
	const char *at = strstr(dump, "triggered exit kind "), *open, *end;

	at = at ? strchr(at, '\n') : NULL;
	if (!at)
		return false;
	at += 1 + strspn(at + 1, " ");
	end = at + strcspn(at, "\n");
	open = memmem(at, (size_t)(end - at), " (", 2);
	if (!open || end[-1] != ')')
		return false;
	*reason = xstrndup(at, (size_t)(open - at));
	*message = open + 3 < end ? xstrndup(open + 2, (size_t)(end - open - 3)) : NULL;
	return true;
}

void schedlog_add_dump(struct strbuf *dump, const char *line)
{
	static const char mark[] = "sched_ext_dump: ";
	const char *at = strstr(line, mark);

	if (at)
		strbuf_addf(dump, "%s\n", at + strlen(mark));
}
