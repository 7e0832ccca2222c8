/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel demands of the fields of sched_ext_ops. It refuses the whole with an errno, and
 * does not say which field is wrong. Pure. */
#ifndef AGENT_OPSRULES_H
#define AGENT_OPSRULES_H

#include <stdint.h>

struct ops_fields {
	const char *name; /* NULL: not known, like none below */
	uint64_t timeout_ms;
	uint64_t dispatch_max_batch;
	uint64_t flags, known_flags; /* known_flags: those that this kernel has */
};

/* The first field that the kernel refuses, and why; NULL: there is none. The caller frees. */
char *opsrules_broken(const struct ops_fields *f);

#endif
