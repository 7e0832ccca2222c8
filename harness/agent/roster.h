/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Works out before the run which workers each spawn op starts: one batch per spawn op, with its
 * place among all workers of the job. Pure.
 */
#ifndef AGENT_ROSTER_H
#define AGENT_ROSTER_H

#include "base/err.h"
#include "harness/wire/job.h"

#define ROSTER_MAX 4096 /* workers in all */

struct roster_batch {
	uint32_t op;                 /* index into job.ops */
	uint32_t work;               /* index into job.works */
	uint32_t spawn;              /* 0 for the work's first spawn, 1 for its second … */
	uint32_t workers, group;     /* in all; per group */
	uint32_t first, first_group; /* index of its first worker, of its first group */
};

struct roster {
	struct roster_batch *batches; /* in the ops' order */
	size_t n;
	uint32_t workers, groups; /* in all */
};

int roster_make(const struct job *job, struct roster *out, struct err *err) MUST_CHECK;
/* The batch of an op, or NULL if it is not a spawn op. */
struct roster_batch *roster_of_op(const struct roster *r, uint32_t op);
void roster_done(struct roster *r);

/* Affinity lists are dealt out in turn: worker i gets list i % n. Two workers i and k of a batch
 * have been given the same CPUs if i % lists == k % lists (0: all have). Returns `lists` after
 * another n lists were dealt out; `workers` is the size of the batch. */
uint32_t roster_join_lists(uint32_t lists, size_t n, uint32_t workers);
/* Workers of one work and spawn with the same number are comparable: they have the same role in
 * their group and were given the same CPUs. */
uint32_t roster_kin(int type, uint32_t lists, uint32_t index, uint32_t member);

/* The seed of a worker's random numbers. Depends on the job's seed, its work, spawn and index only,
 * not on what else was started before. */
uint64_t roster_seed(uint64_t seed, const struct roster_batch *b, uint32_t index);

#endif
