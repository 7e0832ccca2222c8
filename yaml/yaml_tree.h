/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A YAML file as a tree of places. A place is a value and where it stands: file, line and the keys
 * that lead to it. An error about a value names its place:
 *
 *	return place_refuse(work->at, "nice", err, "%d is not in -20…19", work->nice);
 *	→ s.yaml:7: cgroups[1]: works[0]: nice: 30 is not in -20…19
 *
 * A place may be NULL (there is no file): then messages begin with the key.
 */
#ifndef YAML_TREE_H
#define YAML_TREE_H

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
	const char *key; /* of a value in a mapping; NULL: a list item, or the whole file */
	uint32_t index;  /* in a list or mapping */
	uint32_t line;   /* of the key or the item, from 1; 0: the whole file */
	enum yaml_form form;
	const char *text;               /* of a single value; n bytes and a NUL */
	size_t n;                       /* bytes of text; items of a list; keys of a mapping */
	const struct yaml_place *first; /* child of a list or mapping, in file order */
	const struct yaml_place *next;  /* in the same list or mapping */
};

struct yaml_tree {
	char *path;
	const struct yaml_place *root; /* NULL: no document */
	struct yaml_tree *next;        /* for an owner of several trees */
};

/* Parses the first document of `text`, the contents of the file `path`. Refuses aliases and nesting
 * beyond 64. Duplicate keys are kept: yaml_read() refuses them. */
int yaml_tree_parse(const char *path, const struct strbuf *text, struct yaml_tree **out,
                    struct err *err) MUST_CHECK;
/* Frees the tree and those linked to it by `next`. */
void yaml_tree_free(struct yaml_tree **t);

/* The value of a key in a mapping, or NULL. */
const struct yaml_place *place_at(const struct yaml_place *in, const char *key);
/* An item of the list under a key, or NULL. */
const struct yaml_place *place_item(const struct yaml_place *in, const char *key, uint32_t index);
/* Sets ERR_FORMAT with the place of `in`, or of `key` in `in`. The key need not exist (the error
 * may be that it is missing). Control characters are shown as \xNN. */
int place_refuse(const struct yaml_place *in, const char *key, struct err *err, const char *fmt,
                 ...) PRINTF(4, 5);
/* The same with the message that err has now. */
int place_wrap(const struct yaml_place *in, const char *key, struct err *err);

#endif
