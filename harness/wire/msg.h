/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What host and guest say to each other. The job (job.h) goes in as one JSON document, in an archive
 * with the files of the test; everything else comes out as frames in a ring (ring.h), each the JSON
 * of one record of report.h.
 *
 * A run is HELLO, PHASE…, and, whatever happens, END as the last frame. No END: the guest was lost.
 */
#ifndef WIRE_MSG_H
#define WIRE_MSG_H

#include "base/json.h"

/* X(enumerator, name, record table) */
#define WIRE_MSGS(X)                                                                               \
	X(WIRE_HELLO, "hello", wire_hello_table)                                                   \
	X(WIRE_PHASE, "phase", wire_phase_table)                                                   \
	X(WIRE_SCHED, "sched", wire_sched_table)                                                   \
	X(WIRE_SCHED_EXIT, "sched_exit", wire_sched_exit_table)                                    \
	X(WIRE_CGROUP, "cgroup", wire_cgroup_table)                                                \
	X(WIRE_OP, "op", wire_op_table)                                                            \
	X(WIRE_PAYLOAD, "payload", wire_payload_table)                                             \
	X(WIRE_SYSTEM, "system", wire_system_table)                                                \
	X(WIRE_LOG, "log", wire_log_table)                                                         \
	X(WIRE_END, "end", wire_end_table)

enum wire_msg {
#define X(e, name, table) e,
	WIRE_MSGS(X)
#undef X
	WIRE_MSG_COUNT
};

extern const struct json_names wire_msg_names;
const struct json_table *wire_msg_table(enum wire_msg m);

#endif
