/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A number as programs print them: "12", "-0.5e3", "1,234,567", "12.5k", "950us", "1.2 ms". The whole token
 * is taken, with its unit, or it is refused with a reason: half a number is a false figure.
 *
 * k, M, G and T behind a number, also behind a blank, are powers of 1000. A comma is a thousands separator where the digits are in
 * groups of three; any other comma is refused, as is what follows a number and is no unit.
 */
#ifndef PAYLOAD_NUMBER_H
#define PAYLOAD_NUMBER_H

#include "base/err.h"
#include "base/unit.h"

struct number {
	double value;            /* in its own unit */
	const struct unit *unit; /* NULL: a plain number */
	bool behind_blank;       /* the unit stands apart, and may be another word */
};

/* Where to read: text[from, to) within a match, text[begin, end), of the user's pattern. If the match ends
 * with it, what goes on behind is part of the number; if the match begins with it, it must not be cut off
 * from what is before. Else the pattern says what is beside it. */
struct number_span {
	size_t begin, from, to, end;
};

/* 0: no number stands there. ERR_FORMAT, with the token: it cannot be taken as a whole. 1: it is in *out. A
 * unit behind it belongs to it. */
int number_read(const char *text, const struct number_span *at, struct number *out, struct err *err)
	MUST_CHECK;
/* The end of the token that begins at `from`: blanks and punctuation end it. */
size_t number_token_end(const char *text, size_t from);

/* "none" for NULL, a plain number. */
const char *number_unit_name(const struct unit *u);
/* ERR_FORMAT when the two measure different things. */
int number_convert(const struct number *n, const struct unit *to, double *out, struct err *err)
	MUST_CHECK;

#endif
