/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VM that the user works in: a shell on the user's terminal, or one command with its input, output and
 * exit status passed through. It is the VM of a test without a load: nothing is measured or recorded.
 */
#ifndef HARNESS_SHELL_VM_H
#define HARNESS_SHELL_VM_H

#include "harness/env.h"
#include "harness/kernel/kernel.h"
#include "harness/profile.h"
#include "harness/scheduler_spec.h"

struct variant;
struct shell_opts {
	const struct kernel *kernel;
	const struct scheduler_spec *scheduler; /* attached first */
	const struct variant *variant;          /* of it; NULL: it has none */
	const struct profile *profile;
	struct topo topo;
	enum vm_clock clock;
	uint64_t memory_bytes;    /* 0: by vCPUs and files */
	const struct strv *files; /* as for shell_files_add() */
	const struct strv *argv;  /* the command; empty: a shell */
};

/* Uses descriptors 0, 1 and 2. *status: the command's exit status, 128 + signal if one ended it, or ended
 * us. Fails if the VM or the guest did, or the scheduler could not be attached. */
int shell_vm_run(const struct harness_env *env, const struct shell_opts *o, int *status,
                 struct err *err) MUST_CHECK;

#endif
