/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/golden.h"

#include <stdlib.h>

#include "base/fs.h"
#include "tests/unit/test.h"

#define PAGE_MAX (1u << 20)

void golden_page(const char *path, const struct strbuf *want)
{
	_cleanup_strbuf_ struct strbuf have = STRBUF_INIT;
	struct err err = ERR_INIT;

	if (getenv("UPDATE_GOLDEN"))
		ASSERT_OK(fs_write_atomic(AT_FDCWD, path, want->s, want->n, 0644, &err));
	ASSERT_OK(fs_read(AT_FDCWD, path, PAGE_MAX, &have, &err));
	ck_assert_msg(streq(strbuf_cstr(&have), strbuf_cstr(want)),
	              "%s is not what the tables say; make it anew: UPDATE_GOLDEN=1 make unit",
	              path);
}
