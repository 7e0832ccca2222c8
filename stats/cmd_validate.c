/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/fs.h"
#include "base/mem.h"
#include "stats/cmds.h"
#include "stats/opts.h"
#include "stats/require.h"

struct checked {
	size_t files, bad;
	struct strv defects; /* "file: path: what" */
};

static void check_file(int dirfd, const char *prefix, const char *path, struct checked *c)
{
	_cleanup_strv_ struct strv defects = STRV_INIT;
	struct err err = ERR_INIT;
	struct sidecar s;

	json_init(&sidecar_table, &s);
	c->files++;
	if (sidecar_read(dirfd, path, &s, &err) < 0) {
		strv_addf(&c->defects, "%s%s", prefix, err.msg);
		c->bad++;
		return;
	}
	c->bad += sidecar_check(&s, &defects) > 0;
	strv_each (&defects, i)
		strv_addf(&c->defects, "%s%s: %s", prefix, path, defects.v[i]);
	json_done(&sidecar_table, &s);
}

/* A directory that other commands skip counts as a file with a defect. */
static void check_scan(const struct scan *s, const char *prefix, struct checked *c)
{
	for (size_t i = 0; i < s->n_files; i++)
		check_file(s->dirfd, prefix, s->files[i].path, c);
	strv_each (&s->bad, i)
		strv_addf(&c->defects, "%s%s", prefix, s->bad.v[i]);
	c->files += s->bad.n;
	c->bad += s->bad.n;
}

static int check_path(const char *path, struct checked *c, struct err *err)
{
	_cleanup_scan_ struct scan s = SCAN_INIT;
	_cleanup_free_ char *prefix = xasprintf("%s%s", path, ends_with(path, "/") ? "" : "/");

	if (!fs_exists(AT_FDCWD, path))
		return err_set(err, ERR_NOT_FOUND, "%s: no such file or directory", path);
	if (!fs_is_dir(AT_FDCWD, path)) {
		check_file(AT_FDCWD, "", path, c);
		return 0;
	}
	if (scan_path(&s, path, err) < 0)
		return -(int)err->code;
	check_scan(&s, prefix, c);
	return 0;
}

/* The contract counts as one file, whose defects are what the run lacks. */
static void check_required(const struct require *r, const struct scan *s, struct checked *c)
{
	_cleanup_pool_ struct pool p;
	size_t before = c->defects.n;

	pool_init(&p);
	pool_read(&p, s);
	require_check(r, s, &p, &c->defects);
	c->files++;
	c->bad += c->defects.n > before;
}

static int check_root(const struct opts *o, const struct require *r, struct checked *c,
                      struct err *err)
{
	_cleanup_scan_ struct scan s = SCAN_INIT;

	if ((o->run || r ? opts_scan_run(o, o->run, &s, err) : opts_scan_all(o, &s, err)) < 0)
		return -(int)err->code;
	check_scan(&s, "", c);
	if (r)
		check_required(r, &s, c);
	return 0;
}

static int check_all(const struct opts *o, const struct require *r, const struct strv *paths,
                     struct checked *c, struct err *err)
{
	if (r && paths->n)
		return err_set(err, ERR_USAGE, "--require is for a run; paths are not looked at");
	if (o->run && paths->n)
		return err_set(err, ERR_USAGE, "--run and paths exclude each other");
	if (!paths->n)
		return check_root(o, r, c, err);
	strv_each (paths, i)
		if (check_path(paths->v[i], c, err) < 0)
			return -(int)err->code;
	return 0;
}

static void print_text(const struct checked *c)
{
	strv_each (&c->defects, i) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

		strbuf_add_printable(&b, c->defects.v[i], strlen(c->defects.v[i]), false);
		printf("%s\n", strbuf_cstr(&b));
	}
	printf("%zu file%s, %zu with defects\n", c->files, c->files == 1 ? "" : "s", c->bad);
}

static void print_json(const struct checked *c)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();

	strv_each (&c->defects, i)
		json_object_array_add(list, json_object_new_string(c->defects.v[i]));
	json_object_object_add(o, "files", json_object_new_int64((int64_t)c->files));
	json_object_object_add(o, "files_with_defects", json_object_new_int64((int64_t)c->bad));
	json_object_object_add(o, "defects", list);
	cmd_print_json(o);
}

static int validate(const struct opts *o, const char *require, const struct strv *paths,
                    struct err *err)
{
	_cleanup_require_ struct require *r = NULL;
	struct checked c = { 0 };
	int rc = require ? require_load(require, &r, err) : 0;

	if (rc == 0)
		rc = check_all(o, r, paths, &c, err);

	if (rc == 0) {
		(o->json ? print_json : print_text)(&c);
		rc = c.bad ? EXIT_WORSE : EXIT_OK;
	}
	if (rc == EXIT_OK && !c.files)
		rc = err_set(err, ERR_NOT_FOUND, "there are no sidecars to check");
	strv_done(&c.defects);
	return rc;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	_cleanup_opts_ struct opts o = { .one_run = true };
	_cleanup_strv_ struct strv paths = STRV_INIT;
	_cleanup_free_ char *require = NULL;
	const struct poptOption table[] = {
		{ "require", 0, POPT_ARG_STRING, &require, 0,
		  "also check that the newest run, or --run, has all that FILE requires", "FILE" },
		POPT_TABLEEND,
	};
	int rc = opts_parse(self, &o, table, argc, argv, &paths, err);

	return rc == CMD_RUN ? validate(&o, require, &paths, err) : rc;
}

const struct cmd cmd_stats_validate = {
	.name = "validate",
	.summary = "check sidecars against the schema and its rules",
	.usage = "[OPTION...] [PATH...]",
	.details = "Checks all runs, or one (--run), or files and directories. Prints a line for\n"
		   "each defect: file, path of the value, what is wrong.\n"
		   "\n"
		   "Exit status: 0 no defect, 1 defects, 2 nothing to check.",
	.run = run,
};
