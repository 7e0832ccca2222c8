/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /etc/ld.so.cache as glibc's sysdeps/generic/dl-cache.h describes it, numbers in the machine's own
 * order. Offsets of strings count from the header; an older header may stand before it.
 */
#ifndef PAYLOAD_LDCACHE_H
#define PAYLOAD_LDCACHE_H

#include "base/strbuf.h"
#include "base/strv.h"

/* Paths under which the cache has a library, those of every machine it knows; those for some
 * processors only are left out. A cache that is none has none. */
void ld_cache_find(const struct strbuf *cache, const char *name, struct strv *out);

#endif
