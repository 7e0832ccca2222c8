/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads YAML into structs. Each struct has one table:
 *
 *	static const struct yaml_field file_fields[] = {
 *		{ "path", YAML_TEXT, offsetof(struct file, path), .min = 1, .max = 4096,
 *		  .required = true },
 *		...
 *	};
 *	static const struct yaml_table file_table = YAML_TABLE(struct file, file_fields);
 *
 * It refuses unknown keys (with a suggestion), duplicate keys, missing keys, and values of a
 * wrong kind or out of bounds. The error names the place. A value must be valid as a whole: "2s" is
 * not a number. What is not given stays zero.
 */
#ifndef YAML_READ_H
#define YAML_READ_H

#include "base/strv.h"
#include "yaml/yaml_tree.h"

enum yaml_kind {
	YAML_TEXT,    /* char *, owned: a single value of min to max bytes */
	YAML_U32,     /* uint32_t from min to max (0: any); decimal, as all numbers */
	YAML_I32,     /* int32_t */
	YAML_I32_PTR, /* int32_t *, owned, NULL: not given */
	YAML_F64_PTR, /* double *, owned, NULL: not given; may be "inf" or "-inf", not "nan" */
	YAML_LIMIT,   /* the same, of 0 or more */
	YAML_BOOL,    /* bool: true, yes, on or false, no, off */
	YAML_RECORD,  /* struct *, owned, NULL: not given; .table */
	YAML_INLINE,  /* a struct member whose keys stand among this record's own; .table */
	YAML_RECORDS, /* struct *, owned, and its count (n_off): a list of min to max; .table */
	YAML_TEXTS,   /* char **, owned, and its count: texts of item_min to item_max bytes */
	YAML_F64MAP,  /* struct json_f64map: up to max keys of any name, each a number */
	YAML_STRV,    /* struct strv: a list of min to max texts of item_min to item_max bytes, or a
	               * single one */
	/* struct strv of "KEY=VALUE": a mapping of single values, or a list of such texts, of up to
	 * max; a text has up to item_max bytes */
	YAML_PAIRS,
	YAML_PLACE, /* const struct yaml_place *: the value as it is, for the caller to read */
};

struct yaml_table;
struct yaml_field {
	const char *key;
	enum yaml_kind kind;
	size_t off, n_off; /* n_off: offset of the uint32_t that counts a list's items */
	uint32_t min, max;
	uint32_t item_min, item_max;
	bool required;
	const struct yaml_table *table;
	const char *doc; /* for a page of docs/; or NULL */
};

struct yaml_table {
	size_t size;
	bool placed; /* the struct begins with a const struct yaml_place *, its own place */
	const struct yaml_field *fields;
	size_t n;
};
#define YAML_TABLE(T, fields_, ...)                                                                \
	{                                                                                          \
		.size = sizeof(T), .fields = (fields_), .n = ARRAY_SIZE(fields_), __VA_ARGS__      \
	}

/* Reads into a zeroed record. Call yaml_record_done() also after a failure. The record points to
 * places of the tree, so the tree must outlive it. */
int yaml_read(const struct yaml_table *t, const struct yaml_place *at, void *rec, struct err *err)
	MUST_CHECK;
/* Frees what the record owns. */
void yaml_record_done(const struct yaml_table *t, void *rec);

#endif
