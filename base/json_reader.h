/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads JSON text from front to back without building a tree. Strict RFC 8259: UTF-8 throughout,
 * only white space around the one document, at most JSON_DEPTH_MAX levels.
 *
 *	json_reader_init(&r, text, n);
 *	if (json_enter(&r, &err) == 0)				at '{'
 *		while ((more = json_next_key(&r, &key, &err)) > 0)
 *			json_skip(&r, NULL, &err);		or json_take_…(): exactly one value
 *	json_finish(&r, &err);
 *	json_reader_done(&r);
 *
 * json_peek() tells what comes next; it consumes only white space. The text is borrowed and need
 * not end with a NUL. Every error is ERR_FORMAT and names the byte ("JSON: … at byte 12").
 */
#ifndef BASE_JSON_READER_H
#define BASE_JSON_READER_H

#include "base/err.h"
#include "base/strbuf.h"

#define JSON_DEPTH_MAX 32

/* A piece of borrowed text, without a NUL at its end. */
struct json_span {
	const char *s;
	size_t n;
};

struct json_reader {
	const char *text, *at, *end;
	unsigned int depth;
	bool first;           /* nothing in the innermost object or array was read yet */
	struct strbuf string; /* the last string that had escapes, decoded */
};

struct json_number {
	struct json_span text;
	bool whole, negative; /* whole: it has no fraction and no exponent */
	bool overflow;        /* the digits do not fit `digits` */
	uint64_t digits;      /* all digits as one whole number … */
	int exp10;            /* … times 10 to the power of this */
};

void json_reader_init(struct json_reader *r, const char *text, size_t n);
void json_reader_done(struct json_reader *r);
#define _cleanup_json_reader_ CLEANUP(json_reader_done)

/* The first byte of the next token; '\0' at the end of the text. A value begins with one of { [ " t
 * f n - 0…9. */
char json_peek(struct json_reader *r);
/* Enters the object or array that json_peek() showed. When json_next_key() or json_next_item()
 * returns 0, it has left it. */
int json_enter(struct json_reader *r, struct err *err) MUST_CHECK;
/* 1: the key was read and its value comes next; 0: the object has ended. The span is valid until
 * the next string is read. */
int json_next_key(struct json_reader *r, struct json_span *key, struct err *err) MUST_CHECK;
/* 1: an item comes next; 0: the array has ended. */
int json_next_item(struct json_reader *r, struct err *err) MUST_CHECK;
/* Escapes are resolved. The span is valid until the next string is read. It may contain NUL. */
int json_take_string(struct json_reader *r, struct json_span *out, struct err *err) MUST_CHECK;
int json_take_number(struct json_reader *r, struct json_number *out, struct err *err) MUST_CHECK;
/* "true", "false" or "null". */
int json_take_literal(struct json_reader *r, struct json_span *out, struct err *err) MUST_CHECK;
/* Skips any value, with the same checks as reading it. *raw, unless NULL, gets its text. */
int json_skip(struct json_reader *r, struct json_span *raw, struct err *err) MUST_CHECK;
/* Checks that only white space is left. */
int json_finish(struct json_reader *r, struct err *err) MUST_CHECK;

/* Correctly rounded; infinite if out of a double's range. */
double json_number_f64(const struct json_number *n);

#endif
