/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "harness/wire/job.h"
#include "harness/wire/report.h"
#include "harness/wire/ring.h"
#include "tests/unit/test.h"

#define SIZE (RING_HEADER + 1024)

static _Alignas(8) uint8_t mem[SIZE];
static struct ring_writer writer;
static struct err err;

static void start(void)
{
	memset(mem, 0, sizeof(mem));
	ring_writer_init(&writer, mem, sizeof(mem));
}

static void put32(size_t off, uint32_t v)
{
	memcpy(mem + off, &v, sizeof(v));
}

static void put64(size_t off, uint64_t v)
{
	memcpy(mem + off, &v, sizeof(v));
}

TEST(ring_carries_frames_in_order)
{
	struct ring_reader r = { 0 };
	struct ring_frame f;

	start();
	ck_assert_int_eq(ring_next(&r, mem, SIZE, &f, &err), 0);
	ck_assert(ring_write(&writer, WIRE_LOG, "{}", 2));
	ck_assert(ring_write(&writer, WIRE_END, "[1,2,3,4]", 9));
	ck_assert_int_eq(ring_next(&r, mem, SIZE, &f, &err), 1);
	ck_assert_int_eq(f.type, WIRE_LOG);
	ck_assert_uint_eq(f.n, 2);
	ck_assert_int_eq(memcmp(f.payload, "{}", 2), 0);
	ck_assert_int_eq(ring_next(&r, mem, SIZE, &f, &err), 1);
	ck_assert_int_eq(f.type, WIRE_END);
	ck_assert_int_eq(memcmp(f.payload, "[1,2,3,4]", 9), 0);
	ck_assert_int_eq(ring_next(&r, mem, SIZE, &f, &err), 0);
}

TEST(ring_before_the_writer_started_is_empty)
{
	struct ring_reader r = { 0 };
	struct ring_frame f;

	memset(mem, 0, sizeof(mem));
	ck_assert_int_eq(ring_next(&r, mem, SIZE, &f, &err), 0);
	ck_assert_int_eq(ring_next(&r, mem, RING_HEADER, &f, &err), -ERR_FORMAT);
}

TEST(ring_full_counts_what_it_drops)
{
	struct ring_reader r = { 0 };
	struct ring_frame f;
	char big[1024 - 24] = { 0 };

	start();
	ck_assert(!ring_write(&writer, WIRE_LOG, mem, SIZE));
	ck_assert(ring_write(&writer, WIRE_LOG, big, sizeof(big)));
	ck_assert(!ring_write(&writer, WIRE_END, "", 0));
	ck_assert_uint_eq(ring_dropped(mem, SIZE), 2);
	ck_assert_int_eq(ring_next(&r, mem, SIZE, &f, &err), 1);
	ck_assert_uint_eq(f.n, sizeof(big));
	ck_assert_int_eq(ring_next(&r, mem, SIZE, &f, &err), 0);
}

/* The ring holds one frame {"text":…}. Then a field of the header or the frame is overwritten. */
static const struct {
	const char *label;
	size_t off;
	uint32_t value;
	const char *want;
} hostile[] = {
	{ "magic", 0, 0x1234, "magic" },
	{ "version", 4, 99, "version" },
	{ "written past the end", 16, 1u << 30, "bytes written" },
	{ "written huge", 20, 0x80000000u, "bytes written" },
	{ "written odd", 16, 41, "bytes written" },
	{ "written within a frame header", 16, 16, "bytes written" },
	{ "written within a payload", 16, 24, "length" },
	{ "frame magic", RING_HEADER, 0, "magic" },
	{ "type", RING_HEADER + 4, WIRE_MSG_COUNT, "type" },
	{ "reserved", RING_HEADER + 4, 1u << 16, "reserved" },
	{ "length past the end", RING_HEADER + 8, 4096, "length" },
	{ "length huge", RING_HEADER + 8, UINT32_MAX, "length" },
	{ "length shorter", RING_HEADER + 8, 3, "checksum" },
	{ "sequence", RING_HEADER + 12, 7, "sequence" },
	{ "crc", RING_HEADER + 16, 0xdead, "checksum" },
	{ "reserved word", RING_HEADER + 20, 1, "reserved" },
	{ "payload", RING_HEADER + 24, 0x20202020, "checksum" },
};
TEST_ROWS(ring_refuses, hostile)
{
	struct ring_reader r = { 0 };
	struct ring_frame f;

	start();
	ck_assert(ring_write(&writer, WIRE_LOG, "{\"text\":\"x\"}", 12));
	put32(row->off, row->value);
	ASSERT_ERR(ring_next(&r, mem, SIZE, &f, &err), ERR_FORMAT, row->want);
	ck_assert_uint_eq(r.offset, 0);
}

TEST(ring_refuses_a_writer_that_goes_back)
{
	struct ring_reader r = { 0 };
	struct ring_frame f;

	start();
	ck_assert(ring_write(&writer, WIRE_LOG, "{}", 2));
	ck_assert_int_eq(ring_next(&r, mem, SIZE, &f, &err), 1);
	put64(16, 0);
	ASSERT_ERR(ring_next(&r, mem, SIZE, &f, &err), ERR_FORMAT, "read already");
}

TEST(ring_of_noise_never_reads_outside)
{
	uint32_t x = 1;

	for (int round = 0; round < 2000; round++) {
		_cleanup_free_ uint8_t *copy = NULL; /* exact size: a stray read is seen by ASan */
		struct ring_reader r = { 0 };
		struct ring_frame f;

		start();
		ring_write(&writer, WIRE_LOG, "{\"text\":\"x\"}", 12);
		ring_write(&writer, WIRE_END, "{}", 2);
		copy = xmemdup(mem, SIZE);
		for (int i = 0; i < 4; i++) {
			x = x * 1664525u + 1013904223u;
			copy[(x >> 8) % 2 ? (x >> 9) % 32 : RING_HEADER + (x >> 9) % 80] ^=
				(uint8_t)(x >> 24);
		}
		while (ring_next(&r, copy, SIZE, &f, &err) > 0)
			ck_assert_uint_le((size_t)((const uint8_t *)f.payload - copy) + f.n, SIZE);
	}
}

TEST(wire_every_record_survives_a_round_trip)
{
	for (int m = 0; m < WIRE_MSG_COUNT; m++) {
		const struct json_table *t = wire_msg_table((enum wire_msg)m);

		ck_assert_ptr_nonnull(t);
		ck_assert_str_ne(json_name(&wire_msg_names, m), "?");
	}
	ck_assert_ptr_null(wire_msg_table(WIRE_MSG_COUNT));
}

TEST(wire_cgroup_with_workers_survives_the_ring)
{
	struct wire_cgroup in, out;
	struct ring_reader r = { 0 };
	struct ring_frame f;

	start();
	json_init(&wire_cgroup_table, &in);
	json_init(&wire_cgroup_table, &out);
	in.name = xstrdup("a");
	in.usage_ns = 12;
	struct wire_worker *w = xgrow(in.workers.v, in.workers.n);
	json_init(&wire_worker_table, w);
	w->index = 3;
	w->work = 0;
	w->type = WORK_PIPE_PING_PONG;
	w->completed = true;
	w->iterations = 1ULL << 40;
	ck_assert(ring_send(&writer, WIRE_CGROUP, &in));
	ck_assert_int_eq(ring_next(&r, mem, SIZE, &f, &err), 1);
	ASSERT_OK(json_decode(&wire_cgroup_table, f.payload, f.n, &out, &err));
	ck_assert(json_equal(&wire_cgroup_table, &in, &out));
	const struct wire_worker *got = out.workers.v;
	ck_assert_uint_eq(got->iterations, 1ULL << 40);
	ck_assert_uint_eq(got->max_gap_ns, U64_NONE);
	json_done(&wire_cgroup_table, &in);
	json_done(&wire_cgroup_table, &out);
}

TEST(wire_job_without_a_name_is_refused_by_path)
{
	static const char text[] =
		"{\"version\":1,\"test\":\"t\",\"seed\":1,\"duration_ns\":5,\"quiet_ns\":0,"
		"\"quiet_timeout_ns\":0,\"topology\":{\"cpus\":1,\"llcs\":1,\"nodes\":1,"
		"\"threads_per_core\":1},\"schedulers\":[],\"cgroups\":[{\"knobs\":{}}]}";
	struct job j;

	json_init(&job_table, &j);
	ASSERT_ERR(json_decode(&job_table, text, strlen(text), &j, &err), ERR_FORMAT,
	           "cgroups[0].name");
}
