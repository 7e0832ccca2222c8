/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/scheduler_verdict.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tests/unit/test.h"

#define EXIT(n)   ((n) << 8) /* as waitpid() gives it */
#define SIGNAL(n) (n)

static const struct {
	const char *label;
	struct program_facts facts;
	enum program_news news;
	const char *kind, *reason; /* NULL: nothing wrong */
} rows[] = {
	{ "just started", { .attached = false }, PROGRAM_WAIT, NULL, NULL },
	{ "attached", { .attached = true }, PROGRAM_ATTACHED, NULL, NULL },
	{ "attached at the last moment",
	  { .attached = true, .late = true },
	  PROGRAM_ATTACHED,
	  NULL,
	  NULL },
	{ "a daemon starts", { .ended = true, .others = true }, PROGRAM_WAIT, NULL, NULL },
	{ "a daemon attached",
	  { .attached = true, .ended = true, .others = true },
	  PROGRAM_ATTACHED,
	  NULL,
	  NULL },
	{ "exits",
	  { .ended = true, .status = EXIT(3) },
	  PROGRAM_FAILED,
	  "early exit",
	  "exited with status 3 before it attached" },
	{ "exits as if all was well",
	  { .ended = true },
	  PROGRAM_FAILED,
	  "early exit",
	  "exited with status 0 before it attached" },
	{ "fails and leaves others behind",
	  { .ended = true, .others = true, .status = EXIT(1) },
	  PROGRAM_FAILED,
	  "early exit",
	  "exited with status 1 before it attached" },
	{ "crashes",
	  { .ended = true, .status = SIGNAL(11) },
	  PROGRAM_FAILED,
	  "early exit",
	  "was killed by signal 11 (Segmentation fault) before it attached" },
	{ "hangs", { .late = true }, PROGRAM_FAILED, "no attach", "did not attach within 1.5 s" },
	{ "a daemon hangs",
	  { .late = true, .ended = true, .others = true },
	  PROGRAM_FAILED,
	  "no attach",
	  "did not attach within 1.5 s after its first process had ended" },
	{ "exits later",
	  { .attached = true, .disabled = true, .ended = true, .status = EXIT(4) },
	  PROGRAM_FAILED,
	  "late exit",
	  "exited with status 4 while its scheduler was attached" },
	{ "is killed later",
	  { .attached = true, .disabled = true, .ended = true, .status = SIGNAL(9) },
	  PROGRAM_FAILED,
	  "late exit",
	  "was killed by signal 9 (Killed) while its scheduler was attached" },
	{ "detaches",
	  { .attached = true, .disabled = true },
	  PROGRAM_FAILED,
	  "detach",
	  "detached by itself while running" },
	{ "a daemon detaches",
	  { .attached = true, .disabled = true, .ended = true, .others = true },
	  PROGRAM_FAILED,
	  "detach",
	  "detached by itself while running" },
};

TEST_ROWS(a_program_is_judged, rows)
{
	struct program_facts f = row->facts;
	_cleanup_free_ char *reason = NULL;
	enum fault fault;

	f.timeout_ns = 3 * NS_PER_SEC / 2;
	ck_assert_int_eq(program_news(&f), row->news);
	fault = program_blame(&f, &reason);
	ck_assert_pstr_eq(fault == FAULT_COUNT ? NULL : fault_name(fault), row->kind);
	ck_assert_pstr_eq(reason, row->reason);
}

static const struct {
	const char *label;
	bool complains;
} lines[] = {
	{ "./sx: invalid option -- 'z'", true },
	{ "sx: unrecognized option '--slize'", true },
	{ "sx: option requires an argument -- 's'", true },
	{ "sx: option '--slice' requires an argument", true },
	{ "sx: option '--s' is ambiguous; possibilities: '--slice' '--stats'", true },
	{ "error: unexpected argument '-z' found", true },
	{ "Error: Failed to attach struct ops", true },
	{ "  -h            Display this help and exit", false },
	{ "Usage: sx [-s SLICE]", false },
	{ "libbpf: prog 'enqueue': no error: 0", false },
};
TEST_ROWS(a_complaint_is_told_from_a_usage, lines)
{
	ck_assert_int_eq(program_complains(row->label), row->complains);
}
