/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/wire/port.h"

#include <stdatomic.h>

#define IN_BYTES  (1u << 20)
#define OUT_BYTES (4u << 20)
#define ERR_BYTES (1u << 20)
#define DATA_AT   4096

/* Counters only grow. The other side is not trusted: what it says is checked at each use. */
struct pipe_head {
	_Atomic uint64_t written, read;
	_Atomic uint32_t ended;
};

struct port_head {
	struct pipe_head pipes[PORT_PIPES];
	_Atomic uint32_t window; /* rows << 16 | columns */
	_Atomic uint32_t rung[PORT_SIDES];
};

static const struct {
	size_t at, bytes;
} places[] = {
	[PORT_IN] = { DATA_AT, IN_BYTES },
	[PORT_OUT] = { DATA_AT + IN_BYTES, OUT_BYTES },
	[PORT_ERR] = { DATA_AT + IN_BYTES + OUT_BYTES, ERR_BYTES },
};
_Static_assert(DATA_AT + IN_BYTES + OUT_BYTES + ERR_BYTES <= PORT_BYTES, "it must fit");
_Static_assert(sizeof(struct port_head) <= DATA_AT, "it must fit");

static struct port_head *head(const struct port *p)
{
	return (struct port_head *)(void *)p->memory;
}

void port_init(struct port *p)
{
	memset(p->memory, 0, sizeof(struct port_head));
	atomic_thread_fence(memory_order_seq_cst);
}

size_t port_waiting(const struct port *p, enum port_pipe pipe)
{
	struct pipe_head *h = &head(p)->pipes[pipe];
	uint64_t n = atomic_load(&h->written) - atomic_load(&h->read);

	return n <= places[pipe].bytes ? (size_t)n : 0;
}

size_t port_room(const struct port *p, enum port_pipe pipe)
{
	struct pipe_head *h = &head(p)->pipes[pipe];
	uint64_t n = atomic_load(&h->written) - atomic_load(&h->read);

	return n <= places[pipe].bytes ? places[pipe].bytes - (size_t)n : 0;
}

/* Where the byte of this number is, and how many follow it up to the end of the pipe's memory. */
static uint8_t *place(const struct port *p, enum port_pipe pipe, uint64_t number, size_t *n)
{
	size_t at = (size_t)(number % places[pipe].bytes), rest = places[pipe].bytes - at;

	if (*n > rest)
		*n = rest;
	return p->memory + places[pipe].at + at;
}

size_t port_write(const struct port *p, enum port_pipe pipe, const void *data, size_t n)
{
	_Atomic uint64_t *written = &head(p)->pipes[pipe].written;
	size_t room = port_room(p, pipe), all = n < room ? n : room;

	for (size_t done = 0; done < all;) {
		uint64_t number = atomic_load(written);
		size_t part = all - done;
		uint8_t *to = place(p, pipe, number, &part);

		memcpy(to, (const uint8_t *)data + done, part);
		atomic_store(written, number + part);
		done += part;
	}
	return all;
}

size_t port_read(const struct port *p, enum port_pipe pipe, void *buf, size_t n)
{
	_Atomic uint64_t *read = &head(p)->pipes[pipe].read;
	size_t waiting = port_waiting(p, pipe), all = n < waiting ? n : waiting;

	for (size_t done = 0; done < all;) {
		uint64_t number = atomic_load(read);
		size_t part = all - done;
		const uint8_t *from = place(p, pipe, number, &part);

		memcpy((uint8_t *)buf + done, from, part);
		atomic_store(read, number + part);
		done += part;
	}
	return all;
}

void port_end(const struct port *p, enum port_pipe pipe)
{
	atomic_store(&head(p)->pipes[pipe].ended, 1);
}

bool port_ended(const struct port *p, enum port_pipe pipe)
{
	return atomic_load(&head(p)->pipes[pipe].ended) && !port_waiting(p, pipe);
}

void port_set_window(const struct port *p, uint16_t rows, uint16_t columns)
{
	atomic_store(&head(p)->window, (uint32_t)rows << 16 | columns);
}

void port_window(const struct port *p, uint16_t *rows, uint16_t *columns)
{
	uint32_t window = atomic_load(&head(p)->window);

	*rows = (uint16_t)(window >> 16);
	*columns = (uint16_t)window;
}

bool port_ring(const struct port *p, enum port_side caller)
{
	return atomic_exchange(&head(p)->rung[caller], 1) == 0;
}

void port_heard(const struct port *p, enum port_side caller)
{
	atomic_store(&head(p)->rung[caller == PORT_HOST ? PORT_GUEST : PORT_HOST], 0);
}
