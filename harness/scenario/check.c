/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scenario/check.h"

const struct check_def check_defs[CHECK_COUNT] = {
#define X(id, key, kind_, def_, unit_, doc_)                                                       \
	[id] = { .name = #key, .unit = (unit_), .doc = (doc_), .kind = (kind_), .def = (def_) },
	CHECKS(X)
#undef X
};

void check_set_init(struct check_set *set)
{
	for (int i = 0; i < CHECK_COUNT; i++) {
		set->limit[i] = check_defs[i].def;
		set->source[i] = CHECK_SOURCE_DEFAULT;
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
