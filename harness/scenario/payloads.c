/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scenario/payloads.h"

#include <errno.h>
#include <limits.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/scenario/value.h"

#define OUTPUT_DEFAULT (64u << 10)
#define OUTPUT_MAX     (1u << 20) /* fits into a frame of the ring, even if all is escaped */

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
	return err_set(err, ERR_NOT_FOUND, "there is no executable \"%s\" on this machine",
	               p->run[0]);
}

static int check_program(const struct scenario_payload *p, struct err *err)
{
	_cleanup_free_ char *path = NULL;

	if (scenario_payload_program(p, &path, err) < 0 && err->code != ERR_UNSUPPORTED)
		return place_wrap(p->at, "run", err);
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
		return place_refuse(f->at, "path", err, "\"%s\" contains \"..\"", f->path);
	if (f->from && f->text)
		return place_refuse(f->at, "text", err, "give `text` or `from`, not both");
	if (f->text)
		return 0;
	if (!f->from && f->path[0] != '/')
		return place_refuse(f->at, "path", err,
		                    "\"%s\" is not absolute: give `from` or `text`", f->path);
	return access(source, R_OK) == 0
	               ? 0
	               : place_refuse(f->at, key, err, "\"%s\": %s", source, strerror(errno));
}

static int check_lists(const struct scenario_payload *p, struct err *err)
{
	for (uint32_t i = 0; i < p->env_count; i++)
		if (!strchr(p->env[i], '=') || p->env[i][0] == '=')
			return place_refuse(place_item(p->at, "env", i), NULL, err,
			                    "\"%s\" is not NAME=value", p->env[i]);
	for (uint32_t i = 0; i < p->files_count; i++)
		if (check_file(&p->files[i], err) < 0)
			return -(int)err->code;
	for (uint32_t i = 0; i < p->collect_count; i++)
		if (p->collect[i][0] != '/' || goes_up(p->collect[i]))
			return place_refuse(place_item(p->at, "collect", i), NULL, err,
			                    "\"%s\" is not an absolute path without \"..\"",
			                    p->collect[i]);
	return 0;
}

int payload_output_max(const struct scenario_payload *p, uint64_t *out, struct err *err)
{
	struct err ignored = ERR_INIT;

	*out = OUTPUT_DEFAULT;
	if (p->output_max &&
	    (parse_size(p->output_max, "", out, &ignored) < 0 || !*out || *out > OUTPUT_MAX))
		return place_refuse(p->at, "output_max", err,
		                    "\"%s\" is not a size up to 1M, like 64K", p->output_max);
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

	if (m->from)
		from = value_name(m->at, "from", m->from, &payload_source_names, err);
	if (from >= 0 && m->pick)
		pick = value_name(m->at, "pick", m->pick, &payload_pick_names, err);
	if (from >= 0 && pick >= 0 && m->better)
		better = value_name(m->at, "better", m->better, &payload_polarity_names, err);
	if (from < 0 || pick < 0 || better < 0)
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
		return place_refuse(m->at, "from", err,
		                    "is missing: \"%s\" is not a metric of the preset", m->name);
	if (!preset && !m->path)
		return place_refuse(m->at, "path", err, "is missing");
	out->name = m->name;
	out->path = m->path ? m->path : out->path;
	out->unit = m->unit ? m->unit : out->unit;
	out->min = m->min ? *m->min : NAN;
	out->max = m->max ? *m->max : NAN;
	if (take_names(m, out, err) < 0)
		return -(int)err->code;
	if (out->min > out->max)
		return place_refuse(m->at, "min", err, "%g is over max, %g", out->min, out->max);
	if ((m->path || m->from) && payload_metric_check(out, err) < 0)
		return place_wrap(m->at, "path", err);
	return 0;
}

int scenario_metrics_check(const struct scenario_metric *metrics, uint32_t n, const char *preset,
                           struct err *err)
{
	const struct payload_preset *base = preset ? payload_preset_find(preset) : NULL;

	for (uint32_t i = 0; i < n; i++) {
		const struct scenario_metric *m = &metrics[i];
		struct payload_metric ignored;

		for (uint32_t k = 0; k < i; k++)
			if (streq(metrics[k].name, m->name))
				return place_refuse(m->at, "name", err, "\"%s\" is there twice",
				                    m->name);
		if (take_metric(m, of_preset(base, m->name), &ignored, err) < 0)
			return -(int)err->code;
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
	return place_refuse(p->at, "preset", err, "there is no \"%s\"%s%s%s", p->preset,
	                    near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

/* The preset's metrics, changed as the file says, then the file's own. */
struct payload_metric *scenario_metrics(const struct scenario_metric *metrics, uint32_t count,
                                        const char *preset, size_t *n)
{
	const struct payload_preset *from = preset ? payload_preset_find(preset) : NULL;
	struct payload_metric *all = NULL;
	struct err ignored = ERR_INIT; /* the file was checked */

	*n = 0;
	for (size_t i = 0; from && i < from->n; i++)
		*xgrow(all, *n) = from->metrics[i];
	for (uint32_t i = 0; i < count; i++) {
		const struct payload_metric *base = of_preset(from, metrics[i].name);
		struct payload_metric *m = base ? &all[base - from->metrics] : xgrow(all, *n);

		if (take_metric(&metrics[i], base, m, &ignored) < 0)
			*m = (struct payload_metric){ .name = metrics[i].name, .path = "" };
	}
	return all;
}

/* --- the file -----------------------------------------------------------------------------------
 */

static int check_payload(const struct scenario *s, uint32_t i, struct err *err)
{
	const struct scenario_payload *p = &s->payloads[i];
	uint64_t ignored;

	if (value_is_name(p->at, p->name, err) < 0)
		return -(int)err->code;
	for (uint32_t k = 0; k < i; k++)
		if (streq(s->payloads[k].name, p->name))
			return place_refuse(p->at, "name", err, "\"%s\" is there twice", p->name);
	if (check_program(p, err) < 0 || check_lists(p, err) < 0 ||
	    payload_output_max(p, &ignored, err) < 0 || check_preset(p, err) < 0)
		return -(int)err->code;
	if (p->wait && value_duration(p->at, "wait", p->wait, &ignored, err) < 0)
		return -(int)err->code;
	return scenario_metrics_check(p->metrics, p->metrics_count, p->preset, err);
}

int payloads_check(const struct scenario *s, struct err *err)
{
	for (uint32_t i = 0; i < s->payloads_count; i++)
		if (check_payload(s, i, err) < 0)
			return -(int)err->code;
	return 0;
}
