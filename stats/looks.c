/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/looks.h"

/* Each look may spend more than the one before: early ones are for what is plain to see. */
const struct look looks[LOOKS] = {
	{ 8, 0.005 },
	{ 16, 0.010 },
	{ 32, 0.015 },
	{ 64, 0.020 },
};
