/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/commands.h"

#include <errno.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/scheduler_files.h"
#include "harness/variant.h"

/* The program becomes an absolute path. */
static int parse(const char *line, struct strv *argv, struct err *err)
{
	_cleanup_strv_ struct strv words = STRV_INIT;
	_cleanup_free_ char *found = NULL;
	char *path;

	if (parse_words(line, "command", &words, err) < 0)
		return -(int)err->code;
	if (!words.n)
		return err_set(err, ERR_USAGE, "the command is empty");
	found = fs_which(words.v[0]);
	if (!found)
		return err_set(err, ERR_NOT_FOUND, "there is no executable \"%s\"", words.v[0]);
	path = realpath(found, NULL);
	if (!path)
		return err_path(err, errno, found);
	strv_take(argv, path);
	for (size_t i = 1; i < words.n; i++)
		strv_add(argv, words.v[i]);
	return 0;
}

int command_check(const char *line, struct err *err)
{
	_cleanup_strv_ struct strv ignored = STRV_INIT;

	return parse(line, &ignored, err);
}

static int fill(const struct strv *lines, struct job_commands *out, struct err *err)
{
	for (size_t i = 0; lines && i < lines->n; i++) {
		struct job_command *c = xgrow(out->v, out->n);

		json_init(&job_command_table, c);
		c->text = xstrdup(lines->v[i]);
		if (parse(lines->v[i], &c->argv, err) < 0)
			return -(int)err->code;
	}
	return 0;
}

int commands_fill(const struct variant *v, struct job *job, struct err *err)
{
	if (!v ||
	    (fill(v->enable, &job->enable, err) == 0 && fill(v->disable, &job->disable, err) == 0))
		return 0;
	return -(int)err->code;
}

int commands_add_files(const struct job *job, struct scheduler_files *files, struct err *err)
{
	const struct job_commands *const lists[] = { &job->enable, &job->disable };

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		for (size_t k = 0; k < lists[i]->n; k++)
			if (scheduler_files_add_program(files, lists[i]->v[k].argv.v[0], err) < 0)
				return err_wrap(err, "%s", lists[i]->v[k].text);
	return 0;
}
