/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A YAML file as a tree of places. A place is a value and where it stands: file, line, and the keys
 * that lead to it. Whoever is handed one can refuse it by that:
 *
 *	return place_refuse(work->at, "nice", err, "%d is not in -20…19", work->nice);
 *	→ s.yaml:7: cgroups[1]: works[0]: nice: 30 is not in -20…19
 *
 * A place may be NULL: then there is no file, and messages begin with the key.
 */
#ifndef SCENARIO_YAML_TREE_H
#define SCENARIO_YAML_TREE_H

#include "base/err.h"
#include "base/strbuf.h"

enum yaml_form {
	YAML_FORM_VALUE,
	YAML_FORM_LIST,
	YAML_FORM_MAPPING,
};

struct yaml_place {
	const struct yaml_tree *tree;
	const struct yaml_place *up; /* NULL: the whole file */
	const char *key;             /* in a mapping; NULL: an item of a list, or the whole file */
	uint32_t index;              /* of an item */
	uint32_t line;               /* of the key or the item, from 1; 0: the whole file */
	enum yaml_form form;
	const char *text;               /* of a single value; n bytes and a NUL */
	size_t n;                       /* bytes of text; items of a list; keys of a mapping */
	const struct yaml_place *first; /* of a list or mapping, in the order of the file */
	const struct yaml_place *next;  /* in the same list or mapping */
};

struct yaml_tree {
	char *path;
	const struct yaml_place *root; /* NULL: no document */
	struct yaml_tree *next;        /* for the owner of several */
};

/* The first document of the text, which is the file `path`. Aliases and nesting beyond 64 are
 * refused. A key may be there twice: that is for the reader (yaml_read.h). */
int yaml_tree_parse(const char *path, const struct strbuf *text, struct yaml_tree **out,
                    struct err *err) MUST_CHECK;
/* And those that follow it. */
void yaml_tree_free(struct yaml_tree **t);

/* The value of a key; NULL when it is not there. */
const struct yaml_place *place_at(const struct yaml_place *in, const char *key);
/* An item of the list under a key, likewise. */
const struct yaml_place *place_item(const struct yaml_place *in, const char *key, uint32_t index);
/* ERR_FORMAT. With a key: of that one in `in`, which need not be there (it may be missing). Control
 * characters are shown as \xNN. */
int place_refuse(const struct yaml_place *in, const char *key, struct err *err, const char *fmt,
                 ...) PRINTF(4, 5);
/* The same with the message that is in err. */
int place_wrap(const struct yaml_place *in, const char *key, struct err *err);

#endif
