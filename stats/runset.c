/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/runset.h"

#include <math.h>

#include "base/mem.h"

static bool was_measured(const struct row *r)
{
	return r->outcome == OUTCOME_PASS || r->outcome == OUTCOME_FAIL;
}

static bool is_virtual(const struct row *r)
{
	const char *clock = r->dim[DIM_CLOCK];

	return clock && streq(clock, "virtual") && r->seed != U64_NONE;
}

static bool same_figures(const struct row *a, const struct row *b)
{
	return memcmp(a->v, b->v, sizeof(a->v)) == 0 && a->n_payload == b->n_payload;
}

static size_t slot_of(const struct row *r, const struct index *seeds)
{
	return index_find(seeds, (const char *)&r->seed, sizeof(r->seed));
}

/* A run of the same seed that counts already and has the same figures. */
static bool is_again(const struct row *r, const struct index *seeds, const struct rows *counted)
{
	size_t at = is_virtual(r) ? slot_of(r, seeds) : INDEX_NONE;

	return at != INDEX_NONE && same_figures(r, counted->v[at]);
}

static void take_side(const struct rows *from, int side, struct runset *out)
{
	_cleanup_index_ struct index seeds = { 0 };
	struct rows first = { .v = xcalloc(from->n + 1, sizeof(*first.v)) }; /* of each seed */
	struct rows *to = &out->side[side];

	to->v = xcalloc(from->n + 1, sizeof(*to->v));
	for (size_t i = 0; i < from->n; i++) {
		const struct row *r = from->v[i];

		if (!was_measured(r))
			continue;
		if (r->host_wait_pct > HOST_WAIT_MAX_PCT) {
			out->noise_pct = fmax(out->noise_pct, r->host_wait_pct);
			out->noisy[side]++;
			continue;
		}
		if (is_again(r, &seeds, &first)) {
			out->again[side]++;
			continue;
		}
		if (index_add(&seeds, (const char *)&r->seed, sizeof(r->seed)) == first.n)
			first.v[first.n++] = r;
		to->v[to->n++] = r;
	}
	rows_done(&first);
}

void runset_take(const struct pair *p, struct runset *out)
{
	uint64_t length = 0;

	*out = (struct runset){ 0 };
	for (int s = 0; s < SIDES; s++) {
		take_side(&p->side[s], s, out);
		for (size_t i = 0; i < out->side[s].n; i++) {
			uint64_t ns = out->side[s].v[i]->duration_ns;

			if (ns == U64_NONE)
				continue;
			out->lengths_differ |= length && ns != length;
			length = ns;
		}
	}
}

void runset_done(struct runset *r)
{
	for (int s = 0; s < SIDES; s++)
		rows_done(&r->side[s]);
	*r = (struct runset){ 0 };
}
