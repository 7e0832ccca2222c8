/* SPDX-License-Identifier: GPL-2.0-only */
/* Units as programs print them and as payloads give them to their metrics: those of one quantity convert into each
 * other. */
#ifndef BASE_UNIT_H
#define BASE_UNIT_H

#include <stdbool.h>
#include <stddef.h>

enum quantity {
	UNIT_TIME,
	UNIT_BYTES,
	UNIT_BYTE_RATE,
	UNIT_BIT_RATE,
	UNIT_RATE,
	UNIT_SHARE,
};

enum unit_flag {
	UNIT_CONVERTS = 1 << 0, /* a metric's unit that stats converts */
	UNIT_PRINTED = 1 << 1,  /* found behind a number */
	UNIT_APART = 1 << 2,    /* also across a blank */
};

struct unit {
	const char *name;
	enum quantity of;
	double size;        /* in the quantity's own unit */
	unsigned int flags; /* enum unit_flag */
};
extern const struct unit units[];
extern const size_t n_units;

/* The unit of that name that has all these flags; NULL for none, and for the name NULL. */
const struct unit *unit_find(const char *name, unsigned int flags);
/* What a value in `from` is multiplied with to be in `to`. NULL is no unit. Equal names always
 * convert; false: unlike things. */
bool unit_factor(const char *from, const char *to, double *factor);
/* "bytes per second" */
const char *unit_quantity(const struct unit *u);

#endif
