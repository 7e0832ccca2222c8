/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs the VM of a job, cold or from a saved machine (start.h). A saved machine that does not go on is
 * removed and made again, once.
 */
#ifndef HARNESS_LAUNCH_H
#define HARNESS_LAUNCH_H

#include "harness/judge/guest.h"
#include "harness/start.h"

struct launch {
	const struct harness_env *env;
	const struct test *test;
	const struct job *job;
	const struct vm_spec *spec; /* for a cold start, without a deadline */
	uint64_t guest_ns; /* the guest's own time that the job may take; sets the deadline */
	struct guest_report *guest; /* what the guest says goes here; initialised */
	void (*on_host_time)(void *arg, const struct vm_host_time *t); /* as in vm_events */
	void *arg;
};

/* *notes grows by what was put right on the way, for the person. */
int launch(const struct launch *l, struct start *start, struct vm_result *vm, struct strv *notes,
           struct err *err) MUST_CHECK;

#endif
