/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The work types: what one worker does in its loop. A row here (name, parameters, group) is what
 * the host resolves, checks and explains by; the loop itself is harness/agent/work_<name>.c.
 */
#ifndef WIRE_WORK_TYPE_H
#define WIRE_WORK_TYPE_H

#include "base/json.h"

/* X(enumerator, name, doc) */
#define WORK_TYPES(X)                                                                              \
	X(WORK_CPU_SPIN, "cpu_spin", "computes without ever blocking")                             \
	X(WORK_PIPE_PING_PONG, "pipe_ping_pong",                                                   \
	  "pairs of workers pass one byte to and fro through two pipes")

enum work_type {
#define X(e, name, doc) e,
	WORK_TYPES(X)
#undef X
	WORK_TYPE_COUNT
};
extern const struct json_names work_type_names;

#define WORK_PARAMS_MAX 6
#define WORK_GROUP_MAX  64

struct work_param {
	const char *name, *unit, *doc; /* unit NULL: a count */
	double def, min, max;
};

/* What a type measures of a worker beside the kernel's counters. Each means one thing and is never
 * pooled with another. X(enumerator, name, doc) */
#define LATENCIES(X)                                                                               \
	X(LATENCY_WAKE, "wake_latency", "from the waker's stamp to the wakee running")             \
	X(LATENCY_SLEEP_OVERSHOOT, "sleep_overshoot", "time slept beyond the time asked for")

enum latency {
#define X(e, name, doc) e,
	LATENCIES(X)
#undef X
	LATENCY_COUNT
};

struct work_type_def {
	const char *name, *doc;
	struct work_param params[WORK_PARAMS_MAX]; /* up to the first without a name */
	/* Workers act in groups of this many; with group_param, of 1 + that parameter's value (when
	 * group is 0), or of the parameter's value (when group is 1). */
	uint32_t group;
	const char *group_param;
	bool never_blocks;      /* spins all its time: has a gap, a share, no wake-ups */
	unsigned int latencies; /* bits 1 << enum latency */
};
extern const struct work_type_def work_type_defs[WORK_TYPE_COUNT];

/* The parameters in table order: the given ones, else the defaults. Unknown names (with a
 * suggestion) and values out of range are ERR_USAGE. */
int work_type_params(enum work_type type, const struct json_f64map *given,
                     double param[WORK_PARAMS_MAX], struct err *err) MUST_CHECK;
/* How many workers act together, 1…WORK_GROUP_MAX. */
uint32_t work_type_group(enum work_type type, const double param[WORK_PARAMS_MAX]);

#endif
