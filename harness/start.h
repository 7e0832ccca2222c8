/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the guest of a test starts: cold, or from a saved machine, which is made when there is none.
 * Two levels of saved machine: 1 has booted and has the tracing in it; 2 has the test's scheduler
 * attached, too. A scheduler that does not come up has no machine of level 2: its tests start from
 * level 1 and report how it fails.
 */
#ifndef HARNESS_START_H
#define HARNESS_START_H

#include "harness/env.h"
#include "harness/plan.h"

#define START_QUIET_NS         (50 * NS_PER_MS)
#define START_QUIET_TIMEOUT_NS (10 * NS_PER_SEC)

struct start {
	struct vm_image image; /* VM_IMAGE_NONE: cold */
	char key[65];
	int level;      /* 1 or 2; 0: cold */
	char *why_cold; /* NULL: not cold */
	char *note;     /* for the person: an image was dropped; NULL: none */
};
#define START_NONE                                                                                 \
	{                                                                                          \
		.image = {.state = -1 }                                                            \
	}

/* spec: as for a cold start; job: the test's. ERR_UNSUPPORTED and others when a saved machine was
 * asked for and cannot be had; without that wish the start is cold then. */
int start_choose(const struct harness_env *env, const struct test *t, const struct job *job,
                 const struct vm_spec *spec, struct start *out, struct err *err) MUST_CHECK;
void start_done(struct start *s);
/* Whether the VM ended because the user's own limit was over: that says nothing about a saved machine. */
bool start_was_cut_short(const struct harness_env *env, const struct vm_result *vm);

#endif
