/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The messages of the guest. The job (job.h) goes in as one JSON document, in an archive with the
 * files of the test. Everything that comes out is a frame in the ring (ring.h): one record of
 * report.h as JSON.
 *
 * A run starts with HELLO and a PHASE. END is always the last frame, also after an error. Without
 * END the guest was lost.
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
	X(WIRE_SCHED_OUTPUT, "sched_output", wire_sched_output_table)                              \
	X(WIRE_SCHED_PROGRAM, "sched_program", wire_sched_program_table)                           \
	X(WIRE_CGROUP, "cgroup", wire_cgroup_table)                                                \
	X(WIRE_OP, "op", wire_op_table)                                                            \
	X(WIRE_PAYLOAD, "payload", wire_payload_table)                                             \
	X(WIRE_SYSTEM, "system", wire_system_table)                                                \
	X(WIRE_SETTINGS, "settings", wire_settings_table)                                          \
	X(WIRE_SHELL, "shell", wire_shell_table)                                                   \
	X(WIRE_BENCH, "bench", wire_bench_table)                                                   \
	X(WIRE_LOG, "log", wire_log_table)                                                         \
	X(WIRE_END, "end", wire_end_table)

enum wire_msg {
#define X(e, name, table) e,
	WIRE_MSGS(X)
#undef X
	WIRE_MSG_COUNT
};

extern const struct json_names wire_msg_names;
/* The table of a message's record; NULL for an unknown message. */
const struct json_table *wire_msg_table(enum wire_msg m);

#endif
