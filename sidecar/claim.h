/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which invocation a run directory belongs to. Two files in {root}/.locks, beside the lock:
 *
 *	{key}.run	Every process of the invocation holds a shared flock on it while it has the
 *			directory open. The invocation is alive while any process holds it.
 *	{key}.json	The token: the invocation's id, the process that claimed the directory
 *			first, and whether earlier results have been cleared.
 *
 * The caller of each function holds {key}.lock.
 */
#ifndef SIDECAR_CLAIM_H
#define SIDECAR_CLAIM_H

#include "base/err.h"
#include "base/json.h"

struct claim_token {
	char *run_id;
	int64_t pid;          /* the process that claimed the directory first */
	uint64_t start_ticks; /* its start time, /proc/PID/stat field 22 */
	char *since;          /* UTC */
	bool cleared;         /* the earlier invocation's results have been removed */
	char *previous;       /* id of the earlier invocation; NULL: not known */
};
extern const struct json_table claim_token_table;

struct claim {
	int live_fd; /* of {key}.run; -1: not claimed */
	bool first;  /* this call made the token: it is the invocation's first claim */
};

#define CLAIM_INIT                                                                                 \
	{                                                                                          \
		.live_fd = -1                                                                      \
	}

/* Joins the invocation `run_id`, or takes the directory over from an invocation that has ended.
 * ERR_BUSY when another invocation is alive; the message names it. */
int claim_take(int locks_fd, const char *key, const char *run_id, struct claim *out,
               struct err *err) MUST_CHECK;
void claim_done(struct claim *c);
/* Reads the token into *out, which the caller has json_init()ed. A token that is missing or
 * malformed leaves it so. */
void claim_read(int locks_fd, const char *key, struct claim_token *out);
int claim_set_cleared(int locks_fd, const char *key, struct claim_token *t, struct err *err)
	MUST_CHECK;

#endif
