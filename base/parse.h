/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One parser for each kind of value. Each takes the whole string: leading or trailing text, an
 * empty string and overflow are ERR_USAGE, with the string in the message. So are leading zeros:
 * "010" is 8 to some programs and 10 to others. `what` names the value
 * there ("--repeat"). On failure *out is untouched.
 */
#ifndef BASE_PARSE_H
#define BASE_PARSE_H

#include "base/err.h"
#include "base/strv.h"

/* Whether digits begin as "010" does, which is 8 to some programs and 10 to others. */
bool parse_is_padded(const char *digits);
int parse_u64(const char *s, const char *what, uint64_t min, uint64_t max, uint64_t *out,
              struct err *err) MUST_CHECK;
int parse_i64(const char *s, const char *what, int64_t min, int64_t max, int64_t *out,
              struct err *err) MUST_CHECK;
/* Finite numbers only. */
int parse_f64(const char *s, const char *what, double min, double max, double *out, struct err *err)
	MUST_CHECK;
/* "512", "64K", "2M", "1.5G" (powers of 1024; B or iB may follow) in bytes. */
int parse_size(const char *s, const char *what, uint64_t *out, struct err *err) MUST_CHECK;
/* "250ms", "2s", "1.5s", "10us", "3m", "1h" in ns. A number without a unit is refused, except 0. */
int parse_duration_ns(const char *s, const char *what, uint64_t *out, struct err *err) MUST_CHECK;
/* The kernel's CPU list, "0-3,8,10-11", as a sorted array without duplicates, which the caller
 * frees. */
int parse_cpulist(const char *s, const char *what, uint32_t max_cpu, uint32_t **out, size_t *n,
                  struct err *err) MUST_CHECK;
/* The inverse of parse_cpulist(). `cpus` is sorted and has no duplicates. The caller frees. */
char *format_cpulist(const uint32_t *cpus, size_t n);

/* Adds the words of a command line, as a shell splits them: at white space, except within '…' or "…"
 * and after a backslash. Within "…" a backslash only quotes " and itself. Nothing else is special:
 * no variables, no patterns, no pipes. ERR_USAGE when a quote does not end. */
int parse_words(const char *s, const char *what, struct strv *out, struct err *err) MUST_CHECK;

/* The word as one to paste into a shell: within '…' if it needs that. The caller frees. */
char *format_word(const char *word);

/* A number as people write it: three significant digits, but all of a whole number: "0.36", "24.7",
 * "322", "5732". The caller frees. */
char *format_figure(double v);

/* For "did you mean": the candidate nearest to `word` by edit distance, NULL when none is near
 * enough. Borrowed. */
const char *parse_suggest(const char *word, const char *const *candidates, size_t n);
/* Whether the word is surely a mistyped `of`: one slip of the fingers, or two in a long word. */
bool parse_is_slip(const char *word, const char *of);
/* What follows `no "x"` in a message: `, did you mean "y"?` if a candidate is near, else `: there are a,
 * b, c` if they are few, else nothing. The caller frees. */
char *parse_hint(const char *word, const char *const *candidates, size_t n);

#endif
