/* SPDX-License-Identifier: GPL-2.0-only */
/* A payload's output, and the files that its closure reads. With any bytes, every value is a number
 * or none. */
#include <sys/mman.h>

#include "base/mem.h"
#include "harness/payload/elf.h"
#include "harness/payload/ldcache.h"
#include "harness/payload/payload.h"
#include "tests/fuzz/fuzz.h"

static void extract(const struct payload_metric *metrics, size_t n, const char *text)
{
	struct payload_values got = { 0 };

	payload_extract(metrics, n, text, text[0] == 'c', &got);
	FUZZ_MUST(got.n >= n && got.n <= PAYLOAD_VALUES_MAX, "%zu", got.n);
	for (size_t i = 0; i < got.n; i++)
		FUZZ_MUST(isfinite(got.v[i].value) ? !got.v[i].why : got.v[i].why != NULL, "%s",
		          got.v[i].name);
	payload_values_done(&got);
}

static void read_elf(const uint8_t *data, size_t n)
{
	_cleanup_close_ int fd = memfd_create("elf", MFD_CLOEXEC);
	struct elf_needs needs;
	struct err err = ERR_INIT;
	int r;

	FUZZ_MUST(fd >= 0 && write(fd, data, n) == (ssize_t)n, "memory file");
	r = elf_needs_read(fd, &needs, &err);
	FUZZ_MUST(r >= 0 || err.msg[0], "refused without a reason");
	if (r == 1)
		elf_needs_done(&needs);
}

void fuzz_payload(const uint8_t *data, size_t n)
{
	static const struct payload_metric any[] = {
		{ .name = "all", .path = ".", .from = PAYLOAD_JSON, .pick = PICK_MEAN },
		{ .name = "under", .path = "*.a", .from = PAYLOAD_JSON, .pick = PICK_P99 },
		{ .name = "number", .path = "(\\S+)", .from = PAYLOAD_REGEX, .pick = PICK_SUM },
		{ .name = "key", .path = "a", .from = PAYLOAD_KV },
	};
	_cleanup_free_ char *text = xstrndup((const char *)data, n);
	_cleanup_strv_ struct strv paths = STRV_INIT;
	struct strbuf cache = STRBUF_INIT;

	extract(any, ARRAY_SIZE(any), text);
	for (size_t i = 0; i < payload_presets_n; i++)
		extract(payload_presets[i].metrics, payload_presets[i].n, text);
	strbuf_add(&cache, data, n);
	ld_cache_find(&cache, "libc.so.6", &paths);
	strbuf_done(&cache);
	read_elf(data, n);
}
