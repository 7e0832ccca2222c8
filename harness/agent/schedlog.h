/* SPDX-License-Identifier: GPL-2.0-only */
/* Parses what the kernel, libbpf and the verifier log about a scheduler. Pure functions. */
#ifndef AGENT_SCHEDLOG_H
#define AGENT_SCHEDLOG_H

#include "base/strbuf.h"

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

/* The `kind` of struct wire_sched_exit, derived from the kernel's reason. */
const char *schedlog_kind(const char *reason);
/* The verifier's verdict in libbpf's log: the line before "processed N insns", or without such a
 * line the log's last line; NULL when the log is empty. The caller frees. */
char *schedlog_verdict(const char *log);
/* Appends the text of a line of the dump ("… sched_ext_dump: text"). Other trace lines are
 * ignored. */
void schedlog_add_dump(struct strbuf *dump, const char *line);

#endif
