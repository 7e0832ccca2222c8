/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What to make of a scheduler that a program attaches: whether to go on waiting, and what the program
 * did wrong. Pure functions.
 */
#ifndef AGENT_SCHEDULER_VERDICT_H
#define AGENT_SCHEDULER_VERDICT_H

#include "base/util.h"
#include "harness/wire/fault.h"

struct program_facts {
	bool attached; /* a scheduler was enabled, even if only for a moment */
	bool disabled; /* it is no longer */
	bool ended;    /* the first process ended */
	int status;    /* if ended: as waitpid() gives it */
	bool others;   /* other processes of the program go on */
	bool late;     /* the time to attach is over */
	uint64_t timeout_ns;
};

enum program_news {
	PROGRAM_WAIT,
	PROGRAM_ATTACHED,
	PROGRAM_FAILED,
};

/* While the program has not attached its scheduler. A first process that ended with status 0 and left
 * others behind is a daemon, which may still attach. */
enum program_news program_news(const struct program_facts *f);
/* How it failed, and in *reason (the caller frees) what the program did, as the rest of a sentence:
 * "exited with status 3 before it attached". FAULT_COUNT: nothing is wrong. */
enum fault program_blame(const struct program_facts *f, char **reason);
/* Whether a program says in this line what it does not accept. Its usage may follow, so that the last
 * line does not tell why it ended. */
bool program_complains(const char *line);

#endif
