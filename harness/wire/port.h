/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The port: what a program in the guest reads and writes while it runs, in memory that host and guest
 * share. It lies where the guest's input was, which is read by then. Three pipes of bytes, and what the
 * two sides tell each other. Each pipe has one writer and one reader.
 *
 * Whoever changed something calls port_ring(). If that is true, the other side does not know yet: send
 * it a byte through the serial port. Who gets a byte calls port_heard(), then looks at everything.
 *
 * Only for guests on which nothing is measured: the host writes while the guest runs.
 */
#ifndef WIRE_PORT_H
#define WIRE_PORT_H

#include "base/util.h"

#define PORT_TTY   "/dev/ttyS1" /* of the guest */
#define PORT_BYTES (8u << 20)   /* at most; the input has twice of that */

enum port_pipe {
	PORT_IN, /* to the guest */
	PORT_OUT,
	PORT_ERR,
	PORT_PIPES
};

enum port_side {
	PORT_HOST,
	PORT_GUEST,
	PORT_SIDES
};

struct port {
	uint8_t *memory; /* PORT_BYTES of it */
};

/* The guest: makes all of it anew. The host must not have touched it. */
void port_init(struct port *p);

/* Return how many bytes were taken: as many as there is room for, or as there are. */
size_t port_write(const struct port *p, enum port_pipe pipe, const void *data, size_t n);
size_t port_read(const struct port *p, enum port_pipe pipe, void *buf, size_t n);
/* How many bytes can be written, and read. */
size_t port_room(const struct port *p, enum port_pipe pipe);
size_t port_waiting(const struct port *p, enum port_pipe pipe);

/* The writer: nothing will follow. */
void port_end(const struct port *p, enum port_pipe pipe);
/* Whether the writer said so, and all of it was read. */
bool port_ended(const struct port *p, enum port_pipe pipe);

/* The size of the user's terminal. 0 and 0: not known. */
void port_set_window(const struct port *p, uint16_t rows, uint16_t columns);
void port_window(const struct port *p, uint16_t *rows, uint16_t *columns);

bool port_ring(const struct port *p, enum port_side caller);
void port_heard(const struct port *p, enum port_side caller);

#endif
