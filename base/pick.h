/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What -E selects: texts that match any of the patterns. A pattern matches a text that contains it; a
 * slash in it stands for anything, in any order: "cgroup_pipe/vtime" matches each text that contains
 * both words. A pattern that begins with "!" takes away what the rest of it matches.
 */
#ifndef BASE_PICK_H
#define BASE_PICK_H

#include "base/strv.h"

/* No pattern, or only ones with "!": every text that none of these takes away. */
bool pick_wants(const struct strv *patterns, const char *text);
/* The patterns as they were given, for messages: "-E a -E !b". The caller frees. */
char *pick_options(const struct strv *patterns);

/* The row of a popt table; `field` is a char **. */
#define PICK_OPTION(field, of_what)                                                                \
	{                                                                                          \
		"filter", 'E', POPT_ARG_ARGV, &(field), 0,                                         \
			"only tests with TEXT in \"" of_what                                       \
			"\"; a/b: both; !TEXT: not these; repeatable: any of them",                \
			"TEXT"                                                                     \
	}

#endif
