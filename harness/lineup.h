/* SPDX-License-Identifier: GPL-2.0-only */
/* The schedulers that are tested: those of the command line, else those of the suite file. */
#ifndef HARNESS_LINEUP_H
#define HARNESS_LINEUP_H

#include "harness/scheduler_spec.h"
#include "harness/variant.h"

struct lineup {
	struct scheduler_spec *specs;
	struct variant *v; /* of each */
	size_t n_specs, n;
};

struct suite_file;
/* Adds what a --scheduler names: a scheduler of the suite file (which may be NULL) with each of its sets
 * of flags, or with those in the name, "name+a+b"; else as scheduler_spec_resolve(). */
int lineup_add(struct lineup *l, const struct suite_file *suite, const char *name, struct err *err)
	MUST_CHECK;
/* Adds all schedulers of the file, in its order. */
int lineup_add_all(struct lineup *l, const struct suite_file *suite, struct err *err) MUST_CHECK;
/* --attach-timeout: for those that are executables, of which there must be one. */
int lineup_take_attach_timeout(struct lineup *l, const char *text, struct err *err) MUST_CHECK;
/* Removes the one at that index. */
void lineup_drop(struct lineup *l, size_t at);
void lineup_done(struct lineup *l);

#endif
