/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ring in the memory of a hostile guest. The first byte says how the rest becomes a ring. Even:
 * frames as a guest would write them (type, length / 16, payload), so that the code after the
 * checksum is reached. Odd: the header's numbers and the data area are taken as they are.
 */
#include "base/mem.h"
#include "harness/judge/guest.h"
#include "harness/wire/job.h"
#include "tests/fuzz/fuzz.h"

#define UNIT 16

static void fill_frames(uint8_t *ring, size_t size, const uint8_t *data, size_t n)
{
	struct ring_writer w;

	ring_writer_init(&w, ring, size);
	while (n >= 2) {
		enum wire_msg type = (enum wire_msg)(data[0] % WIRE_MSG_COUNT);
		size_t length = (size_t)data[1] * UNIT;

		data += 2;
		n -= 2;
		if (length > n)
			length = n;
		ring_write(&w, type, data, length);
		data += length;
		n -= length;
	}
}

static void fill_raw(uint8_t *ring, size_t size, const uint8_t *data, size_t n)
{
	struct ring_header h = { .magic = RING_MAGIC, .version = WIRE_VERSION };
	size_t head = n < 16 ? n : 16;

	memcpy(&h.written, data, head); /* and h.dropped */
	if (h.written > size)
		h.written = n - head;
	memcpy(ring, &h, sizeof(h));
	memcpy(ring + RING_HEADER, data + head, n - head);
}

static void read_all(const uint8_t *ring, size_t size)
{
	struct err err = ERR_INIT;
	struct guest_report g;
	int r, again;

	guest_report_init(&g);
	r = guest_report_read(&g, ring, size, &err);
	FUZZ_MUST(r >= 0 || err.msg[0], "refused without a reason");
	FUZZ_MUST(r != 1 || g.end, "an end that was not kept");
	if (r >= 0) {
		again = guest_report_read(&g, ring, size, &err);
		FUZZ_MUST(again == r, "%d, then %d without a new frame", r, again);
	}
	guest_report_done(&g);
}

void fuzz_ring(const uint8_t *data, size_t n)
{
	size_t size = RING_HEADER + (n + 64) * 16; /* an empty frame is two bytes of input */
	uint8_t *ring;

	if (!n)
		return;
	ring = xcalloc(1, size);
	(data[0] % 2 ? fill_raw : fill_frames)(ring, size, data + 1, n - 1);
	read_all(ring, size);
	free(ring);
}
