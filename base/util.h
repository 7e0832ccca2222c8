/* SPDX-License-Identifier: GPL-2.0-only */
/* Macros and string helpers of the language level. None of them knows a type of this project. */
#ifndef BASE_UTIL_H
#define BASE_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

/* The value of a macro as text. */
#define STRINGIFY_(x) #x
#define STRINGIFY(x)  STRINGIFY_(x)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MUST_CHECK    __attribute__((warn_unused_result))
#define NORETURN      __attribute__((noreturn))
#define PRINTF(f, a)  __attribute__((format(printf, f, a)))
#define UNUSED        __attribute__((unused))

static inline bool streq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* Equal also when both are NULL. */
static inline bool streq_null(const char *a, const char *b)
{
	return a && b ? streq(a, b) : a == b;
}

static inline bool starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

static inline bool ends_with(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && streq(s + n - m, suffix);
}

/* The compiler refuses functions that have a better replacement here (parse.h, strbuf.h, mem.h,
 * variable.h). */
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strtok atoi atol atof gets localtime     \
	gmtime getenv
#endif
