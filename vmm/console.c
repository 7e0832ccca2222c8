/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "base/util.h"
#include "vmm/console.h"

/* The most telling first: an oops explains more than the panic it leads to. */
static const char *const marks[] = {
	"BUG: ",
	"Oops: ",
	"general protection fault",
	"kernel BUG at ",
	"Kernel panic - not syncing: ",
};

static const char *skip_stamp(const char *line)
{
	const char *close;

	if (line[0] != '[')
		return line;
	close = strchr(line, ']');
	return close ? close + 1 + strspn(close + 1, " ") : line;
}

char *console_cause(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		const char *hit = strstr(text, marks[i]);
		const char *start = hit;

		if (!hit)
			continue;
		while (start > text && start[-1] != '\n')
			start--;
		start = skip_stamp(start);
		return xstrndup(start, strcspn(start, "\r\n"));
	}
	return NULL;
}
