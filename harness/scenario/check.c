/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scenario/check.h"

const struct check_def check_defs[CHECK_COUNT] = {
#define X(id, key, kind_, def_, unit_, doc_)                                                       \
	[id] = { .name = #key, .unit = (unit_), .doc = (doc_), .kind = (kind_), .def = (def_) },
	CHECKS(X)
#undef X
};

int check_find(const char *name)
{
	for (int id = 0; id < CHECK_COUNT; id++)
		if (streq(check_defs[id].name, name))
			return id;
	return -1;
}

bool check_is_share(int id)
{
	return id == CHECK_MAX_SPREAD_PCT || id == CHECK_MAX_FAIRNESS_ERROR_PCT ||
	       id == CHECK_MAX_IDLE_WAIT_PCT;
}

void check_set_init(struct check_set *set)
{
	for (int i = 0; i < CHECK_COUNT; i++) {
		set->limit[i] = check_defs[i].def;
		set->source[i] = CHECK_SOURCE_DEFAULT;
		set->over_repeats[i] = false;
	}
}

void check_set_apply(struct check_set *set, const struct check_limits *layer, const char *source)
{
	if (!layer)
		return;
#define X(id, key, kind, def, unit, doc)                                                           \
	if (layer->key) {                                                                          \
		set->limit[id] = isinf(*layer->key) ? (double)NAN : *layer->key;                   \
		set->source[id] = source;                                                          \
	}
	CHECKS(X)
#undef X
}
