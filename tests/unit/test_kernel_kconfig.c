/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/image_sample.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"
#include "harness/kernel/kconfig.h"

static const char sample[] = "# Linux/x86\nCONFIG_A=y\nCONFIG_AB=m\nCONFIG_N=256\n"
			     "# CONFIG_OFF is not set\nCONFIG_S=\"a=b\"\nCONFIG_LAST=y";

static const struct {
	const char *label, *want;
} values[] = {
	{ "CONFIG_A", "y" },     { "CONFIG_AB", "m" },      { "CONFIG_N", "256" },
	{ "CONFIG_OFF", NULL },  { "CONFIG_S", "\"a=b\"" }, { "CONFIG_LAST", "y" },
	{ "CONFIG_NONE", NULL }, { "CONFIG_", NULL },
};
TEST_ROWS(kconfig_values, values)
{
	_cleanup_free_ char *got = kconfig_value(sample, row->label);

	if (row->want)
		ck_assert_str_eq(got ? got : "(none)", row->want);
	else
		ck_assert_ptr_null(got);
}

static const struct {
	const char *label, *fragment, *want;
} fragments[] = {
	{ "all there", "# comment\nCONFIG_A=y\nCONFIG_N=256\n", "" },
	{ "module is not built in", "CONFIG_AB=y\n", "CONFIG_AB" },
	{ "another number", "CONFIG_N=64\n", "CONFIG_N" },
	{ "not known", "CONFIG_X=y\nCONFIG_A=y\nCONFIG_Y=y\n", "CONFIG_X CONFIG_Y" },
	{ "off as asked", "# CONFIG_OFF is not set\nCONFIG_NONE=n\n", "" },
	{ "on though unwanted", "# CONFIG_A is not set\n", "CONFIG_A" },
	{ "white space at the end", "CONFIG_A=y  \n", "" },
};
TEST_ROWS(kconfig_names_what_a_fragment_lacks, fragments)
{
	_cleanup_strv_ struct strv lacks = STRV_INIT;
	_cleanup_free_ char *got = NULL;

	kconfig_lacking(row->fragment, sample, &lacks);
	got = strv_join(&lacks, " ");
	ck_assert_str_eq(got, row->want);
}

TEST(kconfig_merge_lets_the_own_win)
{
	_cleanup_free_ char *got = kconfig_merge("# head\nCONFIG_A=y\nCONFIG_B=y\nCONFIG_C=3",
	                                         "# CONFIG_B is not set\nCONFIG_C=4\n");

	ck_assert_str_eq(got, "# head\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=4\n");
}

static const struct {
	const char *label, *want;
} depends[] = {
	{ "CONFIG_SCHED_CLASS_EXT", "BPF_SYSCALL && BPF_JIT && DEBUG_INFO_BTF" },
	{ "CONFIG_SIMPLE", "" },
	{ "CONFIG_SCHED", NULL },
	{ "CONFIG_LAST", "A || B" },
};
TEST_ROWS(kconfig_reads_what_an_option_depends_on, depends)
{
	static const char text[] =
		"config SIMPLE\n\tbool \"simple\"\n\n"
		"config SCHED_CLASS_EXT\n\tbool \"Extensible\"\n"
		"\tdepends on BPF_SYSCALL && BPF_JIT\n\tdepends on DEBUG_INFO_BTF\n\thelp\n"
		"\t  if this config is on\n\nif X\n\tdepends on NOTHING\n"
		"menuconfig LAST\n\tdepends on A || B";
	_cleanup_free_ char *got = kconfig_depends(text, row->label);

	if (row->want)
		ck_assert_str_eq(got ? got : "(none)", row->want);
	else
		ck_assert_ptr_null(got);
}

TEST(kconfig_is_found_inside_an_image)
{
	_cleanup_strbuf_ struct strbuf image = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;
	struct err err = ERR_INIT;

	strbuf_adds(&image, "text of a program: IKCFG_ST and then ");
	ck_assert_int_eq(kconfig_embedded(image.s, image.n, &got, &err), 0);
	strbuf_adds(&image, "IKCFG_ST");
	sample_gzip(&image, sample);
	strbuf_adds(&image, "IKCFG_ED");
	ck_assert_int_eq(kconfig_embedded(image.s, image.n, &got, &err), 1);
	ck_assert_str_eq(strbuf_cstr(&got), sample);
}

TEST(kconfig_cut_short_inside_an_image_is_an_error)
{
	_cleanup_strbuf_ struct strbuf image = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;
	_cleanup_free_ char *exact = NULL;
	struct err err = ERR_INIT;

	strbuf_adds(&image, "IKCFG_ST");
	sample_gzip(&image, sample);
	exact = xmemdup(image.s, image.n - 12);
	ASSERT_ERR(kconfig_embedded(exact, image.n - 12, &got, &err), ERR_FORMAT, "damaged");
	ck_assert_uint_eq(got.n, 0);
}
