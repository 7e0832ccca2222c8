/* SPDX-License-Identifier: GPL-2.0-only */
/* Allocation that never returns NULL: when memory runs out, the program aborts with a line on
 * stderr. The caller bounds sizes that come from outside first. Everything is freed with free(). */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "base/util.h"

void *xmalloc(size_t n);
void *xcalloc(size_t count, size_t size);
/* Overflow-checked realloc(p, count * size). */
void *xrealloc(void *p, size_t count, size_t size);
/* NULL gives NULL. */
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) PRINTF(1, 2);
void *xmemdup(const void *p, size_t n);

/* Grows a {T *items; size_t n;} array by one zeroed element and returns a pointer to it. The
 * capacity doubles when n reaches a power of two. */
#define xgrow(items, n) ((__typeof__(items))xgrow_((void **)&(items), &(n), sizeof(*(items))))
void *xgrow_(void **items, size_t *n, size_t size);

#endif
