/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Our own queues of tasks ordered by virtual time, for kernels where we cannot create dispatch
 * queues: one binary heap of (virtual time, pid) per queue. An entry counts only for the turn in
 * which the task was pushed: if the task has a newer turn number, the entry is stale.
 */
#ifndef SCHEDULERS_HEAP_H
#define SCHEDULERS_HEAP_H

#include "schedulers/scx.h"

#define HEAPS      64
#define HEAP_MAX   1024 /* a power of two */
#define HEAP_DEPTH 10

struct heap_entry {
	u64 vtime;
	s32 pid;
	u32 turn;
};

struct heap {
	struct bpf_spin_lock lock;
	u32 n;
	volatile u32 at; /* position of a walk: in memory, else the verifier follows every path */
	struct heap_entry entries[HEAP_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, HEAPS);
	__type(key, u32);
	__type(value, struct heap);
} heaps SEC(".maps");

/* Keeps the index within bounds, in a way that the compiler cannot remove. */
static inline struct heap_entry *heap_at(struct heap *h, u32 i)
{
	asm volatile("%[i] &= %[mask]" : [i] "+r"(i) : [mask] "i"(HEAP_MAX - 1));
	return &h->entries[i];
}

/* Adds an entry; false when the heap is full. Not static and not inlined, so that the verifier
 * checks the function once and not at every call. */
__attribute__((noinline)) bool heap_push(u32 which, u64 vtime, s32 pid, u32 turn)
{
	struct heap_entry e = { .vtime = vtime, .pid = pid, .turn = turn };
	struct heap *h = bpf_map_lookup_elem(&heaps, &which);
	bool fits;

	if (!h)
		return false;
	bpf_spin_lock(&h->lock);
	fits = h->n < HEAP_MAX;
	if (fits) {
		u32 i = h->n++;

		for (int level = 0; level < HEAP_DEPTH && i > 0; level++) {
			struct heap_entry *parent = heap_at(h, (i - 1) / 2);

			if (!time_before(e.vtime, parent->vtime))
				break;
			*heap_at(h, i) = *parent;
			i = (i - 1) / 2;
		}
		*heap_at(h, i) = e;
	}
	bpf_spin_unlock(&h->lock);
	return fits;
}

/* Puts `last` at the top and moves it down to its place. */
static inline void heap_sink(struct heap *h, struct heap_entry last)
{
	h->at = 0;
	for (int level = 0; level < HEAP_DEPTH; level++) {
		u32 i = h->at, child = 2 * i + 1;

		if (child >= h->n)
			break;
		if (child + 1 < h->n &&
		    time_before(heap_at(h, child + 1)->vtime, heap_at(h, child)->vtime))
			h->at = child + 1;
		else
			h->at = child;
		child = h->at;
		if (!time_before(heap_at(h, child)->vtime, last.vtime)) {
			h->at = i;
			break;
		}
		*heap_at(h, i) = *heap_at(h, child);
	}
	*heap_at(h, h->at) = last;
}

/* Removes the earliest entry and returns it in *out; false when there is none. */
__attribute__((noinline)) bool heap_pop(u32 which, struct heap_entry *out)
{
	struct heap *h = bpf_map_lookup_elem(&heaps, &which);
	bool any;

	if (!h || !out)
		return false;
	bpf_spin_lock(&h->lock);
	any = h->n > 0;
	if (any) {
		*out = *heap_at(h, 0);
		h->n--;
		heap_sink(h, *heap_at(h, h->n));
	}
	bpf_spin_unlock(&h->lock);
	return any;
}

#endif
