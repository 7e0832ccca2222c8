/* SPDX-License-Identifier: GPL-2.0-only */
/* A hash table from byte strings to numbers: 0, 1, 2, … in the order in which they were added. */
#ifndef STATS_INDEX_H
#define STATS_INDEX_H

#include "base/cleanup.h"
#include "base/util.h"

struct index {
	struct index_entry {
		char *key;
		size_t len;
		uint64_t hash;
	} * entries; /* by number */
	size_t n;
	size_t *slots; /* number + 1; 0: free */
	size_t n_slots;
};

#define INDEX_NONE SIZE_MAX

void index_done(struct index *ix);
#define _cleanup_index_ CLEANUP(index_done)
/* The key's number; adds the key if it is new. */
size_t index_add(struct index *ix, const void *key, size_t len);
/* The key's number, or INDEX_NONE. */
size_t index_find(const struct index *ix, const void *key, size_t len);

#endif
