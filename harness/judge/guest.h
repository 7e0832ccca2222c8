/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one guest reported: the frames of the ring, decoded as they arrive and kept for the judge.
 *
 *	guest_report_init(&g)
 *	guest_report_read(&g, ring, size, &err)		again and again while the VM runs
 *	guest_report_done(&g)
 */
#ifndef JUDGE_GUEST_H
#define JUDGE_GUEST_H

#include "base/strbuf.h"
#include "harness/wire/report.h"
#include "harness/wire/ring.h"

struct guest_report {
	struct ring_reader reader;
	struct wire_hello *hello;                    /* NULL: the guest sent nothing */
	int phase;                                   /* the last that began; -1: none */
	JSON_ARRAY_OF(struct wire_sched) scheds;     /* each that was attached, in order */
	JSON_ARRAY_OF(struct wire_sched_exit) exits; /* each that exited or did not load */
	JSON_ARRAY_OF(struct wire_sched_output) sched_outputs; /* pieces, in order */
	JSON_ARRAY_OF(struct wire_sched_program)
	programs; /* of schedulers, in the order they ended */
	JSON_ARRAY_OF(struct wire_cgroup) cgroups;
	JSON_ARRAY_OF(struct wire_op) ops;           /* in the order they were done */
	JSON_ARRAY_OF(struct wire_payload) payloads; /* in the order they ended */
	JSON_ARRAY_OF(struct wire_bench) benches;    /* in the order they ended */
	struct wire_system *system;
	struct wire_settings *settings; /* NULL: it did not get that far */
	struct wire_shell *shell;       /* NULL: the user's program did not end, or there is none */
	struct strv log;
	struct strbuf raw;    /* all frames, one line of JSON each; bounded */
	struct wire_end *end; /* NULL: the guest was lost */
	uint64_t dropped;     /* frames that did not fit the ring */
	/* host CLOCK_MONOTONIC of the first frame and of the last; 0: none yet */
	uint64_t first_word_ns, last_word_ns;
};

/* The first scheduler attached; NULL: none. */
const struct wire_sched *guest_report_sched(const struct guest_report *g);
/* Ops detach and attach schedulers, so there may be several exits. The first unexpected one counts,
 * else the last; NULL: none. */
const struct wire_sched_exit *guest_report_exit(const struct guest_report *g);

/* The program of the job's scheduler 0; NULL: it has none, or it did not end. */
const struct wire_sched_program *guest_report_program(const struct guest_report *g);
/* All output of the program of scheduler `sched`; NULL: none. The caller frees. */
char *guest_report_sched_output(const struct guest_report *g, uint32_t sched);

void guest_report_init(struct guest_report *g);
void guest_report_done(struct guest_report *g);
/* Takes the new frames of the ring. 1: END was read. 0: more may come. Negative: the ring or a
 * frame is broken. */
int guest_report_read(struct guest_report *g, const uint8_t *ring, size_t size, struct err *err)
	MUST_CHECK;

#endif
