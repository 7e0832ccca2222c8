/* SPDX-License-Identifier: GPL-2.0-only */
/* The output of a program, bounded: keeps its beginning and its end, and counts the bytes between.
 * Pure. */
#ifndef AGENT_OUTPUT_H
#define AGENT_OUTPUT_H

#include "base/strbuf.h"

struct output {
	struct strbuf head; /* the first max_bytes / 2 */
	struct strbuf tail; /* a ring with the last max_bytes / 2 */
	size_t half, at;    /* at: next position in the ring */
	uint64_t total;     /* bytes added */
};

void output_init(struct output *o, size_t max_bytes);
void output_add(struct output *o, const char *data, size_t n);
/* Head, a line that says how many bytes were left out, tail. Unprintable bytes show as \xNN. The
 * caller frees. */
char *output_text(const struct output *o);
void output_done(struct output *o);

#endif
