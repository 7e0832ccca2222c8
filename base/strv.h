/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A growable list of owned strings. `v` ends with NULL once anything was added, so it serves as an
 * argv; strv_argv() gives a terminated vector even for an empty list.
 */
#ifndef BASE_STRV_H
#define BASE_STRV_H

#include "base/cleanup.h"
#include "base/util.h"

struct strv {
	char **v;
	size_t n;
};

#define STRV_INIT                                                                                  \
	{                                                                                          \
		0                                                                                  \
	}
#define _cleanup_strv_   CLEANUP(strv_done)
#define strv_each(sv, i) for (size_t i = 0; i < (sv)->n; i++)

void strv_done(struct strv *sv);
void strv_add(struct strv *sv, const char *s);
void strv_addf(struct strv *sv, const char *fmt, ...) PRINTF(2, 3);
/* Adds each of a NULL-terminated list of arguments. */
void strv_addl(struct strv *sv, ...) __attribute__((sentinel));
/* Takes ownership of s. */
void strv_take(struct strv *sv, char *s);
void strv_copy(struct strv *dst, const struct strv *src);
char **strv_argv(struct strv *sv);
bool strv_has(const struct strv *sv, const char *s);
/* In strcmp order. strv_uniq() sorts and removes duplicates. */
void strv_sort(struct strv *sv);
void strv_uniq(struct strv *sv);
bool strv_equal(const struct strv *a, const struct strv *b);
/* Splits at any character of seps. Empty pieces are left out. */
void strv_split(struct strv *sv, const char *s, const char *seps);
/* The joined string; the caller frees it. */
char *strv_join(const struct strv *sv, const char *sep);

/* A sorted map from string to string (JSON objects, sysctls, CPU facts). */
struct strmap {
	struct strmap_pair {
		char *key, *value;
	} * v;
	size_t n;
};

#define strmap_each(m, i) for (size_t i = 0; i < (m)->n; i++)
void strmap_done(struct strmap *m);
/* Replaces an earlier value of the key. `value` may be NULL. */
void strmap_set(struct strmap *m, const char *key, const char *value);
/* NULL when the key is absent. Borrowed. */
const char *strmap_get(const struct strmap *m, const char *key);

#endif
