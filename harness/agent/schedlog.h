/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel, libbpf and the verifier say of a scheduler, taken apart. Pure functions. */
#ifndef AGENT_SCHEDLOG_H
#define AGENT_SCHEDLOG_H

#include "base/strbuf.h"

/* Collected from the kernel's log lines, in order. */
struct schedlog {
	bool disabled;
	char *reason;        /* within the parentheses of "BPF scheduler "x" disabled (…)" */
	char *message;       /* what follows it: "x: …" */
	struct strbuf lines; /* all of sched_ext's lines, bounded */
	bool ours;           /* the line before was sched_ext's: a backtrace may follow */
};
void schedlog_done(struct schedlog *l);
/* One record of /dev/kmsg: "prefix;text\n KEY=value…". */
void schedlog_add(struct schedlog *l, const char *record);

/* The kind of struct wire_sched_exit from the kernel's reason line. */
const char *schedlog_kind(const char *reason);
/* The verifier's own verdict out of libbpf's log: the line before "processed N insns"; else the
 * log's last line; NULL when it is empty. The caller frees. */
char *schedlog_verdict(const char *log);
/* Appends a trace line's text ("… sched_ext_dump: text"), if it is one. */
void schedlog_add_dump(struct strbuf *dump, const char *line);

#endif
