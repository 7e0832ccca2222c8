/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/filter.h"

#include "base/cmd.h"

void filters_done(struct filters *f)
{
	for (int s = 0; s < FILTER_SETS; s++)
		for (int d = 0; d < DIM_COUNT; d++)
			strv_done(&f->set[s].want[d]);
}

const struct strv *filters_want(const struct filters *f, int side, enum dim d)
{
	const struct strv *own = &f->set[side].want[d];

	return own->n ? own : &f->set[SIDE_SHARED].want[d];
}

static bool match_any(const struct strv *want, const struct row *r, enum dim d)
{
	if (!want->n)
		return true;
	strv_each (want, i)
		if (r->dim[d] && dim_defs[d].match(r->dim[d], want->v[i]))
			return true;
	return false;
}

bool filters_match(const struct filters *f, int side, const struct row *r)
{
	for (int d = 0; d < DIM_COUNT; d++)
		if (!match_any(filters_want(f, side, (enum dim)d), r, (enum dim)d))
			return false;
	return true;
}

static bool same_set(const struct strv *a, const struct strv *b)
{
	_cleanup_strv_ struct strv x = STRV_INIT, y = STRV_INIT;

	strv_copy(&x, a);
	strv_copy(&y, b);
	strv_uniq(&x);
	strv_uniq(&y);
	return strv_equal(&x, &y);
}

unsigned int filters_slicing(const struct filters *f)
{
	unsigned int bits = 0;

	for (int d = 0; d < DIM_COUNT; d++)
		if (!same_set(filters_want(f, SIDE_A, (enum dim)d),
		              filters_want(f, SIDE_B, (enum dim)d)))
			bits |= 1u << d;
	return bits;
}

unsigned int filters_used(const struct filters *f)
{
	unsigned int bits = 0;

	for (int d = 0; d < DIM_COUNT; d++)
		if (filters_want(f, SIDE_A, (enum dim)d)->n ||
		    filters_want(f, SIDE_B, (enum dim)d)->n)
			bits |= 1u << d;
	return bits;
}

struct poptOption *filter_opts_table(struct filter_opts *fo, bool sides)
{
	static const char *const prefix[FILTER_SETS] = {
		[SIDE_A] = "a-", [SIDE_B] = "b-", [SIDE_SHARED] = ""
	};
	struct poptOption *o = fo->table;

	*fo = (struct filter_opts){ 0 };
	for (int s = sides ? 0 : SIDE_SHARED; s < FILTER_SETS; s++)
		for (int d = 0; d < DIM_COUNT; d++) {
			snprintf(fo->names[s][d], sizeof(fo->names[s][d]), "%s%s", prefix[s],
			         dim_defs[d].name);
			*o++ = (struct poptOption){
				.longName = fo->names[s][d],
				.argInfo = POPT_ARG_ARGV,
				.arg = &fo->argv[s][d],
				.descrip = dim_defs[d].doc,
				.argDescrip = "VALUE",
			};
		}
	*o = (struct poptOption)POPT_TABLEEND;
	return fo->table;
}

void filter_opts_take(struct filter_opts *fo, struct filters *f)
{
	for (int s = 0; s < FILTER_SETS; s++)
		for (int d = 0; d < DIM_COUNT; d++)
			cmd_take_argv(&fo->argv[s][d], &f->set[s].want[d]);
}
