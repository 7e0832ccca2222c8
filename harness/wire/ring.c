/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/wire/ring.h"

#include <zlib.h>

#include "harness/wire/job.h"

struct frame_header {
	uint32_t magic;
	uint16_t type, zero16;
	uint32_t length, seq, crc, zero32;
};
_Static_assert(sizeof(struct frame_header) == 24, "frames have the layout of ring.h");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the ring is little-endian");

static uint64_t frame_size(uint32_t length)
{
	return (sizeof(struct frame_header) + (uint64_t)length + 7) & ~7ULL;
}

void ring_writer_init(struct ring_writer *w, void *base, size_t size)
{
	struct ring_header *h = base;

	*w = (struct ring_writer){ .base = base, .size = size };
	h->version = WIRE_VERSION;
	h->size = size - RING_HEADER;
	h->written = 0;
	h->dropped = 0;
	__atomic_store_n(&h->magic, RING_MAGIC, __ATOMIC_RELEASE);
}

bool ring_write(struct ring_writer *w, enum wire_msg type, const void *payload, size_t n)
{
	struct ring_header *h = (struct ring_header *)w->base;
	uint64_t written = h->written, room = w->size - RING_HEADER - written;
	uint8_t *at = w->base + RING_HEADER + written;

	if (n > RING_FRAME_MAX || frame_size((uint32_t)n) > room) {
		__atomic_store_n(&h->dropped, h->dropped + 1, __ATOMIC_RELEASE);
		return false;
	}
	struct frame_header f = {
		.magic = RING_FRAME_MAGIC,
		.type = (uint16_t)type,
		.length = (uint32_t)n,
		.seq = w->seq++,
		.crc = (uint32_t)crc32(0, payload, (uInt)n),
	};
	memcpy(at, &f, sizeof(f));
	memcpy(at + sizeof(f), payload, n);
	__atomic_store_n(&h->written, written + frame_size((uint32_t)n), __ATOMIC_RELEASE);
	return true;
}

bool ring_send(struct ring_writer *w, enum wire_msg type, const void *rec)
{
	_cleanup_json_ struct json_object *o = json_encode(wire_msg_table(type), rec);
	_cleanup_free_ char *text = json_text(o, false);

	return ring_write(w, type, text, strlen(text));
}

/* The size of all whole frames, in bytes; never more than the region holds. */
static int ring_written(const uint8_t *base, size_t size, uint64_t *out, struct err *err)
{
	const struct ring_header *h = (const struct ring_header *)base;

	if (size <= RING_HEADER)
		return err_set(err, ERR_FORMAT, "ring: a region of %zu bytes is too small", size);
	uint32_t magic = __atomic_load_n(&h->magic, __ATOMIC_ACQUIRE);
	if (magic == 0) {
		*out = 0;
		return 0;
	}
	uint32_t version = __atomic_load_n(&h->version, __ATOMIC_RELAXED);
	uint64_t written = __atomic_load_n(&h->written, __ATOMIC_ACQUIRE);
	if (magic != RING_MAGIC)
		return err_set(err, ERR_FORMAT, "ring: bad magic 0x%08x", magic);
	if (version != WIRE_VERSION)
		return err_set(err, ERR_FORMAT, "ring: version %u, expected %u", version,
		               WIRE_VERSION);
	if (written > size - RING_HEADER || written % 8)
		return err_set(err, ERR_FORMAT, "ring: %llu bytes written in a region of %zu",
		               (unsigned long long)written, size - RING_HEADER);
	*out = written;
	return 0;
}

static int frame_check(const struct ring_reader *r, const struct frame_header *f, uint64_t left,
                       struct err *err)
{
	if (f->magic != RING_FRAME_MAGIC)
		return err_set(err, ERR_FORMAT, "bad magic 0x%08x", f->magic);
	if (f->type >= WIRE_MSG_COUNT)
		return err_set(err, ERR_FORMAT, "unknown type %u", f->type);
	if (f->zero16 || f->zero32)
		return err_set(err, ERR_FORMAT, "reserved bits set");
	if (f->length > RING_FRAME_MAX || frame_size(f->length) > left)
		return err_set(err, ERR_FORMAT, "length %u, %llu left", f->length,
		               (unsigned long long)left);
	if (f->seq != r->seq)
		return err_set(err, ERR_FORMAT, "sequence %u, expected %u", f->seq, r->seq);
	return 0;
}

int ring_next(struct ring_reader *r, const uint8_t *base, size_t size, struct ring_frame *out,
              struct err *err)
{
	struct frame_header f;
	uint64_t written = 0;

	int ret = ring_written(base, size, &written, err);
	if (ret < 0)
		return ret;
	if (r->offset == written)
		return 0;
	if (r->offset > written || written - r->offset < sizeof(f))
		return err_set(err, ERR_FORMAT, "ring: %llu bytes written, %llu read already",
		               (unsigned long long)written, (unsigned long long)r->offset);
	const uint8_t *at = base + RING_HEADER + r->offset;
	memcpy(&f, at, sizeof(f)); /* read only once: the guest may change it meanwhile */
	ret = frame_check(r, &f, written - r->offset, err);
	if (ret == 0 && crc32(0, at + sizeof(f), f.length) != f.crc)
		ret = err_set(err, ERR_FORMAT, "checksum");
	if (ret < 0)
		return err_wrap(err, "ring: frame %u at %llu", r->seq,
		                (unsigned long long)r->offset);
	*out = (struct ring_frame){ .type = (enum wire_msg)f.type,
		                    .payload = (const char *)at + sizeof(f),
		                    .n = f.length };
	r->offset += frame_size(f.length);
	r->seq++;
	return 1;
}

uint64_t ring_dropped(const uint8_t *base, size_t size)
{
	const struct ring_header *h = (const struct ring_header *)base;

	return size > RING_HEADER ? __atomic_load_n(&h->dropped, __ATOMIC_ACQUIRE) : 0;
}
