/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who is started when, counted out before anything runs: one batch per spawn op of the job, with
 * its place among all the workers there ever are. Pure.
 */
#ifndef AGENT_ROSTER_H
#define AGENT_ROSTER_H

#include "base/err.h"
#include "harness/wire/job.h"

#define ROSTER_MAX 4096 /* workers in all */

struct roster_batch {
	uint32_t op;                 /* index into job.ops */
	uint32_t work;               /* index into job.works */
	uint32_t spawn;              /* which time the work is started */
	uint32_t workers, group;     /* how many; of them to a group */
	uint32_t first, first_group; /* place among all */
};

struct roster {
	struct roster_batch *batches; /* in order of the ops */
	size_t n;
	uint32_t workers, groups; /* in all */
};

int roster_make(const struct job *job, struct roster *out, struct err *err) MUST_CHECK;
/* Of that op, or NULL when it spawns nothing. */
struct roster_batch *roster_of_op(const struct roster *r, uint32_t op);
void roster_done(struct roster *r);

/* Workers i and k were given the same CPUs when i % lists == k % lists; 0: all were. After another
 * n lists were given out to a batch of so many. */
uint32_t roster_join_lists(uint32_t lists, size_t n, uint32_t workers);
/* Of a work and spawn, those with the same number are alike: of one role in their groups, given the
 * same CPUs. */
uint32_t roster_kin(int type, uint32_t lists, uint32_t index, uint32_t member);

/* What chance means to one worker: of its work and spawn, whatever else was started before. */
uint64_t roster_seed(uint64_t seed, const struct roster_batch *b, uint32_t index);

#endif
