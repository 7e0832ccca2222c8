/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/payload/ldcache.h"

static const char magic[] = "glibc-ld.so.cache1.1";

struct cache_header {
	char magic[20];
	uint32_t n, strings_n;
	uint32_t unused[5];
};
struct cache_entry {
	int32_t flags;
	uint32_t name, path, osversion;
	uint64_t hwcap; /* 0: the library is for every processor */
};

static const char *string_at(const char *from, size_t n, uint32_t at)
{
	return at < n && memchr(from + at, 0, n - at) ? from + at : NULL;
}

static void find_in(const char *from, size_t n, const char *name, struct strv *out)
{
	struct cache_header h;

	if (n < sizeof(h))
		return;
	memcpy(&h, from, sizeof(h));
	if (h.n > (n - sizeof(h)) / sizeof(struct cache_entry))
		return;
	for (uint32_t i = 0; i < h.n; i++) {
		struct cache_entry e;
		const char *is, *path;

		memcpy(&e, from + sizeof(h) + i * sizeof(e), sizeof(e));
		is = string_at(from, n, e.name);
		path = string_at(from, n, e.path);
		if (is && path && !e.hwcap && path[0] == '/' && streq(is, name))
			strv_add(out, path);
	}
}

void ld_cache_find(const struct strbuf *cache, const char *name, struct strv *out)
{
	const char *at = cache->n ? memmem(cache->s, cache->n, magic, sizeof(magic) - 1) : NULL;

	if (at)
		find_in(at, cache->n - (size_t)(at - cache->s), name, out);
}
