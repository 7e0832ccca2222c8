/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One parser per kind of value. Each takes the whole string: leading or trailing text, an empty
 * string and overflow are ERR_USAGE with the offending text in the message. `what` names the value
 * in that message ("--repeat"). On failure *out is untouched.
 */
#ifndef BASE_PARSE_H
#define BASE_PARSE_H

#include "base/err.h"
#include "base/strv.h"

int parse_u64(const char *s, const char *what, uint64_t min, uint64_t max, uint64_t *out,
              struct err *err) MUST_CHECK;
int parse_i64(const char *s, const char *what, int64_t min, int64_t max, int64_t *out,
              struct err *err) MUST_CHECK;
/* Finite only. */
int parse_f64(const char *s, const char *what, double min, double max, double *out, struct err *err)
	MUST_CHECK;
/* "512", "64K", "2M", "1.5G" (powers of 1024; an optional B or iB may follow) → bytes. */
int parse_size(const char *s, const char *what, uint64_t *out, struct err *err) MUST_CHECK;
/* "250ms", "2s", "1.5s", "10us", "3m", "1h" → ns; a bare number is refused but for 0. */
int parse_duration_ns(const char *s, const char *what, uint64_t *out, struct err *err) MUST_CHECK;
/* The kernel's CPU list, "0-3,8,10-11", into a sorted array without doubles that the caller frees.
 */
int parse_cpulist(const char *s, const char *what, uint32_t max_cpu, uint32_t **out, size_t *n,
                  struct err *err) MUST_CHECK;
/* The inverse: "0-3,8,10-11"; caller frees. `cpus` sorted, no doubles. */
char *format_cpulist(const uint32_t *cpus, size_t n);

/* The candidate nearest to `word` by edit distance if it is near enough to be meant, else NULL.
 * For "did you mean". Borrowed. */
const char *parse_suggest(const char *word, const char *const *candidates, size_t n);

#endif
