/* SPDX-License-Identifier: GPL-2.0-only */
/* Why an object was not loaded, from the messages of libbpf and of the verifier. Pure. */
#ifndef AGENT_LOADLOG_H
#define AGENT_LOADLOG_H

#include <stdint.h>

#include "harness/wire/fault.h"

struct loadlog {
	enum fault fault;
	char *text; /* one line; NULL: the log says nothing */
	char *map;  /* FAULT_MAP: its name */
};

/* The last error counts: libbpf warns of much that does no harm. */
void loadlog_read(const char *log, struct loadlog *out);
void loadlog_done(struct loadlog *l);
/* A copy in which lines that the verifier repeats, as it does for each turn of a loop, appear once
 * and then as a count. The caller frees. */
char *loadlog_collapsed(const char *log);

/* What the verifier's log of a program that it accepts says: BPF_LOG_STATS. U64_NONE: nothing. */
struct loadlog_figures {
	uint64_t states;      /* in all */
	uint64_t stack_bytes; /* of the deepest frame */
	uint64_t verify_ns;
};
void loadlog_figures(const char *log, struct loadlog_figures *out);

#endif
