/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/runset.h"

#include <math.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"

/* The seed and all figures: what tells two runs of a test on the virtual clock apart. */
static void make_key(const struct row *r, struct strbuf *key)
{
	strbuf_reset(key);
	strbuf_add(key, &r->seed, sizeof(r->seed));
	strbuf_add(key, r->v, sizeof(r->v));
	for (size_t i = 0; i < r->n_payload; i++) {
		const struct row_payload *m = &r->payload[i];

		strbuf_add(key, m->name, strlen(m->name) + 1);
		strbuf_add(key, m->unit ? m->unit : "", m->unit ? strlen(m->unit) + 1 : 1);
		strbuf_add(key, &m->value, sizeof(m->value));
	}
}

/* Counts the run. False: a run that counts already has the same seed and figures. */
static bool count(const struct row *r, struct index *counted)
{
	_cleanup_strbuf_ struct strbuf key = STRBUF_INIT;
	size_t before = counted->n;

	if (!row_is_virtual(r) || r->seed == U64_NONE)
		return true;
	make_key(r, &key);
	index_add(counted, strbuf_cstr(&key), key.n);
	return counted->n > before;
}

static void take_side(const struct rows *from, int side, struct runset *out)
{
	_cleanup_index_ struct index counted = { 0 };
	struct rows *to = &out->side[side];

	to->v = xcalloc(from->n + 1, sizeof(*to->v));
	for (size_t i = 0; i < from->n; i++) {
		const struct row *r = from->v[i];

		if (!row_is_measured(r))
			continue;
		if (r->host_wait_pct > HOST_WAIT_MAX_PCT) {
			out->noise_pct = fmax(out->noise_pct, r->host_wait_pct);
			out->noisy[side]++;
			continue;
		}
		if (count(r, &counted))
			to->v[to->n++] = r;
		else
			out->again[side]++;
	}
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

double runset_seconds(const struct row *r)
{
	return r->duration_ns == U64_NONE ? NAN : (double)r->duration_ns / NS_PER_SEC;
}

double runset_first_seconds(const struct runset *r)
{
	for (int s = 0; s < SIDES; s++)
		for (size_t i = 0; i < r->side[s].n; i++)
			if (isfinite(runset_seconds(r->side[s].v[i])))
				return runset_seconds(r->side[s].v[i]);
	return NAN;
}
