/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ring: the guest writes frames, the host reads them. One page of header, then the data area.
 * The ring never wraps and the host never writes to it. So the host cannot change what the guest
 * sees, and virtual time stays exact. A frame that does not fit is lost and counted in `dropped`;
 * the host reports that as an error. Integers are little-endian, frames aligned to 8 bytes.
 *
 *	frame = magic u32 | type u16 | zero u16 | length u32 | sequence u32 | crc32 u32 | zero u32
 *	        | JSON…
 *
 * The writer fills the frame, then moves `written` past it with release order.
 */
#ifndef WIRE_RING_H
#define WIRE_RING_H

#include "harness/wire/msg.h"

/* The region that host and guest share: the ring, then the input. The host has written the input
 * before the guest runs: newc archives one after the other, zeros after them. */
#define RING_BYTES       (16u << 20)
#define RING_MAGIC       0x5354534bu /* "KSTS" */
#define RING_FRAME_MAGIC 0x4d52464bu
#define RING_HEADER      4096
#define RING_FRAME_MAX   (8u << 20)

struct ring_header {
	uint32_t magic;   /* the writer sets it after the other fields */
	uint32_t version; /* WIRE_VERSION */
	uint64_t size;    /* of the data area, in bytes */
	uint64_t written; /* size of all whole frames, in bytes */
	uint64_t dropped; /* frames that did not fit */
};

struct ring_writer {
	uint8_t *base;
	size_t size;
	uint32_t seq;
};
/* base: `size` bytes of zeroed shared memory; size > RING_HEADER. */
void ring_writer_init(struct ring_writer *w, void *base, size_t size);
/* False if the frame did not fit. It is then counted as dropped. */
bool ring_write(struct ring_writer *w, enum wire_msg type, const void *payload, size_t n);
/* The same for a record, which its table encodes. */
bool ring_send(struct ring_writer *w, enum wire_msg type, const void *rec);

struct ring_reader {
	uint64_t offset;
	uint32_t seq;
};
struct ring_frame {
	enum wire_msg type;
	const char *payload; /* borrowed from the ring; JSON, not terminated */
	size_t n;
};
/* Reads the next whole frame. Returns 1 with a frame, 0 if there is none yet, -ERR_FORMAT for a
 * broken one (magic, length, sequence, checksum or type). The memory belongs to the guest, which is
 * not trusted: every length is checked against `size`. */
int ring_next(struct ring_reader *r, const uint8_t *base, size_t size, struct ring_frame *out,
              struct err *err) MUST_CHECK;
uint64_t ring_dropped(const uint8_t *base, size_t size);

#endif
