/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Holds results against objectives. A row of the file makes one line for each test under each setting that
 * it matches, and one line without data if it matches none. Pure: no files.
 */
#ifndef STATS_OBJECTIVE_JUDGE_H
#define STATS_OBJECTIVE_JUDGE_H

#include "stats/infer/infer.h"
#include "stats/objective.h"
#include "stats/pool.h"

/* X(id, name, doc) */
#define OBJECTIVE_STATUSES(X)                                                                      \
	X(OBJECTIVE_PASS, "pass", "the whole interval is within the bound and its tolerance")      \
	X(OBJECTIVE_FAIL, "fail", "the whole interval is beyond them")                             \
	X(OBJECTIVE_UNDECIDED, "undecided",                                                        \
	  "the interval reaches across, or there are fewer repeats than the row wants")            \
	X(OBJECTIVE_NO_DATA, "no data",                                                            \
	  "too few of the results that count have the figure, or they are not alike: the note "    \
	  "says which")                                                                            \
	X(OBJECTIVE_NOT_JUDGED, "not judged",                                                      \
	  "the value is below the floor, or the times are those of emulation")

enum objective_status {
#define X(id, name, doc) id,
	OBJECTIVE_STATUSES(X)
#undef X
	OBJECTIVE_STATUS_COUNT
};
extern const struct json_names objective_status_names;
extern const char *const objective_status_docs[OBJECTIVE_STATUS_COUNT];

struct objective_line {
	const struct objective *row;
	char *name;                  /* owned */
	const char *unit;            /* of value and bound; NULL: none */
	struct infer_interval value; /* NaN: no data */
	size_t n[SIDES];             /* runs that count; an absolute value is on side B */
	enum objective_status status;
	bool open;  /* not judged although it should have been */
	char *note; /* or NULL; owned */
};

struct verdict_of_objectives {
	struct objective_line *v;
	size_t n;
	size_t by[OBJECTIVE_STATUS_COUNT]; /* lines of strict rows */
	int exit_status;                   /* as objectives_exit() */
};

/* What a line has to say about the exit status. */
struct objective_vote {
	enum objective_status status;
	enum objective_level level;
	bool open, optional;
};
/* 1: a strict row fails; 3: nothing was judged, or a strict row is undecided, or one that is not
 * optional has no data or is open; else 0. */
int objectives_exit(const struct objective_vote *v, size_t n);
/* "pass", "fail" or "undecided" for what objectives_exit() returns. */
const char *objectives_word(int exit_status);

struct objective_opts {
	const struct filters *filters;
	const struct strv *picked; /* -E; or NULL */
};

/* ERR_USAGE: a row wants what the results cannot give: the unit does not convert, no metric has the
 * name, absolute times would be judged across different machines or clocks. The message begins with the
 * row's place. */
int objectives_judge(const struct objectives *o, const struct pool *p,
                     const struct objective_opts *opts, struct verdict_of_objectives *out,
                     struct err *err) MUST_CHECK;
void verdict_of_objectives_done(struct verdict_of_objectives *v);

#endif
