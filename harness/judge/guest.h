/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one guest said: the frames of the ring, decoded as they come and kept for the judge.
 */
#ifndef JUDGE_GUEST_H
#define JUDGE_GUEST_H

#include "base/strbuf.h"
#include "harness/wire/report.h"
#include "harness/wire/ring.h"

struct guest_report {
	struct ring_reader reader;
	struct wire_hello *hello;     /* NULL: it never spoke */
	int phase;                    /* last one entered, -1: none */
	struct wire_sched *sched;     /* the first attached; NULL: none was */
	struct wire_sched_exit *exit; /* the first unexpected, else the last; NULL: none went */
	JSON_ARRAY_OF(struct wire_cgroup) cgroups;
	JSON_ARRAY_OF(struct wire_op) ops;           /* as they were done */
	JSON_ARRAY_OF(struct wire_payload) payloads; /* as they ended */
	struct wire_system *system;
	struct strv log;
	struct strbuf raw;      /* every frame as it came, a line of JSON each; bounded */
	struct wire_end *end;   /* NULL: lost */
	uint64_t dropped;       /* frames that did not fit the ring */
	uint64_t first_word_ns; /* host CLOCK_MONOTONIC of the first frame seen, 0: none */
};

void guest_report_init(struct guest_report *g);
void guest_report_done(struct guest_report *g);
/* Takes what is new in the ring. 1: END was read, 0: more may come, negative: the ring is broken.
 */
int guest_report_read(struct guest_report *g, const uint8_t *ring, size_t size, struct err *err)
	MUST_CHECK;

#endif
