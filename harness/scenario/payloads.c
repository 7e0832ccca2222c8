/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scenario/payloads.h"

#include <errno.h>
#include <limits.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/scenario/value.h"

#define OUTPUT_DEFAULT (64u << 10)
#define OUTPUT_MAX     (1u << 20) /* a frame of the ring holds it, however it is escaped */

static char *beside(const char *file, char *name)
{
	const char *slash = strrchr(file, '/');
	_cleanup_free_ char *dir = slash ? xstrndup(file, (size_t)(slash - file)) : NULL;
	char *path;

	if (!dir || !name || name[0] == '/')
		return name;
	path = fs_join(dir, name);
	free(name);
	return path;
}

void payloads_place(struct scenario *s)
{
	for (uint32_t i = 0; i < s->payloads_count; i++) {
		struct scenario_payload *p = &s->payloads[i];

		if (strchr(p->run[0], '/'))
			p->run[0] = beside(s->path, p->run[0]);
		for (uint32_t k = 0; k < p->files_count; k++)
			p->files[k].from = beside(s->path, p->files[k].from);
	}
}

int scenario_payload_program(const struct scenario_payload *p, char **out, struct err *err)
{
	_cleanup_free_ char *found = fs_which(p->run[0]);
	char *real = found ? realpath(found, NULL) : NULL;

	if (real) {
		*out = real;
		return 0;
	}
	if (p->package)
		return err_set(err, ERR_UNSUPPORTED, "%s is not installed; apt install %s",
		               p->run[0], p->package);
	return err_set(err, ERR_NOT_FOUND, "run: there is no executable \"%s\" on this machine",
	               p->run[0]);
}

static int check_program(const struct scenario_payload *p, struct err *err)
{
	_cleanup_free_ char *path = NULL;

	if (scenario_payload_program(p, &path, err) < 0 && err->code != ERR_UNSUPPORTED)
		return err->code = ERR_FORMAT, -(int)ERR_FORMAT;
	err_clear(err);
	return 0;
}

static bool goes_up(const char *path)
{
	return streq(path, "..") || starts_with(path, "../") || strstr(path, "/../") ||
	       ends_with(path, "/..");
}

static int check_file(const struct scenario_file *f, struct err *err)
{
	const char *source = f->from ? f->from : f->path;
	const char *key = f->from ? "from" : "path";

	if (goes_up(f->path))
		return err_set(err, ERR_FORMAT, "path: \"%s\" goes up", f->path);
	if (f->from && f->text)
		return err_set(err, ERR_FORMAT, "text: it is either a text or from a file");
	if (f->text)
		return 0;
	if (!f->from && f->path[0] != '/')
		return err_set(err, ERR_FORMAT,
		               "path: \"%s\" is of the guest: say from where, or "
		               "give its text",
		               f->path);
	return access(source, R_OK) == 0
	               ? 0
	               : err_set(err, ERR_FORMAT, "%s: \"%s\": %s", key, source, strerror(errno));
}

static int check_lists(const struct scenario_payload *p, struct err *err)
{
	for (uint32_t i = 0; i < p->env_count; i++)
		if (!strchr(p->env[i], '=') || p->env[i][0] == '=')
			return err_set(err, ERR_FORMAT, "env[%u]: \"%s\" is no NAME=value", i,
			               p->env[i]);
	for (uint32_t i = 0; i < p->files_count; i++)
		if (check_file(&p->files[i], err) < 0)
			return err_wrap(err, "files[%u]", i);
	for (uint32_t i = 0; i < p->collect_count; i++)
		if (p->collect[i][0] != '/' || goes_up(p->collect[i]))
			return err_set(err, ERR_FORMAT, "collect[%u]: \"%s\" is not from / on", i,
			               p->collect[i]);
	return 0;
}

int payload_output_max(const struct scenario_payload *p, uint64_t *out, struct err *err)
{
	struct err ignored = ERR_INIT;

	*out = OUTPUT_DEFAULT;
	if (p->output_max &&
	    (parse_size(p->output_max, "", out, &ignored) < 0 || !*out || *out > OUTPUT_MAX))
		return err_set(err, ERR_FORMAT, "output_max: \"%s\" is no size up to 1M, like 64K",
		               p->output_max);
	return 0;
}

/* --- metrics ------------------------------------------------------------------------------------
 */

static const struct payload_metric *of_preset(const struct payload_preset *preset, const char *name)
{
	for (size_t i = 0; preset && i < preset->n; i++)
		if (streq(preset->metrics[i].name, name))
			return &preset->metrics[i];
	return NULL;
}

static int take_names(const struct scenario_metric *m, struct payload_metric *out, struct err *err)
{
	int from = (int)out->from, pick = (int)out->pick, better = (int)out->better;

	if ((m->from && value_name(m->from, "from", &payload_source_names, &from, err) < 0) ||
	    (m->pick && value_name(m->pick, "pick", &payload_pick_names, &pick, err) < 0) ||
	    (m->better &&
	     value_name(m->better, "better", &payload_polarity_names, &better, err) < 0))
		return -(int)err->code;
	out->from = (enum payload_source)from;
	out->pick = (enum payload_pick)pick;
	out->better = (enum payload_polarity)better;
	return 0;
}

static int take_metric(const struct scenario_metric *m, const struct payload_metric *preset,
                       struct payload_metric *out, struct err *err)
{
	if (preset)
		*out = *preset;
	else
		*out = (struct payload_metric){ .min = NAN, .max = NAN };
	if (!preset && !m->from)
		return err_set(err, ERR_FORMAT, "from: is missing: no preset has a \"%s\"",
		               m->name);
	if (!preset && !m->path)
		return err_set(err, ERR_FORMAT, "path: is missing");
	out->name = m->name;
	out->path = m->path ? m->path : out->path;
	out->unit = m->unit ? m->unit : out->unit;
	out->min = m->min ? *m->min : NAN;
	out->max = m->max ? *m->max : NAN;
	if (take_names(m, out, err) < 0)
		return -(int)err->code;
	if (out->min > out->max)
		return err_set(err, ERR_FORMAT, "min: %g is over max, %g", out->min, out->max);
	return m->path || m->from ? payload_metric_check(out, err) : 0;
}

static int check_metrics(const struct scenario_payload *p, struct err *err)
{
	const struct payload_preset *preset = p->preset ? payload_preset_find(p->preset) : NULL;

	for (uint32_t i = 0; i < p->metrics_count; i++) {
		const struct scenario_metric *m = &p->metrics[i];
		struct payload_metric ignored;

		for (uint32_t k = 0; k < i; k++)
			if (streq(p->metrics[k].name, m->name))
				return err_set(err, ERR_FORMAT,
				               "metrics[%u]: name: \"%s\" is there twice", i,
				               m->name);
		if (take_metric(m, of_preset(preset, m->name), &ignored, err) < 0)
			return err_wrap(err, "metrics[%u]", i);
	}
	return 0;
}

static int check_preset(const struct scenario_payload *p, struct err *err)
{
	const char *names[32], *near;

	if (!p->preset || payload_preset_find(p->preset))
		return 0;
	for (size_t i = 0; i < payload_presets_n && i < ARRAY_SIZE(names); i++)
		names[i] = payload_presets[i].name;
	near = parse_suggest(p->preset, names, payload_presets_n);
	return err_set(err, ERR_FORMAT, "preset: there is no \"%s\"%s%s%s", p->preset,
	               near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

/* Those of the preset, each as the file has it when it does, then the file's own. */
struct payload_metric *scenario_payload_metrics(const struct scenario_payload *p, size_t *n)
{
	const struct payload_preset *preset = p->preset ? payload_preset_find(p->preset) : NULL;
	struct payload_metric *all = NULL;
	struct err ignored = ERR_INIT; /* the file was checked */

	*n = 0;
	for (size_t i = 0; preset && i < preset->n; i++)
		*xgrow(all, *n) = preset->metrics[i];
	for (uint32_t i = 0; i < p->metrics_count; i++) {
		const struct payload_metric *base = of_preset(preset, p->metrics[i].name);
		struct payload_metric *m = base ? &all[base - preset->metrics] : xgrow(all, *n);

		if (take_metric(&p->metrics[i], base, m, &ignored) < 0)
			*m = (struct payload_metric){ .name = p->metrics[i].name, .path = "" };
	}
	return all;
}

/* --- the file's ----------------------------------------------------------------------------------
 */

static int check_payload(const struct scenario *s, uint32_t i, struct err *err)
{
	const struct scenario_payload *p = &s->payloads[i];
	uint64_t ignored;

	if (value_is_name(p->name, err) < 0)
		return -(int)err->code;
	for (uint32_t k = 0; k < i; k++)
		if (streq(s->payloads[k].name, p->name))
			return err_set(err, ERR_FORMAT, "name: \"%s\" is there twice", p->name);
	if (check_program(p, err) < 0 || check_lists(p, err) < 0 ||
	    payload_output_max(p, &ignored, err) < 0 || check_preset(p, err) < 0)
		return -(int)err->code;
	if (p->wait && value_duration(p->wait, "wait", &ignored, err) < 0)
		return -(int)err->code;
	return check_metrics(p, err);
}

int payloads_check(const struct scenario *s, struct err *err)
{
	for (uint32_t i = 0; i < s->payloads_count; i++)
		if (check_payload(s, i, err) < 0)
			return err_wrap(err, "payloads[%u]", i);
	return 0;
}
