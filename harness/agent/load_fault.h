/* SPDX-License-Identifier: GPL-2.0-only */
/* Why an object was not loaded or its sched_ext_ops not attached: what the log says, completed by
 * what the object and the running kernel show. */
#ifndef AGENT_LOAD_FAULT_H
#define AGENT_LOAD_FAULT_H

#include "harness/agent/loadlog.h"
#include "harness/agent/scheduler_load.h"

/* The object did not load. End with loadlog_done(). */
void load_fault(const struct loaded_object *lo, const char *log, struct loadlog *out);
/* The field of sched_ext_ops that the kernel refused; NULL: none is known. The caller frees. */
char *attach_fault(const struct loaded_object *lo);

#endif
