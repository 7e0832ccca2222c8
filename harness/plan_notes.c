/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/plan_notes.h"

#include "base/term.h"

void plan_notes_kept(const struct earlier_kept *kept)
{
	term_print(
		stderr, TERM_WARN,
		"note: --rerun-failed: of %zu runs, %zu did not pass the last time, and %zu have "
		"no result\n",
		kept->all, kept->failed, kept->fresh);
}
