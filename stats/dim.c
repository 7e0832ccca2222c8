/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/dim.h"

#define DIRTY "-dirty"

#define X(id, name_, member, role_, match_, doc_)                                                  \
	[id] = { .name = (name_),                                                                  \
		 .doc = (doc_),                                                                    \
		 .off = offsetof(struct sidecar, member),                                          \
		 .role = (role_),                                                                  \
		 .match = (match_) },
const struct dim_def dim_defs[DIM_COUNT] = { DIMS(X) };
#undef X

int dim_find(const char *name)
{
	for (int d = 0; d < DIM_COUNT; d++)
		if (streq(dim_defs[d].name, name))
			return d;
	return -1;
}

bool dim_match_exact(const char *value, const char *want)
{
	return streq(value, want);
}

static const char *digits(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n ? s + n : NULL;
}

static bool has_two_parts(const char *version)
{
	const char *dot = digits(version);
	const char *end = dot && *dot == '.' ? digits(dot + 1) : NULL;

	return end && !*end;
}

bool dim_match_kernel(const char *value, const char *want)
{
	size_t n = strlen(want);

	if (streq(value, want))
		return true;
	return has_two_parts(want) && starts_with(value, want) && value[n] == '.';
}

size_t dim_commit_len(const char *commit)
{
	return strlen(commit) - (ends_with(commit, DIRTY) ? strlen(DIRTY) : 0);
}

bool dim_is_hash(const char *s)
{
	size_t n = dim_commit_len(s);

	return n >= 7 && n <= 40 && strspn(s, "0123456789abcdefABCDEF") >= n;
}

bool dim_match_commit(const char *value, const char *want)
{
	size_t v = dim_commit_len(value), w = dim_commit_len(want);

	if (!dim_is_hash(value) || !dim_is_hash(want))
		return streq(value, want);
	return strncasecmp(value, want, v < w ? v : w) == 0 && !value[v] == !want[w];
}
