/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of a guest that has just booted. */
#include "harness/bench/meminfo.h"
#include "harness/bench/rows.h"

static int needs_value(bool there, const char *what, struct err *err)
{
	return there ? 0 : err_set(err, ERR_UNSUPPORTED, "needs %s", what);
}

static int setup_boot(struct bench *b, struct err *err)
{
	return needs_value(b->o->started_ns != U64_NONE, "a guest that has just booted", err);
}

static double sample_boot(struct bench *b, uint64_t *iterations UNUSED)
{
	return (double)b->o->started_ns;
}

const struct bench_row bench_boot_to_init = {
	.about = { .name = "boot_to_init",
	           .unit = "ns",
	           .what = "from the start of the kernel's clock until /init runs",
	           .seed = "boot time, kernel_boot_sequence",
	           .needs = "a guest that has just booted" },
	.setup = setup_boot,
	.sample = sample_boot,
	.samples = 1,
};

static int setup_image(struct bench *b, struct err *err)
{
	return needs_value(b->o->image_bytes != U64_NONE, "a kernel from the store", err);
}

static double sample_image(struct bench *b, uint64_t *iterations UNUSED)
{
	return (double)b->o->image_bytes;
}

const struct bench_row bench_image_size = {
	.about = { .name = "image_size",
	           .unit = "bytes",
	           .what = "size of the kernel's compressed image",
	           .seed = "kernel binary size",
	           .needs = "a kernel from the store" },
	.setup = setup_image,
	.sample = sample_image,
	.samples = 1,
};

static int setup_idle(struct bench *b, struct err *err)
{
	return needs_value(b->o->guest, "a guest that does nothing else", err);
}

static double sample_idle(struct bench *b UNUSED, uint64_t *iterations UNUSED)
{
	return (double)(meminfo_bytes("MemTotal") - meminfo_bytes("MemAvailable"));
}

const struct bench_row bench_idle_memory = {
	.about = { .name = "idle_memory",
	           .unit = "bytes",
	           .what = "memory in use: MemTotal less MemAvailable",
	           .seed = "memory footprint (idle)",
	           .needs = "a guest that does nothing else" },
	.setup = setup_idle,
	.sample = sample_idle,
	.samples = 1,
};
