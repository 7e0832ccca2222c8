/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * QEMU's monitor (QMP), over a socket pair: commands are written, replies and events are read one
 * by one. Commands may be written before QEMU starts.
 */
#ifndef VMM_QMP_H
#define VMM_QMP_H

#include "base/err.h"
#include "base/json.h"

struct qmp_reader {
	int fd; /* borrowed */
	struct strbuf text;
};

/* `arguments` is put; NULL: none. */
int qmp_send(int fd, const char *command, struct json_object *arguments, struct err *err)
	MUST_CHECK;
/* {key: value}. */
struct json_object *qmp_argument(const char *key, const char *value);
/* Leaves the negotiation mode and turns migration capabilities on, NULL-terminated. */
int qmp_begin(int fd, const char *const *capabilities, struct err *err) MUST_CHECK;
/* The next message, if a whole one has arrived: 1, the caller puts it. 0: none yet. Negative: QEMU
 * closed the socket, sent nonsense, or refused a command (the message says why). */
int qmp_next(struct qmp_reader *r, struct json_object **out, struct err *err) MUST_CHECK;
void qmp_reader_done(struct qmp_reader *r);
/* Whether a message is this event. */
bool qmp_is_event(struct json_object *msg, const char *event);
/* data.key of an event; "" if there is none. Borrowed from the message. */
const char *qmp_event_text(struct json_object *msg, const char *key);

#endif
