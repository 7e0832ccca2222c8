/* SPDX-License-Identifier: GPL-2.0-only */
/* Words for a scheduler that exited or did not start. Pure. */
#ifndef JUDGE_EXIT_H
#define JUDGE_EXIT_H

#include "base/strv.h"
#include "harness/judge/judge_input.h"

/* The cause; the caller frees. Adds the evidence, a few lines. */
char *judge_exit_cause(const struct judge_input *in, const struct wire_sched_exit *e,
                       struct strv *evidence);

#endif
