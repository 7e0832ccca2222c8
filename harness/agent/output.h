/* SPDX-License-Identifier: GPL-2.0-only */
/* What a program prints, bounded: its beginning and its end are kept, what is between is counted.
 * Pure. */
#ifndef AGENT_OUTPUT_H
#define AGENT_OUTPUT_H

#include "base/strbuf.h"

struct output {
	struct strbuf head; /* the first half of the bound */
	struct strbuf tail; /* a ring of the other half */
	size_t half, at;    /* at: where the next byte of the ring goes */
	uint64_t total;     /* bytes that came */
};

void output_init(struct output *o, size_t max_bytes);
void output_add(struct output *o, const char *data, size_t n);
/* All of it, printable: what is no text shows as \xNN. Caller frees. */
char *output_text(const struct output *o);
void output_done(struct output *o);

#endif
