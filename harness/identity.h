/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What runs in a test, as a hash, and names that tell the tests of a suite apart. The one place that says
 * what makes two tests different: a new part of a test is a line of add_test() in identity.c. What has a
 * field of its own in the sidecar (topology, clock, repeat, …) has it marked JSON_IDENTITY instead.
 */
#ifndef HARNESS_IDENTITY_H
#define HARNESS_IDENTITY_H

#include "harness/lineup.h"
#include "harness/plan.h"

/* Scenario, schedulers, kernel, profile, duration and memory: 64 hex digits, which the caller frees. The seed is not part
 * of it, nor are names and paths. */
char *identity_of_test(const struct test *t);

/* Each of these drops what is there twice. Of those that differ but have one name, each becomes
 * "mine@1a2b3c" (sidecar_label()). They keep the order. `note` gets a line for each scheduler that was
 * dropped though it was given by another path. */
void identity_schedulers(struct lineup *l, void (*note)(const char *line));
void identity_kernels(struct kernel *v, size_t *n);
/* v: the scenarios that run. Those of `own` may be renamed; bundled ones have names of their own. */
void identity_scenarios(const struct scenarios *own, const struct scenario **v, size_t *n);

#endif
