/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "harness/kernel/apt.h"
#include "harness/kernel/fetch.h"

static void candidates(const char *flavour, struct fetch_candidate **v, size_t *n)
{
	struct strv names = STRV_INIT;

	strv_addl(&names, "linux-image-6.17.8+deb13-cloud-amd64",
	          "linux-image-6.17.13+deb13-cloud-amd64",
	          "linux-image-6.17.13+deb13-cloud-amd64-dbg", "linux-image-6.17.13+deb13-amd64",
	          "linux-image-6.17.13+deb13-rt-amd64", "linux-image-7.0.13+deb13-cloud-amd64",
	          "linux-binary-7.0.13+deb13-cloud-amd64", "linux-image-cloud-amd64",
	          "linux-headers-6.17.13+deb13-cloud-amd64", "linux-base-7.0.13+deb13-cloud-amd64",
	          "linux-binary-unsigned-7.3.4+deb13-cloud-amd64", "linux-image-amd64", NULL);
	fetch_candidates(&names, flavour, v, n);
	strv_done(&names);
}

TEST(fetch_takes_images_newest_first)
{
	struct fetch_candidate *v = NULL;
	size_t n = 0;
	char *offer;

	candidates("cloud", &v, &n);
	ck_assert_uint_eq(n, 4);
	ck_assert_str_eq(v[0].version, "7.3.4");
	ck_assert_str_eq(v[1].package, "linux-binary-7.0.13+deb13-cloud-amd64");
	ck_assert_str_eq(v[2].release, "6.17.13+deb13-cloud-amd64");
	ck_assert_str_eq(v[3].version, "6.17.8");
	offer = fetch_offer(v, n);
	ck_assert_str_eq(offer, "7.3.4, 7.0.13, 6.17.13");
	free(offer);
	fetch_candidates_free(v, n);
}

static const struct {
	const char *label, *package;
} flavours[] = {
	{ "amd64", "linux-image-6.17.13+deb13-amd64" },
	{ "rt", "linux-image-6.17.13+deb13-rt-amd64" },
};
TEST_ROWS(fetch_knows_flavours, flavours)
{
	struct fetch_candidate *v = NULL;
	size_t n = 0;

	candidates(row->label, &v, &n);
	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(v[0].package, row->package);
	fetch_candidates_free(v, n);
}

static const struct {
	const char *label, *text;
	bool deb822;
	unsigned int index;
	const char *want;
} sources[] = {
	{ "first stanza",
	  "Types: deb\nURIs: x\nSigned-By: /k/a.gpg\n\nTypes: deb\nSigned-By: /k/b.gpg\n", true, 1,
	  "/k/a.gpg" },
	{ "second stanza",
	  "Types: deb\nSigned-By: /k/a.gpg\n\n# c\nTypes: deb\nSigned-By: /k/b.gpg\n", true, 2,
	  "/k/b.gpg" },
	{ "comment stands alone", "# c\n\nTypes: deb\nSigned-By: /k/a.gpg\n", true, 1, "/k/a.gpg" },
	{ "none", "Types: deb\nURIs: x\n", true, 1, NULL },
	{ "key in the file", "Types: deb\nSigned-By:\n -----BEGIN PGP\n", true, 1, NULL },
	{ "line", "deb [arch=amd64 signed-by=/k/c.gpg] http://x y main\n", false, 1, "/k/c.gpg" },
	{ "second line", "deb http://x y main\ndeb [signed-by=/k/d.gpg] http://x y main\n", false,
	  2, "/k/d.gpg" },
	{ "line without", "deb http://x y main\ndeb [signed-by=/k/d.gpg] http://x\n", false, 1,
	  NULL },
};
TEST_ROWS(apt_finds_the_keyring, sources)
{
	char *got = apt_signed_by(row->text, row->deb822, row->index);

	if (row->want)
		ck_assert_str_eq(got ? got : "(none)", row->want);
	else
		ck_assert_ptr_null(got);
	free(got);
}
