/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/image_sample.h"

#include <check.h>
#include <elf.h>
#include <zlib.h>

void sample_gzip(struct strbuf *out, const char *text)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)text, .avail_in = (uInt)strlen(text) };

	ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_out = (Bytef *)strbuf_reserve(out, 4096);
	z.avail_out = 4096;
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->n += 4096 - z.avail_out;
	deflateEnd(&z);
}

void sample_vmlinux(struct strbuf *out)
{
	Elf64_Ehdr eh = { .e_type = ET_EXEC,
		          .e_machine = EM_X86_64,
		          .e_version = EV_CURRENT,
		          .e_ehsize = sizeof(eh) };

	memcpy(eh.e_ident, ELFMAG, SELFMAG);
	eh.e_ident[EI_CLASS] = ELFCLASS64;
	eh.e_ident[EI_DATA] = ELFDATA2LSB;
	eh.e_ident[EI_VERSION] = EV_CURRENT;
	strbuf_add(out, &eh, sizeof(eh));
	strbuf_adds(out, "........Linux version 6.99.1-test (me@here) #1");
}
