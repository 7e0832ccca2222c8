/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/index.h"

#include "base/mem.h"

/* FNV-1a. Keys crafted to collide cost only time, and the number of results is bounded. */
static uint64_t hash_bytes(const void *key, size_t len)
{
	const unsigned char *p = key;
	uint64_t h = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * 0x100000001b3ULL;
	return h ^ h >> 29;
}

void index_done(struct index *ix)
{
	for (size_t i = 0; ix && i < ix->n; i++)
		free(ix->entries[i].key);
	if (!ix)
		return;
	free(ix->entries);
	free(ix->slots);
	*ix = (struct index){ 0 };
}

/* The slot that has the key, or the free slot for it. */
static size_t *find_slot(const struct index *ix, const void *key, size_t len, uint64_t hash)
{
	for (size_t i = hash & (ix->n_slots - 1);; i = (i + 1) & (ix->n_slots - 1)) {
		const struct index_entry *e;

		if (!ix->slots[i])
			return &ix->slots[i];
		e = &ix->entries[ix->slots[i] - 1];
		if (e->hash == hash && e->len == len && memcmp(e->key, key, len) == 0)
			return &ix->slots[i];
	}
}

static void grow(struct index *ix)
{
	size_t n = ix->n_slots ? ix->n_slots * 2 : 64;

	free(ix->slots);
	ix->slots = xcalloc(n, sizeof(*ix->slots));
	ix->n_slots = n;
	for (size_t i = 0; i < ix->n; i++) {
		const struct index_entry *e = &ix->entries[i];

		*find_slot(ix, e->key, e->len, e->hash) = i + 1;
	}
}

size_t index_add(struct index *ix, const void *key, size_t len)
{
	uint64_t hash = hash_bytes(key, len);
	struct index_entry *e;
	size_t *slot;

	if (ix->n * 2 >= ix->n_slots)
		grow(ix);
	slot = find_slot(ix, key, len, hash);
	if (*slot)
		return *slot - 1;
	e = xgrow(ix->entries, ix->n);
	e->key = xmalloc(len + 1);
	memcpy(e->key, key, len);
	e->key[len] = '\0';
	e->len = len;
	e->hash = hash;
	*slot = ix->n;
	return ix->n - 1;
}

size_t index_find(const struct index *ix, const void *key, size_t len)
{
	const size_t *slot;

	if (!ix->n_slots)
		return INDEX_NONE;
	slot = find_slot(ix, key, len, hash_bytes(key, len));
	return *slot ? *slot - 1 : INDEX_NONE;
}
