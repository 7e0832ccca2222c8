/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What `harness load` and `harness verify` have in common: all pairs of a kernel and a scheduler, one VM
 * per kernel, several VMs at the same time.
 *
 *	load_all_prepare(&all, &options, &names, &err);
 *	load_all_run(&all, &err);
 *	all.results[k * all.lineup.n_specs + s]
 *	load_all_done(&all); load_options_done(&options);
 */
#ifndef HARNESS_LOAD_ALL_H
#define HARNESS_LOAD_ALL_H

#include "harness/lineup.h"
#include "harness/load_check.h"
#include "harness/scheduler_options.h"
#include "harness/suite_file.h"

#define LOAD_TOPOLOGY "1n1l2c1t"

/* Filled by popt. */
struct load_options {
	char **kernels;
	char *topology, *jobs, *timeout, *suite, *memory, *attach_timeout;
	struct scheduler_options settings;
	int offline, no_build, no_suite;
};

/* Rows of a popt table. */
#define LOAD_OPTIONS(o)                                                                             \
	{ "kernel",                                                                                 \
	  'k',                                                                                      \
	  POPT_ARG_ARGV,                                                                            \
	  &(o)->kernels,                                                                            \
	  0,                                                                                        \
	  "kernel to boot, as in harness test; may be repeated (default: the suite file's)",        \
	  "K" },                                                                                    \
		SCHEDULER_OPTIONS(&(o)->settings),                                                  \
		{ "topology",     't', POPT_ARG_STRING,                                             \
		  &(o)->topology, 0,   "topology of the VM (default " LOAD_TOPOLOGY ")",            \
		  "NnNlNcNt" },                                                                     \
		{ "memory",     'm', POPT_ARG_STRING,                                               \
		  &(o)->memory, 0,   "memory of the guest: 512M, 2G (default: by vCPUs and files)", \
		  "SIZE" },                                                                         \
		{ "jobs", 'j', POPT_ARG_STRING, &(o)->jobs, 0, "VMs at the same time", "N" },       \
		{ "attach-timeout",                                                                 \
		  0,                                                                                \
		  POPT_ARG_STRING,                                                                  \
		  &(o)->attach_timeout,                                                             \
		  0,                                                                                \
		  "how long an executable may take to attach, in the guest's time (default 30s)",   \
		  "D" },                                                                            \
		{ "timeout",                                                                        \
		  0,                                                                                \
		  POPT_ARG_STRING,                                                                  \
		  &(o)->timeout,                                                                    \
		  0,                                                                                \
		  "time limit of one VM, in real time",                                             \
		  "D" },                                                                            \
		{ "suite",                                                                          \
		  0,                                                                                \
		  POPT_ARG_STRING,                                                                  \
		  &(o)->suite,                                                                      \
		  0,                                                                                \
		  "suite file, whose schedulers go by their names (default: " SUITE_FILE_NAME       \
		  ", in this folder or one above)",                                                 \
		  "FILE" },                                                                         \
		{ "no-suite", 0, POPT_ARG_NONE, &(o)->no_suite, 0, "use no suite file", NULL },     \
		{ "offline", 0, POPT_ARG_NONE, &(o)->offline, 0, "never fetch a kernel", NULL },    \
	{                                                                                           \
		"no-build", 0, POPT_ARG_NONE, &(o)->no_build, 0,                                    \
			"never build a kernel from source", NULL                                    \
	}

struct load_all {
	struct suite_file *suite; /* NULL: none */
	struct lineup lineup;     /* the caller may add to it before load_all_run() */
	struct topo topo;
	enum vm_clock clock; /* of the guests; real unless the caller sets it */
	uint64_t jobs, timeout_ns;
	uint64_t memory_bytes; /* 0: by vCPUs and files */
	struct kernel *kernels;
	size_t n_kernels;
	struct load_result *results; /* kernel by kernel */
};

/* names: as --scheduler of `harness test`; none: those of the suite file. Moves the settings out of the
 * options. */
int load_all_prepare(struct load_all *all, struct load_options *o, const struct strv *names,
                     struct err *err) MUST_CHECK;
int load_all_run(struct load_all *all, struct err *err) MUST_CHECK;
/* EXIT_OK if all load, EXIT_WORSE if one does not, EXIT_INFRA if a guest was lost. */
int load_all_status(const struct load_all *all);
/* One line on stdout about each that does not load: the reason does not fit a table. */
void load_all_print_reasons(const struct load_all *all);
void load_all_done(struct load_all *all);
void load_options_done(struct load_options *o);

#endif
