/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON text, read front to back without a tree. Strict RFC 8259: UTF-8 throughout, nothing before
 * or after the one document but white space, and no more than JSON_DEPTH_MAX levels.
 *
 *	json_reader_init(&r, text, n);
 *	if (json_enter(&r, &err) == 0)				at '{'
 *		while ((more = json_next_key(&r, &key, &err)) > 0)
 *			json_skip(&r, NULL, &err);		or json_take_…(): exactly one value
 *	json_finish(&r, &err);
 *	json_reader_done(&r);
 *
 * json_peek() tells what comes next, and consumes nothing but white space. The text is borrowed; it
 * need not end in NUL. Every error is ERR_FORMAT and names the byte ("JSON: … at byte 12").
 */
#ifndef BASE_JSON_READER_H
#define BASE_JSON_READER_H

#include "base/err.h"
#include "base/strbuf.h"

#define JSON_DEPTH_MAX 32

/* A piece of text that somebody else owns; not terminated. */
struct json_span {
	const char *s;
	size_t n;
};

struct json_reader {
	const char *text, *at, *end;
	unsigned int depth;
	bool first;           /* nothing of the innermost object or array was read yet */
	struct strbuf string; /* the last string that had escapes */
};

struct json_number {
	struct json_span text;
	bool whole, negative; /* whole: neither fraction nor exponent */
	bool overflow;        /* the digits do not fit `digits` */
	uint64_t digits;      /* all of them, as one whole number … */
	int exp10;            /* … times ten to this */
};

void json_reader_init(struct json_reader *r, const char *text, size_t n);
void json_reader_done(struct json_reader *r);
#define _cleanup_json_reader_ CLEANUP(json_reader_done)

/* First byte of the next token: { [ " t f n - 0…9 begin a value; '\0' at the end of the text. */
char json_peek(struct json_reader *r);
/* Into the object or array that json_peek() showed; the json_next_… below leaves it. */
int json_enter(struct json_reader *r, struct err *err) MUST_CHECK;
/* 1: the key was read, and its value comes next; 0: the object is over. The span stands until the
 * next string is read. */
int json_next_key(struct json_reader *r, struct json_span *key, struct err *err) MUST_CHECK;
/* 1: an item comes next; 0: the array is over. */
int json_next_item(struct json_reader *r, struct err *err) MUST_CHECK;
/* Escapes resolved; stands until the next string is read. May hold NUL. */
int json_take_string(struct json_reader *r, struct json_span *out, struct err *err) MUST_CHECK;
int json_take_number(struct json_reader *r, struct json_number *out, struct err *err) MUST_CHECK;
/* "true", "false" or "null". */
int json_take_literal(struct json_reader *r, struct json_span *out, struct err *err) MUST_CHECK;
/* Any value, checked like one that is read; its text to *raw unless NULL. */
int json_skip(struct json_reader *r, struct json_span *raw, struct err *err) MUST_CHECK;
/* Nothing but white space is left. */
int json_finish(struct json_reader *r, struct err *err) MUST_CHECK;

/* Correctly rounded; infinite beyond the range. */
double json_number_f64(const struct json_number *n);

#endif
