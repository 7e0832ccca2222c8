/* SPDX-License-Identifier: GPL-2.0-only */
/* Where in a YAML text something stands. */
#ifndef SCENARIO_LINES_H
#define SCENARIO_LINES_H

#include "base/util.h"

/* The line of what a message speaks of, by the nouns it begins with: "cgroups[1]: works[0]: type:
 * no such" is about the key `type` of the first of `works` of the second of `cgroups`, or as much
 * of that as is there. 0: not of anything. */
unsigned int yaml_line(const char *text, size_t n, const char *msg);

#endif
