/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/scheduler_verdict.h"

#include <sys/wait.h>

#include "base/clock.h"
#include "base/mem.h"

static bool ended_badly(const struct program_facts *f)
{
	return f->ended && f->status != 0;
}

static bool all_ended(const struct program_facts *f)
{
	return f->ended && !f->others;
}

enum program_news program_news(const struct program_facts *f)
{
	if (f->disabled)
		return PROGRAM_FAILED;
	if (f->attached)
		return PROGRAM_ATTACHED;
	return all_ended(f) || ended_badly(f) || f->late ? PROGRAM_FAILED : PROGRAM_WAIT;
}

static char *end_of(const struct program_facts *f, const char *when)
{
	if (WIFSIGNALED(f->status))
		return xasprintf("was killed by signal %d (%s) %s", WTERMSIG(f->status),
		                 strsignal(WTERMSIG(f->status)), when);
	return xasprintf("exited with status %d %s", WEXITSTATUS(f->status), when);
}

static enum fault blame_before_attach(const struct program_facts *f, char **reason)
{
	if (all_ended(f) || ended_badly(f)) {
		*reason = end_of(f, "before it attached");
		return FAULT_EARLY_EXIT;
	}
	if (!f->late)
		return FAULT_COUNT;
	*reason = xasprintf("did not attach within %.4g s%s", (double)f->timeout_ns / NS_PER_SEC,
	                    f->ended ? " after its first process had ended" : "");
	return FAULT_NO_ATTACH;
}

/* Of getopt_long(3) and argp; and how clap and anyhow, of Rust, begin. */
static const char *const complaints[] = {
	"invalid option -- ",     "unrecognized option '", "option requires an argument -- ",
	"' requires an argument", "' is ambiguous",        "' doesn't allow an argument",
};
static const char *const beginnings[] = { "error: ", "Error: " };

bool program_complains(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(complaints); i++)
		if (strstr(line, complaints[i]))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(beginnings); i++)
		if (starts_with(line, beginnings[i]))
			return true;
	return false;
}

enum fault program_blame(const struct program_facts *f, char **reason)
{
	if (!f->attached)
		return blame_before_attach(f, reason);
	if (!f->disabled)
		return FAULT_COUNT;
	if (all_ended(f) || ended_badly(f)) {
		*reason = end_of(f, "while its scheduler was attached");
		return FAULT_LATE_EXIT;
	}
	*reason = xstrdup("detached by itself while running");
	return FAULT_DETACH;
}
