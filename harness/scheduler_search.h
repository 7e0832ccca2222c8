/* SPDX-License-Identifier: GPL-2.0-only */
/* Looks for what could be a scheduler in a folder and below: `harness init` lists it. */
#ifndef HARNESS_SCHEDULER_SEARCH_H
#define HARNESS_SCHEDULER_SEARCH_H

#include "base/err.h"
#include "base/strv.h"

/* Paths in strcmp order, at most SEARCH_MAX of each kind. */
struct scheduler_search {
	struct strv objects;     /* BPF objects with a sched_ext_ops */
	struct strv executables; /* programs named scx_… */
	bool cut;                /* there are more, or not every folder was looked at */
};

#define SEARCH_MAX 32

/* Follows no symbolic link and enters no hidden folder. Files that cannot be read are left out. */
void scheduler_search(const char *dir, struct scheduler_search *out);
void scheduler_search_done(struct scheduler_search *s);

#endif
