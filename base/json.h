/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records as JSON through field tables. A struct has one table. Encode, decode, validation, the
 * schema page, JSON Schema and the round-trip test all walk it, so a field is spelled once:
 *
 *	static const struct json_field host_fields[] = {
 *		{ "arch", JSON_STR, offsetof(struct host, arch), .flags = JSON_NULLABLE,
 *		  .doc = "machine hardware name, as uname -m" },
 *		...
 *	};
 *	const struct json_table host_table = JSON_TABLE("host", struct host, host_fields, "...");
 *
 * "Not measured" (none) is null on disk. In memory it is NULL (strings, pointers), NaN (JSON_F64),
 * U64_NONE, U32_NONE, I64_NONE or TRI_NONE. A zeroed record is therefore not an empty one: start
 * with json_init(). Encoding a none in a field that is not JSON_NULLABLE is a programming error.
 * NaN and infinity never reach a file: a JSON_F64 that is not finite is written as null. Decoding
 * skips unknown keys without a message. It names the path of a wrong value ("cgroups[2].name:
 * expected a string, got 12").
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <json-c/json.h>
#include <math.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/json_reader.h"
#include "base/strbuf.h"
#include "base/strv.h"

#define U64_NONE UINT64_MAX
#define U32_NONE UINT32_MAX
#define I64_NONE INT64_MIN
#define TRI_NONE ((int8_t)-1)
#define F64_NONE NAN

enum json_kind {
	JSON_BOOL,    /* bool */
	JSON_TRI,     /* int8_t: 0, 1 or TRI_NONE */
	JSON_U32,     /* uint32_t */
	JSON_U64,     /* uint64_t */
	JSON_I64,     /* int64_t */
	JSON_F64,     /* double */
	JSON_STR,     /* char *, owned */
	JSON_ENUM,    /* int, spelled by .names; other values are refused; none: -1 */
	JSON_OBJ,     /* struct in place, .table */
	JSON_INLINE,  /* struct in place; its keys are among this record's own; .table */
	JSON_OBJ_PTR, /* struct *, owned, NULL = null, .table */
	JSON_ARRAY,   /* JSON_ARRAY_OF(struct …), .table */
	JSON_STRV,    /* struct strv */
	JSON_STRMAP,  /* struct strmap */
	JSON_U64S,    /* struct json_u64s */
	JSON_F64MAP,  /* struct json_f64map: name → number or null */
};

enum json_flags {
	JSON_REQUIRED = 0,      /* the key must be present and not null */
	JSON_NULLABLE = 1 << 0, /* may be null or absent; always written */
	JSON_OPTIONAL = 1 << 1, /* nullable, and not written while none or empty */
	/* Facts of one moment (load, free memory): not part of comparisons of identity. */
	JSON_STATE = 1 << 2,
	/* Two records describe the same thing only if these fields are equal. */
	JSON_IDENTITY = 1 << 3,
	/* Not used for filters or comparisons: not decoded where many records are read. */
	JSON_DETAIL = 1 << 4,
};

/* Arrays and maps: the record owns what v points to; n is the number of elements. Start with v =
 * NULL and grow only with xgrow(a.v, a.n): the capacity follows from n. */
#define JSON_ARRAY_OF(T)                                                                           \
	struct {                                                                                   \
		T *v;                                                                              \
		size_t n;                                                                          \
	}
/* The common layout of these arrays, for code that walks tables. */
struct json_array {
	void *v;
	size_t n;
};
struct json_u64s {
	uint64_t *v;
	size_t n;
};
struct json_f64map {
	struct json_f64pair {
		char *key;
		double value;
	} * v;
	size_t n;
};

struct json_names {
	const char *const *names; /* indexed by the enum's value; NULL: no such value */
	size_t n;
};
#define JSON_NAMES(arr)                                                                            \
	{                                                                                          \
		.names = (arr), .n = ARRAY_SIZE(arr)                                               \
	}

struct json_table;
struct json_field {
	const char *name;
	enum json_kind kind;
	size_t off;
	unsigned int flags;
	unsigned int since; /* schema number that introduced it; 0 and 1 mean the first */
	const char *unit;   /* NULL: no unit */
	const char *doc;    /* one sentence for the schema page */
	const struct json_table *table;
	const struct json_names *names;
};

struct json_table {
	const char *name;
	const char *doc;
	size_t size;
	const struct json_field *fields;
	size_t n;
};
#define JSON_TABLE(name_, type_, fields_, doc_)                                                    \
	{                                                                                          \
		.name = (name_), .doc = (doc_), .size = sizeof(type_), .fields = (fields_),        \
		.n = ARRAY_SIZE(fields_)                                                           \
	}

static inline void json_putp(struct json_object **o)
{
	if (*o)
		json_object_put(*o);
}
#define _cleanup_json_ CLEANUP(json_putp)

/* Sets every field to none. Allocates nothing. */
void json_init(const struct json_table *t, void *rec);
/* Frees what the record owns and initialises it again. Accepts a half-decoded record. */
void json_done(const struct json_table *t, void *rec);
/* A new object with its keys in table order; the caller puts it. */
struct json_object *json_encode(const struct json_table *t, const void *rec);
/* Decodes one document into a record after json_init(), strictly (json_reader.h). On failure the
 * record is as after json_init() again, and the message starts with the path of the value, or with
 * "JSON: " where the text is not JSON. Unknown keys are checked and skipped. A known key that
 * occurs twice is refused. */
int json_decode(const struct json_table *t, const char *text, size_t n, void *rec, struct err *err)
	MUST_CHECK;

/* What a reader of many records does not decode. That part of the text is still checked. */
struct json_part {
	unsigned int without;         /* fields with any of these flags stay none */
	const struct json_table *raw; /* objects of this table are not decoded; */
	struct json_span span;        /* out: the last one's text, in the caller's text */
};
int json_decode_part(const struct json_table *t, struct json_span text, struct json_part *part,
                     void *rec, struct err *err) MUST_CHECK;
/* Whether two records are equal in depth: compares their encodings. */
bool json_equal(const struct json_table *t, const void *a, const void *b);

/* JSON text. pretty: two-space indentation and a final newline; else one line without a newline. A
 * double gets the shortest form that reads back the same, at most 17 significant digits. Bytes that
 * are not UTF-8 become \xNN. The caller frees. */
char *json_text(struct json_object *o, bool pretty);
/* Parses a document that has no table, with the same reader. A number that is not finite or a key
 * that occurs twice is ERR_FORMAT. json_read() reads a file; one longer than max_bytes is
 * ERR_LIMIT. *out is NULL for "null". */
int json_parse(const char *text, size_t n, struct json_object **out, struct err *err) MUST_CHECK;
int json_read(int dirfd, const char *path, size_t max_bytes, struct json_object **out,
              struct err *err) MUST_CHECK;

/* Adds a key with a text; NULL becomes null. */
void json_add_text(struct json_object *o, const char *key, const char *text);
/* Adds a key with a number; null if it is not finite. */
void json_add_number(struct json_object *o, const char *key, double v);
/* Adds a key with a list of texts. */
void json_add_strv(struct json_object *o, const char *key, const struct strv *list);
/* The value of a name, or -1. */
int json_name_index(const struct json_names *names, const char *s);
/* The name of a value; "?" when there is none. */
const char *json_name(const struct json_names *names, int v);
/* Sets or replaces a key of the map, which stays sorted; looks up a key (NaN when absent). */
void json_f64map_set(struct json_f64map *m, const char *key, double v);
double json_f64map_get(const struct json_f64map *m, const char *key);
/* Empties an array outside a record. json_done() does this for arrays in a record. */
#define json_array_done(t, a) json_array_done_((t), (void **)&(a)->v, &(a)->n)
void json_array_done_(const struct json_table *t, void **v, size_t *n);
/* Empties a map outside a record. json_done() does this for maps in a record. */
void json_f64map_done(struct json_f64map *m);

#endif
