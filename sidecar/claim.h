/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which invocation a run directory belongs to. Kept beside the lock, in {root}/.locks:
 *
 *	{key}.run	held with a shared flock by every process of the invocation while it has the
 *			directory open: whether an invocation lives is whether anybody holds it
 *	{key}.json	the token: the invocation's id, who claimed it, whether it has cleared yet
 *
 * All functions are called with {key}.lock held.
 */
#ifndef SIDECAR_CLAIM_H
#define SIDECAR_CLAIM_H

#include "base/err.h"
#include "base/json.h"

struct claim_token {
	char *run_id;
	int64_t pid;          /* who claimed it first */
	uint64_t start_ticks; /* its start time, /proc/PID/stat field 22 */
	char *since;          /* UTC */
	bool cleared;
	char *previous; /* id of the invocation whose files were there; NULL: not known */
};
extern const struct json_table claim_token_table;

struct claim {
	int live_fd; /* -1: not ours */
	bool first;  /* this call made the token: no process of the invocation was here before */
};

#define CLAIM_INIT                                                                                 \
	{                                                                                          \
		.live_fd = -1                                                                      \
	}

/* Joins the invocation `run_id`, or takes over from a dead one. ERR_BUSY when another one lives:
 * the message names it. */
int claim_take(int locks_fd, const char *key, const char *run_id, struct claim *out,
               struct err *err) MUST_CHECK;
void claim_done(struct claim *c);
/* Into an inited token; one that is absent or malformed stays empty. */
void claim_read(int locks_fd, const char *key, struct claim_token *out);
int claim_set_cleared(int locks_fd, const char *key, struct claim_token *t, struct err *err)
	MUST_CHECK;

#endif
