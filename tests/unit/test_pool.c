/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/pool.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "tests/unit/sidecar_sample.h"
#include "tests/unit/test.h"

struct runs_root {
	char *root;
	int fd;
};

static void put(const struct runs_root *t, const char *path, const char *text)
{
	_cleanup_free_ char *dir = xstrndup(path, (size_t)(fs_basename(path) - path));
	struct err err = ERR_INIT;

	if (*dir)
		ASSERT_OK(fs_mkdir_p(t->fd, dir, &err));
	ASSERT_OK(fs_write_atomic(t->fd, path, text, strlen(text), 0644, &err));
}

static void put_sidecar(const struct runs_root *t, const char *path, const char *test)
{
	_cleanup_json_ struct json_object *o = NULL;
	_cleanup_free_ char *text = NULL;
	struct sidecar s;

	sample_sidecar(&s, test, 0);
	o = json_encode(&sidecar_table, &s);
	text = json_text(o, true);
	put(t, path, text);
	json_done(&sidecar_table, &s);
}

static struct runs_root setup(void)
{
	struct runs_root t = { .root = test_tmpdir() };

	t.fd = open(t.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return t;
}

static void teardown(struct runs_root *t)
{
	close(t->fd);
	free(t->root);
}

static void read_all(const struct runs_root *t, struct pool *p)
{
	_cleanup_scan_ struct scan s = SCAN_INIT;
	struct err err = ERR_INIT;

	pool_init(p);
	ASSERT_OK(scan_root(&s, t->root, &err));
	pool_read(p, &s);
}

/* Reference, weak spot 19: the order is that of the names. */
TEST(pool_walks_one_level_in_the_order_of_names)
{
	struct runs_root t = setup();
	_cleanup_pool_ struct pool p;

	put_sidecar(&t, "b/x.ktstr.json", "b_x");
	put_sidecar(&t, "a/job2/x.ktstr.json", "a_job2");
	put_sidecar(&t, "a/job10/x.ktstr.json", "a_job10");
	put_sidecar(&t, "a/z.ktstr.json", "a_z");
	put_sidecar(&t, "a/job2/deep/x.ktstr.json", "too_deep");
	put_sidecar(&t, ".history/a@1/x.ktstr.json", "history");
	put_sidecar(&t, "a/.hidden/x.ktstr.json", "hidden");
	put_sidecar(&t, "stray.ktstr.json", "stray");
	put(&t, "a/notes.txt", "no sidecar");
	read_all(&t, &p);
	ck_assert_uint_eq(p.n_runs, 2);
	ck_assert_uint_eq(p.n_rows, 4);
	ck_assert_str_eq(p.rows[0].test, "a_z");
	ck_assert_str_eq(p.rows[1].test, "a_job10");
	ck_assert_str_eq(p.rows[2].test, "a_job2");
	ck_assert_str_eq(p.rows[3].test, "b_x");
	ck_assert_uint_eq(p.runs[0].n, 3);
	ck_assert_uint_eq(p.bad.n, 0);
	teardown(&t);
}

TEST(pool_skips_and_names_what_it_cannot_read)
{
	struct runs_root t = setup();
	_cleanup_pool_ struct pool p;

	put_sidecar(&t, "a/good.ktstr.json", "good");
	put(&t, "a/empty.ktstr.json", "");
	put(&t, "a/half.ktstr.json", "{\"schema\": 1,");
	put(&t, "a/foreign.ktstr.json", "{\"hello\": \"world\"}");
	ck_assert_int_eq(mkfifoat(t.fd, "a/fifo.ktstr.json", 0600), 0);
	ck_assert_int_eq(mkdirat(t.fd, "a/dir.ktstr.json", 0700), 0);
	read_all(&t, &p);
	ck_assert_uint_eq(p.n_rows, 1);
	ck_assert_uint_eq(p.bad.n, 5);
	ck_assert_uint_eq(p.runs[0].bad, 5);
	for (size_t i = 0; i < p.bad.n; i++)
		ck_assert(starts_with(p.bad.v[i], "a/"));
	teardown(&t);
}

TEST(pool_follows_no_link_below_the_root)
{
	struct runs_root t = setup(), outside = setup();
	_cleanup_pool_ struct pool p;
	_cleanup_free_ char *file = NULL;

	put_sidecar(&outside, "x.ktstr.json", "outside");
	file = fs_join(outside.root, "x.ktstr.json");
	put_sidecar(&t, "a/good.ktstr.json", "good");
	ck_assert_int_eq(symlinkat(outside.root, t.fd, "run"), 0);
	ck_assert_int_eq(symlinkat(outside.root, t.fd, "a/job"), 0);
	ck_assert_int_eq(symlinkat(file, t.fd, "a/file.ktstr.json"), 0);
	read_all(&t, &p);
	ck_assert_uint_eq(p.n_rows, 1);
	ck_assert_uint_eq(p.bad.n, 3);
	teardown(&t);
	teardown(&outside);
}

static const struct {
	const char *label;
} bad_runs[] = { { "" }, { "." }, { ".." }, { "../x" }, { "/etc" }, { "a/b" }, { ".history" } };
TEST_ROWS(pool_refuses_run, bad_runs)
{
	_cleanup_scan_ struct scan s = SCAN_INIT;
	struct runs_root t = setup();
	struct err err = ERR_INIT;

	ASSERT_ERR(scan_run(&s, t.root, row->label, &err), ERR_USAGE, "name of a run");
	teardown(&t);
}

/* Many more than a batch: rows stand in the order of the files whoever read them. */
TEST(pool_read_by_threads_keeps_the_order)
{
	struct runs_root t = setup();
	_cleanup_pool_ struct pool p;

	for (int i = 0; i < 300; i++) {
		_cleanup_free_ char *path = xasprintf("r%d/%03d.ktstr.json", i % 3, i);
		_cleanup_free_ char *name = xasprintf("t%03d", i);

		put_sidecar(&t, path, name);
	}
	read_all(&t, &p);
	ck_assert_uint_eq(p.n_rows, 300);
	for (size_t i = 1; i < p.n_rows; i++)
		ck_assert_int_lt(strcmp(p.rows[i - 1].file, p.rows[i].file), 0);
	ck_assert_uint_eq(p.runs[2].first, 200);
	teardown(&t);
}
