/* SPDX-License-Identifier: GPL-2.0-only */
/* What `make fuzz` found stays fixed: runs every file of the corpus, without libFuzzer. */
#include "tests/unit/test.h"

#include "base/fs.h"
#include "base/mem.h"
#include "tests/fuzz/fuzz.h"

#define FILE_MAX (1u << 16)

static const struct {
	const char *label;
	void (*run)(const uint8_t *data, size_t n);
} targets[] = {
#define X(name) { #name, fuzz_##name },
	FUZZ_TARGETS(X)
#undef X
};

TEST_ROWS(corpus, targets)
{
	_cleanup_free_ char *dir = fs_join("tests/fuzz/corpus", row->label);
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err err = ERR_INIT;

	ASSERT_OK(fs_list(AT_FDCWD, dir, &names, &err));
	ck_assert_uint_gt(names.n, 0);
	strv_each (&names, i) {
		_cleanup_free_ char *path = fs_join(dir, names.v[i]);
		_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
		_cleanup_free_ uint8_t *exact = NULL; /* ASan sees a read past the end */

		ASSERT_OK(fs_read(AT_FDCWD, path, FILE_MAX, &text, &err));
		exact = xmemdup(strbuf_cstr(&text), text.n);
		row->run(exact, text.n);
	}
}
