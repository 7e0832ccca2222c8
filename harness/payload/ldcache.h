/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads /etc/ld.so.cache, described in glibc's sysdeps/generic/dl-cache.h. Numbers are in the
 * machine's byte order. String offsets count from the header; an older header may precede it.
 */
#ifndef PAYLOAD_LDCACHE_H
#define PAYLOAD_LDCACHE_H

#include "base/strbuf.h"
#include "base/strv.h"

/* The paths of a library in the cache, for every machine the cache knows. Paths for only some
 * processors are left out. A file that is not a cache has no paths. */
void ld_cache_find(const struct strbuf *cache, const char *name, struct strv *out);

#endif
