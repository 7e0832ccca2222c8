/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scheduler's flags: which sets of them may be on together, and which of these to test. Pure.
 *
 * A set is valid if each of its flags has all the flags that it requires, and none that it excludes.
 * Requirements are not added by themselves: a set without them is not valid.
 */
#ifndef HARNESS_FLAG_SETS_H
#define HARNESS_FLAG_SETS_H

#include "base/err.h"
#include "base/strv.h"

#define FLAGS_MAX 16 /* all sets of so many are counted out: 65536 */

struct flag_rule {
	const char *name;
	const struct strv *requires, *excludes; /* names of other flags */
};

/* Sets of flags: bit i is flag i. */
struct flag_sets {
	uint32_t *v;
	size_t n;
};

/* All valid sets: the empty one first, then by size, then in the order of the flags. ERR_USAGE when
 * a rule names a flag that is not there, or a flag is in no valid set; *culprit is then its index.
 * n is FLAGS_MAX at most. */
int flag_sets_all(const struct flag_rule *flags, size_t n, struct flag_sets *out, size_t *culprit,
                  struct err *err) MUST_CHECK;
/* A few of `all`, such that for each two flags each of on/on, on/off, off/on and off/off that occurs in
 * a set of `all` occurs in one of them. */
void flag_sets_pairwise(const struct flag_sets *all, size_t n, struct flag_sets *out);
/* Finds a set by names, in any order. ERR_USAGE when a name is unknown or there twice, or when the
 * set is not valid: says which rule it breaks. */
int flag_sets_find(const struct flag_rule *flags, size_t n, const struct strv *names, uint32_t *out,
                   struct err *err) MUST_CHECK;
void flag_sets_done(struct flag_sets *s);

#endif
