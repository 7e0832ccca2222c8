/* SPDX-License-Identifier: GPL-2.0-only */
/* The options that set values in a scheduler's object. Every command that takes a scheduler has
 * them. */
#ifndef HARNESS_SCHEDULER_OPTIONS_H
#define HARNESS_SCHEDULER_OPTIONS_H

#include <popt.h>

#include "harness/scheduler_spec.h"

/* Filled by popt. */
struct scheduler_options {
#define X(member, option) char **member;
	SCHEDULER_SETTINGS(X)
#undef X
	char *ops_map;
};

/* Rows of a popt table. */
#define SCHEDULER_OPTIONS(o)                                                                         \
	{ "set",                                                                                     \
	  0,                                                                                         \
	  POPT_ARG_ARGV,                                                                             \
	  &(o)->set,                                                                                 \
	  0,                                                                                         \
	  "set a variable of the scheduler's object: slice_ns=5000000, name=text, a.b[2]=7",         \
	  "NAME=VALUE" },                                                                            \
		{ "ops",                                                                             \
		  0,                                                                                 \
		  POPT_ARG_ARGV,                                                                     \
		  &(o)->ops,                                                                         \
		  0,                                                                                 \
		  "set a field of its sched_ext_ops: timeout_ms=5000, flags=SCX_OPS_ENQ_LAST",       \
		  "FIELD=VALUE" },                                                                   \
		{ "map",         0, POPT_ARG_ARGV, &(o)->maps, 0, "set the size of one of its maps", \
		  "NAME=ENTRIES" },                                                                  \
		{ "resize",       0, POPT_ARG_ARGV,                                                  \
		  &(o)->resize,   0, "set the length of an array that has a section of its own",     \
		  "NAME=ELEMENTS" },                                                                 \
		{ "ops-map",     0, POPT_ARG_STRING,                                                 \
		  &(o)->ops_map, 0, "attach this sched_ext_ops of several (default: the first)",     \
		  "NAME" },                                                                          \
	{                                                                                            \
		"run-prog", 0, POPT_ARG_ARGV, &(o)->run_progs, 0,                                    \
			"run this program of section \"syscall\" once before the scheduler is "      \
			"attached; with :MEMBER=VALUE, set this member of the struct it gets",       \
			"NAME"                                                                       \
	}

/* Moves what popt filled in to *out. */
void scheduler_options_take(struct scheduler_options *o, struct scheduler_settings *out);

#endif
