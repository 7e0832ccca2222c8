/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/junit.h"
#include "base/mem.h"
#include "tests/unit/test.h"

static void check_text(struct junit *j, const char *want)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	junit_text(j, &b);
	ck_assert_str_eq(strbuf_cstr(&b), want);
	junit_done(j);
}

TEST(junit_counts_and_tells_states_apart)
{
	struct junit j = { .name = "s" };
	struct junit_case *c;

	junit_add(&j, "good")->time_s = 1.5;
	c = junit_add(&j, "bad");
	c->state = JUNIT_FAILED;
	c->message = xstrdup("too slow");
	c->text = xstrdup("one\ntwo\n");
	c = junit_add(&j, "left");
	c->state = JUNIT_SKIPPED;
	c->type = xstrdup("new");
	junit_add(&j, "lost")->state = JUNIT_ERROR;
	check_text(&j,
	           "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	           "<testsuite name=\"s\" tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\" "
	           "time=\"1.500\">\n"
	           "  <testcase classname=\"s\" name=\"good\" time=\"1.500\"/>\n"
	           "  <testcase classname=\"s\" name=\"bad\">\n"
	           "    <failure message=\"too slow\"/>\n"
	           "    <system-out>one\ntwo\n</system-out>\n"
	           "  </testcase>\n"
	           "  <testcase classname=\"s\" name=\"left\">\n"
	           "    <skipped type=\"new\"/>\n"
	           "  </testcase>\n"
	           "  <testcase classname=\"s\" name=\"lost\">\n"
	           "    <error/>\n"
	           "  </testcase>\n"
	           "</testsuite>\n");
}

TEST(junit_names_are_unique)
{
	struct junit j = { .name = "s" };

	for (int i = 0; i < 3; i++)
		junit_add(&j, "x");
	ck_assert_str_eq(j.v[0].name, "x");
	ck_assert_str_eq(j.v[1].name, "x~2");
	ck_assert_str_eq(j.v[2].name, "x~3");
	junit_done(&j);
}

TEST(junit_has_no_character_that_xml_lacks)
{
	struct junit j = { .name = "s" };

	junit_add(&j, "a<b>&\"c\" \x01\x1b[m \xff \xef\xbf\xbe\xef\xbf\xbf \n é\xef\xbf\xbd");
	check_text(&j,
	           "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	           "<testsuite name=\"s\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\" "
	           "time=\"0.000\">\n"
	           "  <testcase classname=\"s\" name=\"a&lt;b&gt;&amp;&quot;c&quot; \\x01\\x1b[m "
	           "\\xff "
	           "\\xef\\xbf\\xbe\\xef\\xbf\\xbf \\x0a é\xef\xbf\xbd\"/>\n"
	           "</testsuite>\n");
}
