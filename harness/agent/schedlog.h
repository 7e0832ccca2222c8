/* SPDX-License-Identifier: GPL-2.0-only */
/* Parses what the kernel logs about a scheduler. Pure functions. */
#ifndef AGENT_SCHEDLOG_H
#define AGENT_SCHEDLOG_H

#include "base/strbuf.h"
#include "harness/wire/fault.h"

/* Collected from the kernel log, in order. */
struct schedlog {
	bool disabled;
	char *reason;        /* within the parentheses of "BPF scheduler "x" disabled (…)" */
	char *message;       /* the line after it, without its prefix "x: " */
	struct strbuf lines; /* all of sched_ext's lines, at most 64 KiB */
	bool ours;           /* the last line was sched_ext's; a backtrace may follow */
};
void schedlog_done(struct schedlog *l);
/* Adds one record of /dev/kmsg: "prefix;text\n KEY=value…". */
void schedlog_add(struct schedlog *l, const char *record);

/* What the kernel said last besides that a scheduler was enabled or disabled: why it refuses one, say. NULL:
 * nothing. The caller frees. */
char *schedlog_remark(const struct schedlog *l);

/* The way to fail that the kernel's reason and message tell; either may be NULL. */
enum fault schedlog_fault(const char *reason, const char *message);
/* The same two texts from the head of the kernel's dump. False: it has none. The caller frees; a
 * message may be NULL. */
bool schedlog_from_dump(const char *dump, char **reason, char **message);
/* Appends the text of a line of the dump ("… sched_ext_dump: text"). Other trace lines are
 * ignored. */
void schedlog_add_dump(struct strbuf *dump, const char *line);

#endif
