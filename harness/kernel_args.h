/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernels of `harness test`, from its --kernel options. */
#ifndef HARNESS_KERNEL_ARGS_H
#define HARNESS_KERNEL_ARGS_H

#include "harness/kernel/kernel.h"

struct kernel_wish {
	char *const *specs;      /* NULL-terminated; NULL: the newest of the store that fits */
	bool sched_ext;          /* a scheduler needs it */
	bool dry_run;            /* nothing is fetched or built */
	struct kernel_opts opts; /* note must be set */
};

/* Adds them to the array, the caller's, which may have grown on error, too. */
int kernel_args_resolve(const struct kernel_wish *a, struct kernel **kernels, size_t *n,
                        struct err *err) MUST_CHECK;

#endif
