/* SPDX-License-Identifier: GPL-2.0-only */
/* unit [FILTER]: runs the tests whose file or name (or name[label]) contains FILTER. */
#include "tests/unit/test.h"

#include <inttypes.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/variable.h"

#define TIMEOUT_S 60

extern const struct unit_test *const __start_unit_tests[], *const __stop_unit_tests[];

static unsigned int *skips; /* shared with the tests' processes */
static char *tmp_root;

/* The tests given to Check, which keeps the pointers. */
static struct {
	TTest **v;
	size_t n;
} given;

void test_check_err(int rc, const struct err *err, enum err_code code, const char *text,
                    const char *call)
{
	if (rc >= 0)
		ck_abort_msg("%s: succeeded (%d), expected error %d", call, rc, (int)code);
	if (rc != -(int)code || err->code != code)
		ck_abort_msg("%s: returned %d with code %d, expected %d (%s)", call, rc,
		             (int)err->code, (int)code, err->msg);
	if (text && !strstr(err->msg, text))
		ck_abort_msg("%s: the message \"%s\" does not say \"%s\"", call, err->msg, text);
}

void test_note_skip(const char *file, int line, const char *fmt, ...)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	printf("SKIP %s:%d: %s\n", fs_basename(file), line, strbuf_cstr(&b));
	fflush(stdout);
	__atomic_add_fetch(skips, 1, __ATOMIC_RELAXED);
}

char *test_tmpdir(void)
{
	char *dir = xasprintf("%s/XXXXXX", tmp_root);

	if (!mkdtemp(dir))
		ck_abort_msg("mkdtemp %s failed", dir);
	return dir;
}

static int by_place(const void *a, const void *b)
{
	const struct unit_test *x = *(const struct unit_test *const *)a;
	const struct unit_test *y = *(const struct unit_test *const *)b;
	int c = strcmp(x->file, y->file);

	return c ? c : (x->line > y->line) - (x->line < y->line);
}

/* The linker's order follows the object files, so we sort. */
static const struct unit_test **sorted_tests(size_t *n)
{
	const struct unit_test **v;

	*n = (size_t)(__stop_unit_tests - __start_unit_tests);
	v = xmemdup(__start_unit_tests, *n * sizeof(*v));
	qsort(v, *n, sizeof(*v), by_place);
	return v;
}

static char *item_name(const struct unit_test *t, size_t row)
{
	const char *label;

	if (!t->rows)
		return xstrdup(t->name);
	memcpy(&label, t->rows + row * t->row_bytes + t->label_off, sizeof(label));
	return label ? xasprintf("%s[%s]", t->name, label) : xasprintf("%s[%zu]", t->name, row);
}

static TCase *add_case(Suite *suite, const char *file)
{
	TCase *tc = tcase_create(fs_basename(file));

	tcase_set_timeout(tc, TIMEOUT_S);
	suite_add_tcase(suite, tc);
	return tc;
}

/* Of the tests that the filter selects, runs number `nth` of every `of`. */
struct share {
	unsigned int nth, of;
};

static bool is_taken(const struct unit_test *t, const char *name, const char *filter)
{
	return !filter || !*filter || strstr(name, filter) || strstr(t->file, filter);
}

static void add_tests(Suite *suite, const char *filter, const struct share *share)
{
	size_t turn = 0;
	_cleanup_free_ const struct unit_test **tests = NULL;
	const char *file = "";
	TCase *tc = NULL;
	size_t n;

	tests = sorted_tests(&n);
	for (size_t i = 0; i < n; i++) {
		const struct unit_test *t = tests[i];

		for (size_t row = 0; row < t->n_rows; row++) {
			char *name = item_name(t, row);
			TTest *check;

			if (!is_taken(t, name, filter) || turn++ % share->of != share->nth) {
				free(name);
				continue;
			}
			if (!tc || !streq(file, t->file))
				tc = add_case(suite, file = t->file);
			check = xmalloc(sizeof(*check));
			*xgrow(given.v, given.n) = check;
			*check = (TTest){ name, t->run, t->file, t->line };
			tcase_add_loop_test(tc, check, (int)row, (int)row + 1);
		}
	}
}

static int set_up(struct err *err)
{
	const char *base = variable_get(VAR_TMPDIR);

	tmp_root = xasprintf("%s/ktstr-unit-XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(tmp_root))
		return err_set(err, ERR_SYSTEM, "%s: cannot be created", tmp_root);
	skips = mmap(NULL, sizeof(*skips), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
	             0);
	if (skips == MAP_FAILED)
		return err_set(err, ERR_SYSTEM, "mmap failed");
	return 0;
}

static void free_given(void)
{
	for (size_t i = 0; i < given.n; i++) {
		free((char *)given.v[i]->name);
		free(given.v[i]);
	}
	free(given.v);
}

static int run(const char *filter, const struct share *share)
{
	Suite *suite = suite_create("unit");
	SRunner *runner = srunner_create(suite);
	int failed, ran;
	size_t added;

	add_tests(suite, filter, share);
	added = given.n;
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	ran = srunner_ntests_run(runner);
	srunner_free(runner);
	free_given();
	printf("%d passed, %d failed, %u skipped\n", ran - failed - (int)*skips, failed, *skips);
	if (!added || ran != (int)added) {
		fprintf(stderr, "unit: %d of %zu selected tests ran\n", ran, added);
		return 1;
	}
	return failed ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	int rc;

	struct share share = { 0, 1 };

	if (argc > 3 || (argc == 3 && (sscanf(argv[2], "%u/%u", &share.nth, &share.of) != 2 ||
	                               share.nth >= share.of))) {
		fprintf(stderr,
		        "usage: unit [FILTER [NTH/OF]], of 0/2 and 1/2 each test is in one\n");
		return 2;
	}
	if (set_up(&err) < 0) {
		fprintf(stderr, "unit: %s\n", err.msg);
		return 1;
	}
	rc = run(argc > 1 ? argv[1] : NULL, &share);
	if (fs_remove_tree(AT_FDCWD, tmp_root, &err) < 0) {
		fprintf(stderr, "unit: %s\n", err.msg);
		rc = 1;
	}
	free(tmp_root);
	return rc;
}
