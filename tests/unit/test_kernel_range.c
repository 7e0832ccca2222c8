/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "harness/kernel/apt.h"
#include "harness/kernel/kernel.h"
#include "harness/kernel/offer.h"
#include "harness/kernel/range.h"
#include "harness/kernel/version.h"

static void some_versions(struct strv *have)
{
	strv_addl(have, "6.17.13", "7.0.13", "6.12.117", "6.16.12", "6.17.8", "7.1.13", "7.0",
	          "6.9.1", NULL);
}

static const struct {
	const char *label, *want;
} ranges[] = {
	{ "6.16..7.0", "6.16 6.17 7.0" },
	{ "6.9..6.12", "6.9 6.12" },
	{ "6.17..6.17", "6.17" },
	{ "6.13..99.0", "6.16 6.17 7.0 7.1" },
};
TEST_ROWS(range_holds_the_series_within_oldest_first, ranges)
{
	_cleanup_strv_ struct strv have = STRV_INIT;
	_cleanup_strv_ struct strv got = STRV_INIT;
	_cleanup_free_ char *list = NULL;
	struct err err = ERR_INIT;

	some_versions(&have);
	ASSERT_OK(range_series(row->label, &have, &got, &err));
	list = strv_join(&got, " ");
	ck_assert_str_eq(list, row->want);
}

static const struct {
	const char *label;
	enum err_code code;
	const char *says;
} bad_ranges[] = {
	{ "7.0..6.16", ERR_USAGE, "6.16..7.0" },
	{ "6.16..", ERR_USAGE, "minor series" },
	{ "..7.0", ERR_USAGE, "minor series" },
	{ "6.16.1..7.0", ERR_USAGE, "minor series" },
	{ "6.16...7.0", ERR_USAGE, "minor series" },
	{ "a..b", ERR_USAGE, "minor series" },
	{ "6.13..6.15", ERR_NOT_FOUND, "there are 6.9, 6.12, 6.16, 6.17, 7.0, 7.1" },
};
TEST_ROWS(range_refused, bad_ranges)
{
	_cleanup_strv_ struct strv have = STRV_INIT;
	_cleanup_strv_ struct strv got = STRV_INIT;
	struct err err = ERR_INIT;

	some_versions(&have);
	ASSERT_ERR(range_series(row->label, &have, &got, &err), row->code, row->says);
}

TEST(range_is_no_path)
{
	ck_assert(range_is("6.16..7.0"));
	ck_assert(!range_is("../linux"));
	ck_assert(!range_is("6.17"));
	ck_assert(!range_is("a/../b"));
}

static const struct {
	const char *label, *series;
	bool is;
} series[] = {
	{ "6.17.13", "6.17", false },
	{ "7.0-rc3", "7.0", false },
	{ "7.0", "7.0", true },
	{ "6.17.13+deb13-cloud-amd64", "6.17", false },
};
TEST_ROWS(version_series_of, series)
{
	char *got = version_series(row->label);

	ck_assert_str_eq(got, row->series);
	ck_assert_int_eq(version_is_series(row->label), row->is);
	free(got);
}

TEST(offers_are_the_newest_of_each_series)
{
	static const char madison[] =
		"linux-binary-7.3.4+deb13-cloud-amd64 | 7.3.4-1~bpo13+1 | http://m/debian "
		"trixie-backports/main amd64 Packages\n"
		"linux-image-6.12.117+deb13-cloud-amd64 | 6.12.117-1 | http://m/debian trixie/main "
		"amd64 Packages\n";
	static const char depends[] =
		"Depends: linux-base-cloud-amd64 (= 7.3.4-1), "
		"linux-image-7.3.4+deb13-cloud-amd64 (= 7.3.4-1~bpo13+1)\n"
		"Depends: linux-image-6.12.117+deb13-cloud-amd64 (= 6.12.117-1)\n";
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct fetch_candidate *v = NULL;
	struct kernel_offers os = { 0 };
	struct strmap suites = { 0 };
	size_t n = 0;

	strv_addl(&names, "linux-image-6.12.107+deb13-cloud-amd64",
	          "linux-image-6.12.117+deb13-cloud-amd64", "linux-image-6.17.13+deb13-cloud-amd64",
	          "linux-binary-7.3.4+deb13-cloud-amd64", NULL);
	fetch_candidates(&names, "cloud", &v, &n);
	apt_parse_suites(madison, &suites);
	offers_make(v, n, &suites, depends, &os);
	ck_assert_uint_eq(os.n, 3);
	ck_assert_str_eq(os.v[0].version, "7.3.4");
	ck_assert_str_eq(os.v[0].suite, "trixie-backports");
	ck_assert(!os.v[0].end_of_life);
	ck_assert_str_eq(os.v[1].version, "6.17.13");
	ck_assert_ptr_null(os.v[1].suite);
	ck_assert(os.v[1].end_of_life);
	ck_assert_str_eq(os.v[2].version, "6.12.117");
	ck_assert(!os.v[2].end_of_life);
	kernel_offers_done(&os);
	offers_make(v, n, &suites, "", &os);
	ck_assert(!os.v[1].end_of_life); /* lists that do not say it */
	kernel_offers_done(&os);
	fetch_candidates_free(v, n);
	strmap_done(&suites);
}
