/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scheduler of the suite file with one set of its flags, "name+a+b": what the file says about it
 * beside what is set in its object, which goes to its scheduler_spec.
 */
#ifndef HARNESS_VARIANT_H
#define HARNESS_VARIANT_H

#include "base/strv.h"
#include "harness/scenario/scenario.h"
#include "vmm/topo.h"

/* All of it is zero for a scheduler that is not in the suite file. */
struct variant {
	struct strv flags;          /* that are on */
	const struct strv *kernels; /* that it supports; NULL or none: all; borrowed */
	bool has_topo;              /* it has a topology of its own */
	struct topo topo;
	const struct check_limits *checks;     /* or NULL; borrowed */
	const struct scenario_metric *metrics; /* in what its executable prints; borrowed */
	uint32_t n_metrics;
	const struct strv *kernel_args, *sysctls; /* NULL: none; borrowed */
	const struct strv *enable, *disable;      /* command lines; NULL: none; borrowed */
	const char *build; /* command that makes its object; or NULL; borrowed */
};

void variant_done(struct variant *v);
/* Whether it may be tested on a kernel of this version. v may be NULL. */
bool variant_supports(const struct variant *v, const char *version);
/* The kernels that it supports, "6.12, 6.16..7.0". The caller frees. */
char *variant_kernels(const struct variant *v);

#endif
