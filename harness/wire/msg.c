/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/wire/msg.h"

#include "harness/wire/report.h"

static const char *const msg_name[] = {
#define X(e, name, table) [e] = name,
	WIRE_MSGS(X)
#undef X
};
const struct json_names wire_msg_names = JSON_NAMES(msg_name);

static const struct json_table *const msg_table[] = {
#define X(e, name, table) [e] = &(table),
	WIRE_MSGS(X)
#undef X
};

const struct json_table *wire_msg_table(enum wire_msg m)
{
	return (unsigned int)m < WIRE_MSG_COUNT ? msg_table[m] : NULL;
}
