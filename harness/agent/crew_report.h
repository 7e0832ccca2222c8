/* SPDX-License-Identifier: GPL-2.0-only */
/* What the workers of a crew have done: read, never changed. */
#ifndef AGENT_CREW_REPORT_H
#define AGENT_CREW_REPORT_H

#include "harness/agent/crew.h"
#include "harness/wire/report.h"

/* Fills a json_init()ed record of the cgroup the work was given. False: nothing to say, as of a
 * root cgroup without workers. After crew_collect(). */
bool crew_report(struct crew *c, uint32_t cgroup, struct wire_cgroup *out);
/* Now: running or waiting workers, and what all did until now. */
uint32_t crew_count(const struct crew *c);
uint64_t crew_iterations(const struct crew *c);
/* Sum over the workers, none of them left out; U64_NONE when one has none. After crew_collect(). */
uint64_t crew_cpu_ns(const struct crew *c);

#endif
