/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/golden.h"

#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/variable.h"
#include "tests/unit/test.h"

#define PAGE_MAX (1u << 20)

void golden_page(const char *path, const struct strbuf *want)
{
	_cleanup_strbuf_ struct strbuf have = STRBUF_INIT;
	struct err err = ERR_INIT;

	if (variable_get(VAR_UPDATE_GOLDEN))
		ASSERT_OK(fs_write_atomic(AT_FDCWD, path, want->s, want->n, 0644, &err));
	ASSERT_OK(fs_read(AT_FDCWD, path, PAGE_MAX, &have, &err));
	ck_assert_msg(streq(strbuf_cstr(&have), strbuf_cstr(want)),
	              "%s differs from the tables; generate it again: UPDATE_GOLDEN=1 make unit",
	              path);
}

#define END "<!-- end -->\n"

void golden_block(const char *path, const char *name, const struct strbuf *want)
{
	_cleanup_free_ char *start = xasprintf("<!-- %s -->\n", name);
	_cleanup_strbuf_ struct strbuf have = STRBUF_INIT, page = STRBUF_INIT;
	struct err err = ERR_INIT;
	const char *from, *to;

	ASSERT_OK(fs_read(AT_FDCWD, path, PAGE_MAX, &have, &err));
	from = strstr(strbuf_cstr(&have), start);
	ck_assert_msg(from, "%s has no line %s", path, start);
	from += strlen(start);
	to = strstr(from, END);
	ck_assert_msg(to, "%s: the block %s has no end line", path, name);
	strbuf_add(&page, have.s, (size_t)(from - have.s));
	strbuf_add(&page, want->s, want->n);
	strbuf_adds(&page, to);
	golden_page(path, &page);
}
