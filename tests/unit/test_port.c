/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include "base/mem.h"
#include "harness/wire/port.h"

static struct port make(void)
{
	struct port p = { .memory = xcalloc(1, PORT_BYTES) };

	memset(p.memory, 0xff, 4096); /* the end of the input was there */
	port_init(&p);
	return p;
}

/* Odd sizes, so that every pipe wraps within a piece. What goes in begins at another byte of `data` each
 * time. */
TEST(port_carries_each_byte_in_order)
{
	struct port p = make();
	uint8_t data[70001 + 251], got[60001];
	uint64_t in, out;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i % 251);
	for (int pipe = 0; pipe < PORT_PIPES; pipe++) {
		for (in = out = 0; in < 6u << 20;) {
			in += port_write(&p, (enum port_pipe)pipe, data + in % 251, 70001);
			size_t n = port_read(&p, (enum port_pipe)pipe, got, sizeof(got));
			ck_assert_mem_eq(got, data + out % 251, n);
			out += n;
		}
		ck_assert_uint_eq(port_waiting(&p, (enum port_pipe)pipe), in - out);
	}
	free(p.memory);
}

TEST(port_pipe_fills_and_ends)
{
	struct port p = make();
	size_t all = port_room(&p, PORT_IN);
	uint8_t *data = xcalloc(1, all + 1);

	ck_assert_uint_eq(port_write(&p, PORT_IN, data, all + 1), all);
	ck_assert_uint_eq(port_write(&p, PORT_IN, data, 1), 0);
	port_end(&p, PORT_IN);
	ck_assert(!port_ended(&p, PORT_IN));
	ck_assert_uint_eq(port_read(&p, PORT_IN, data, all + 1), all);
	ck_assert(port_ended(&p, PORT_IN));
	ck_assert(!port_ended(&p, PORT_OUT));
	free(data);
	free(p.memory);
}

/* Whatever a guest writes there, no more is read than there is. */
TEST(port_counters_that_lie_give_nothing)
{
	struct port p = make();
	uint64_t *counters = (uint64_t *)(void *)p.memory;
	uint8_t byte;

	for (size_t i = 0; i < 64; i++)
		counters[i] = i % 2 ? 5 : UINT64_MAX - i * 1000003;
	for (int pipe = 0; pipe < PORT_PIPES; pipe++) {
		size_t room = port_room(&p, (enum port_pipe)pipe);
		size_t n = port_waiting(&p, (enum port_pipe)pipe);

		ck_assert_uint_le(room, PORT_BYTES);
		ck_assert_uint_le(n, PORT_BYTES);
		ck_assert_uint_le(port_read(&p, (enum port_pipe)pipe, &byte, 1), 1);
	}
	free(p.memory);
}

TEST(port_rings_once_until_it_is_heard)
{
	struct port p = make();

	ck_assert(port_ring(&p, PORT_GUEST));
	ck_assert(!port_ring(&p, PORT_GUEST));
	ck_assert(port_ring(&p, PORT_HOST));
	port_heard(&p, PORT_HOST);
	ck_assert(port_ring(&p, PORT_GUEST));
	ck_assert(!port_ring(&p, PORT_HOST));
	free(p.memory);
}

TEST(port_window_has_rows_and_columns)
{
	struct port p = make();
	uint16_t rows, columns;

	port_set_window(&p, 24, 300);
	port_window(&p, &rows, &columns);
	ck_assert_uint_eq(rows, 24);
	ck_assert_uint_eq(columns, 300);
	free(p.memory);
}
