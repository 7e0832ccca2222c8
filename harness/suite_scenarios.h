/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds the scenarios that the suite file names. */
#ifndef HARNESS_SUITE_SCENARIOS_H
#define HARNESS_SUITE_SCENARIOS_H

#include "harness/scenario/scenario.h"
#include "harness/suite_file.h"

/* In the order of the file, each once. Patterns match scenarios of the catalogue up to `level`, names
 * those of any. Files are loaded and added to *own. The caller frees *out; what it points to is the
 * catalogue's and own's. ERR_USAGE for one that matches nothing. */
int suite_scenarios(const struct suite_file *suite, int level, const struct scenarios *catalogue,
                    struct scenarios *own, const struct scenario ***out, size_t *n, struct err *err)
	MUST_CHECK;
/* Whether a pattern is among them: without one, `level` makes no difference. */
bool suite_scenarios_have_pattern(const struct suite_file *suite);

#endif
