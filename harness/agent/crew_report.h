/* SPDX-License-Identifier: GPL-2.0-only */
/* Reports what the workers of a crew did. Changes nothing. */
#ifndef AGENT_CREW_REPORT_H
#define AGENT_CREW_REPORT_H

#include "harness/agent/crew.h"
#include "harness/wire/report.h"

/* Fills in a json_init()ed record with the cgroup's figures and the workers whose work names this
 * cgroup. False: nothing to report (the root cgroup, without workers). After crew_collect(). */
bool crew_report(struct crew *c, uint32_t cgroup, struct wire_cgroup *out);
/* Now: how many workers run or wait, and the iterations of all workers so far. */
uint32_t crew_count(const struct crew *c);
uint64_t crew_iterations(const struct crew *c);
/* Sum over all workers that were started; U64_NONE if one was not measured. After
 * crew_collect(). */
uint64_t crew_cpu_ns(const struct crew *c);

#endif
