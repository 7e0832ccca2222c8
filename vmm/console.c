/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "base/util.h"
#include "vmm/console.h"

/* The most telling first: an oops explains more than the panic it leads to, and memory that ran out
 * explains whatever the kernel says next. */
static const struct {
	const char *text, *kind;
} marks[] = {
	{ "Out of memory", CONSOLE_MEMORY },
	{ "System is deadlocked on memory", CONSOLE_MEMORY },
	{ "Initramfs unpacking failed: write error", CONSOLE_MEMORY },
	{ "BUG: soft lockup - ", CONSOLE_LOCKUP },
	{ "watchdog: Watchdog detected hard LOCKUP", CONSOLE_LOCKUP },
	{ "BUG: workqueue lockup", CONSOLE_LOCKUP },
	{ "BUG: ", CONSOLE_BUG },
	{ "kernel BUG at ", CONSOLE_BUG }, /* BUG() is an invalid instruction: an oops follows */
	{ "Oops: ", CONSOLE_BUG },
	{ "general protection fault", CONSOLE_BUG },
	{ "detected stall", CONSOLE_RCU_STALL },
	{ "detected expedited stalls on CPUs/tasks", CONSOLE_RCU_STALL },
	{ "Kernel panic - not syncing: RCU Stall", CONSOLE_RCU_STALL },
	{ " seconds.",
	  CONSOLE_HUNG_TASK }, /* "INFO: task a:7 blocked for more than 120 seconds." */
	{ "Kernel panic - not syncing: hung_task: ", CONSOLE_HUNG_TASK },
	{ "Kernel panic - not syncing: softlockup: ", CONSOLE_LOCKUP },
	{ "Kernel panic - not syncing: ", CONSOLE_PANIC },
	{ "page allocation failure: ", CONSOLE_MEMORY },
};

/* "[   12.345678] text": the text. A cold start has the firmware's last words before the first stamp. */
static const char *skip_stamp(const char *line, const char *end)
{
	for (const char *at = line; (at = memchr(at, '[', (size_t)(end - at))); at++) {
		const char *close = at + 1 + strspn(at + 1, " 0123456789.");

		if (*close == ']' && memchr(at, '.', (size_t)(close - at)))
			return close + 1 + strspn(close + 1, " ");
	}
	return line;
}

/* The line around `hit`. The caller frees. */
static char *line_at(const char *text, const char *hit)
{
	while (hit > text && hit[-1] != '\n')
		hit--;
	hit = skip_stamp(hit, hit + strcspn(hit, "\r\n"));
	return xstrndup(hit, strcspn(hit, "\r\n"));
}

/* The first line with the mark; that of a hung task has another text before it. */
static char *marked_line(const char *text, const char *mark)
{
	for (const char *hit = text; (hit = strstr(hit, mark)); hit++) {
		_cleanup_free_ char *line = line_at(text, hit);

		if (mark[0] != ' ' || strstr(line, " blocked for more than "))
			return steal_ptr(&line);
	}
	return NULL;
}

char *console_cause(const char *text, const char **kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		_cleanup_free_ char *line = marked_line(text, marks[i].text);

		if (!line)
			continue;
		if (kind)
			*kind = marks[i].kind;
		if (!streq(marks[i].kind, CONSOLE_MEMORY))
			return steal_ptr(&line);
		return xasprintf("out of memory in the guest: %s (use fewer workers, smaller maps, "
		                 "or a topology with more CPUs: it has more memory)",
		                 line);
	}
	return NULL;
}

char *console_last_line(const char *text)
{
	const char *end = text + strlen(text);

	while (end > text && strchr("\r\n ", end[-1]))
		end--;
	_cleanup_free_ char *head = xstrndup(text, (size_t)(end - text));

	return line_at(head, head + strlen(head));
}
