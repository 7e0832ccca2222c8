/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/twins.h"

#include "base/mem.h"
#include "sidecar/rundir.h"

void twins_done(struct twins *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->key[i]);
	free(t->key);
	free(t->beside);
	*t = (struct twins){ 0 };
}

void twins_find(const struct pool *p, struct twins *out)
{
	*out = (struct twins){ .key = xcalloc(p->n_runs + 1, sizeof(*out->key)),
		               .beside = xcalloc(p->n_runs + 1, sizeof(*out->beside)),
		               .n = p->n_runs };
	for (size_t i = 0; i < p->n_runs; i++) {
		const struct row *r = p->runs[i].n ? &p->rows[p->runs[i].first] : NULL;

		if (r)
			out->key[i] = rundir_key(r->dim[DIM_KERNEL], r->dim[DIM_PROJECT_COMMIT]);
		out->beside[i] = TWIN_NONE;
	}
	for (size_t i = 0; i < p->n_runs; i++)
		for (size_t k = 0; k < p->n_runs; k++)
			if (k != i && streq_null(out->key[i], p->runs[k].name) &&
			    streq_null(out->key[i], out->key[k]))
				out->beside[i] = k;
}

/* Runs with this key that count together, as a list of names. */
static void pooled(const struct pool *p, const struct twins *t, size_t first, const bool *seen,
                   struct strv *names)
{
	for (size_t i = first; i < t->n; i++)
		if (seen[i] && t->beside[i] == TWIN_NONE && streq_null(t->key[i], t->key[first]))
			strv_add(names, p->runs[i].name);
}

static bool is_first_of_key(const struct twins *t, size_t run, const bool *seen)
{
	for (size_t i = 0; i < run; i++)
		if (seen[i] && streq_null(t->key[i], t->key[run]))
			return false;
	return true;
}

void twins_notes(const struct pool *p, const struct twins *t, const bool *seen, struct strv *notes)
{
	for (size_t i = 0; i < t->n; i++) {
		_cleanup_strv_ struct strv names = STRV_INIT;
		_cleanup_free_ char *list = NULL;

		if (!seen[i] || !t->key[i])
			continue;
		if (t->beside[i] != TWIN_NONE)
			strv_addf(notes,
			          "left out: run %s, results of %s too: a run of its own, to be "
			          "compared by "
			          "name",
			          p->runs[i].name, p->runs[t->beside[i]].name);
		if (!is_first_of_key(t, i, seen))
			continue;
		pooled(p, t, i, seen, &names);
		list = strv_join(&names, ", ");
		if (names.n > 1)
			strv_addf(notes, "pooled: %zu run directories of one kernel and commit: %s",
			          names.n, list);
	}
}
