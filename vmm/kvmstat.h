/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KVM's own counters of each vCPU, as QEMU's query-stats gives them. They are asked for now and then while the
 * guest runs, since it may power off at any time: the last answer counts.
 */
#ifndef VMM_KVMSTAT_H
#define VMM_KVMSTAT_H

#include "vmm/qmp.h"
#include "vmm/vmm.h"

struct kvmstat {
	bool negotiated; /* QMP takes commands */
	bool waiting;    /* for an answer */
	uint64_t asked_ns;
};

/* Takes what has arrived on the monitor and asks again if it is time. Answers go to *out in place of earlier
 * ones. What QEMU refuses is not asked again. */
void kvmstat_look(struct kvmstat *k, struct qmp_reader *monitor, struct vm_result *out);
/* Whether the message is an answer to query-stats; then *out has its counters, by vCPU. */
bool kvmstat_take(struct json_object *msg, struct vm_result *out);

#endif
