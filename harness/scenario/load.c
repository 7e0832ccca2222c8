/* SPDX-License-Identifier: GPL-2.0-only */
#include <regex.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/scenario/cpuset.h"
#include "harness/scenario/lines.h"
#include "harness/scenario/params.h"
#include "harness/scenario/payloads.h"
#include "harness/scenario/scenario.h"
#include "harness/scenario/schema.h"
#include "harness/scenario/value.h"

#define SCENARIO_MAX_BYTES (1u << 20)
#define DEPTH_MAX          8

/* Messages begin with the keys that lead to what is wrong, a noun per layer: the line is found by
 * them. */

static const char *const level_text[] = {
#define X(e, name, doc) [e] = name,
	LEVELS(X)
#undef X
};
const struct json_names level_names = JSON_NAMES(level_text);

enum level scenario_level(const struct scenario *s)
{
	return s->level ? (enum level)json_name_index(&level_names, s->level) : LEVEL_DEFAULT;
}

/* As it would be refused later, but when the file is read. */
static int check_params(const struct scenario_work *w, struct err *err)
{
	struct json_f64map given = { 0 };
	double param[WORK_PARAMS_MAX];
	int r;

	params_take(w->params, &given);
	r = work_type_params(json_name_index(&work_type_names, w->type), &given, param, err);
	for (size_t i = 0; i < given.n; i++)
		free(given.v[i].key);
	free(given.v);
	return r < 0 ? err_wrap(err, "params") : 0;
}

static int check_work(const struct scenario_work *w, struct err *err)
{
	struct job_work ignored;
	int r;

	json_init(&job_work_table, &ignored);
	r = value_name(w->type, "type", &work_type_names, &ignored.type, err);
	if (r == 0)
		r = check_params(w, err);
	if (r == 0)
		r = value_workers(w->workers, 1, &ignored.workers, err);
	if (r == 0)
		r = value_policy(w, &ignored, err);
	if (r == 0)
		r = value_memory(w, &ignored, err);
	if (r == 0 && w->affinity)
		r = value_affinity_check(w->affinity, err);
	json_done(&job_work_table, &ignored);
	return r;
}

static int check_works(const struct scenario_work *works, uint32_t n, struct err *err)
{
	for (uint32_t i = 0; i < n; i++)
		if (check_work(&works[i], err) < 0)
			return err_wrap(err, "works[%u]", i);
	return 0;
}

static int check_knobs(const struct scenario_cgroup *c, struct err *err)
{
	struct strmap ignored = { 0 };
	int r;

	if (c->weight > 10000)
		return err_set(err, ERR_FORMAT, "weight: %u is not in 1…10000", c->weight);
	if (c->weight && c->idle)
		return err_set(err, ERR_FORMAT, "weight: an idle cgroup has none");
	if (c->partition && !c->cpuset)
		return err_set(err, ERR_FORMAT, "partition: is of a cpuset, and there is none");
	if (c->cpuset && cpuset_check(c->cpuset, err) < 0)
		return err_wrap(err, "cpuset");
	r = value_knobs(c, &ignored, err);
	strmap_done(&ignored);
	return r;
}

static int check_cgroups(const struct scenario_cgroup *all, uint32_t n, uint32_t depth,
                         struct err *err);

static int check_cgroup(const struct scenario_cgroup *all, uint32_t i, uint32_t depth,
                        struct err *err)
{
	const struct scenario_cgroup *c = &all[i];

	if (value_is_name(c->name, err) < 0)
		return -(int)err->code;
	for (uint32_t k = 0; k < i; k++)
		if (streq(all[k].name, c->name))
			return err_set(err, ERR_FORMAT, "name: \"%s\" is there twice", c->name);
	if (check_knobs(c, err) < 0)
		return -(int)err->code;
	/* the kernel hands controllers on only where no process is */
	if (c->works_count && c->cgroups_count)
		return err_set(err, ERR_FORMAT,
		               "works: a cgroup holds works or other cgroups, not both");
	if (check_works(c->works, c->works_count, err) < 0)
		return -(int)err->code;
	for (uint32_t k = 0; k < c->cgroups_count; k++)
		if (c->cgroups[k].partition && !c->partition)
			return err_set(err, ERR_FORMAT,
			               "partition: the kernel makes one only within another");
	return check_cgroups(c->cgroups, c->cgroups_count, depth + 1, err);
}

static int check_cgroups(const struct scenario_cgroup *all, uint32_t n, uint32_t depth,
                         struct err *err)
{
	if (n && depth > DEPTH_MAX)
		return err_set(err, ERR_FORMAT, "cgroups: more than %d deep", DEPTH_MAX);
	for (uint32_t i = 0; i < n; i++)
		if (check_cgroup(all, i, depth, err) < 0)
			return err_wrap(err, "cgroups[%u]", i);
	return 0;
}

int scenario_op_kind(const struct scenario_op *op)
{
	int kind = -1, n = 0;

	for (int i = 0; i < OP_COUNT; i++)
		if (op->arg[i].text) {
			kind = i;
			n++;
		}
	return n == 1 ? kind : -1;
}

/* What only the op's own values tell; the rest is found by going through the steps. */
static int check_op(const struct scenario_op *op, struct err *err)
{
	int kind = scenario_op_kind(op);
	const union scenario_op_arg *a = kind < 0 ? NULL : &op->arg[kind];
	int r = 0;

	if (!a)
		return err_set(err, ERR_FORMAT, "is not one op");
	if (kind == OP_ADD_CGROUP)
		r = check_cgroup(a->group, 0, 1, err);
	else if (kind == OP_SPAWN)
		r = check_work(&a->spawn->work, err);
	else if (kind == OP_SET_AFFINITY)
		r = value_affinity_check(a->args->affinity, err);
	else if (kind == OP_SET_CPUSET && (r = cpuset_check(a->args->cpuset, err)) < 0)
		r = err_wrap(err, "cpuset");
	else if (kind == OP_CPU_OFFLINE || kind == OP_CPU_ONLINE)
		r = cpuset_check(a->text, err);
	return r < 0 ? err_wrap(err, "%s", json_name(&op_names, kind)) : 0;
}

static int check_step(const struct scenario_step *s, struct err *err)
{
	for (uint32_t i = 0; i < s->ops_count; i++)
		if (check_op(&s->ops[i], err) < 0)
			return err_wrap(err, "ops[%u]", i);
	return check_cgroups(s->cgroups, s->cgroups_count, 1, err);
}

/* Goes through the steps on a large machine, to see that each op finds what it names. Whether a
 * test's topology and duration can hold them is for the test. */
static int rehearse(const struct scenario *s, struct err *err)
{
	struct scenario_setting large = {
		.topology = { .cpus = 256, .llcs = 32, .nodes = 8, .threads_per_core = 2 },
		.duration_ns = 10 * NS_PER_SEC,
		.scheduler = "any",
		.sched_ext = true,
	};
	struct err why = ERR_INIT;
	struct job job;
	int r;

	if (s->duration && value_duration(s->duration, "duration", &large.duration_ns, err) < 0)
		return -(int)err->code;
	r = scenario_resolve(s, &large, &job, &why);
	if (r == 0)
		json_done(&job_table, &job);
	if (r < 0 && why.code != ERR_UNSUPPORTED) {
		*err = why;
		return -(int)err->code;
	}
	return 0;
}

static int check_steps(const struct scenario *s, struct err *err)
{
	for (uint32_t i = 0; i < s->steps_count; i++)
		if (check_step(&s->steps[i], err) < 0)
			return err_wrap(err, "steps[%u]", i);
	return 0;
}

static int check_expect(const struct scenario_expect *e, struct err *err)
{
	regex_t re;
	int rc;

	if (!streq(e->outcome, "fail") && !streq(e->outcome, "inconclusive") &&
	    !streq(e->outcome, "error"))
		return err_set(err, ERR_FORMAT,
		               "expect: outcome: \"%s\" is not fail, inconclusive or error",
		               e->outcome);
	if (!e->cause)
		return 0;
	rc = regcomp(&re, e->cause, REG_EXTENDED | REG_NOSUB);
	if (rc)
		return err_set(err, ERR_FORMAT, "expect: cause: \"%s\" is not a regular expression",
		               e->cause);
	regfree(&re);
	return 0;
}

static int check_scenario(const struct scenario *s, struct err *err)
{
	uint64_t ns;
	int level;

	if ((s->name && value_is_name(s->name, err) < 0) ||
	    (s->level && value_name(s->level, "level", &level_names, &level, err) < 0))
		return -(int)err->code;
	if (s->duration && value_duration(s->duration, "duration", &ns, err) < 0)
		return -(int)err->code;
	if (s->expect && check_expect(s->expect, err) < 0)
		return -(int)err->code;
	if (check_works(s->works, s->works_count, err) < 0)
		return -(int)err->code;
	if (check_cgroups(s->cgroups, s->cgroups_count, 1, err) < 0 || payloads_check(s, err) < 0)
		return -(int)err->code;
	return check_steps(s, err);
}

/* X(array of struct scenario) */
#define INCLUDED(X)                                                                                \
	X(cgroups)                                                                                 \
	X(works)                                                                                   \
	X(payloads)

/* Moves what `from` has to the front of `to`. Both are of libcyaml's memory, which is malloc()'s.
 */
static void prepend(void **to, uint32_t *n, void **from, uint32_t *more, size_t size)
{
	size_t a = *more * size, b = *n * size;
	char *all;

	if (!a)
		return;
	all = xmalloc(a + b);
	memcpy(all, *from, a);
	if (b)
		memcpy(all + a, *to, b);
	free(*to);
	free(*from);
	*to = all;
	*n += *more;
	*from = NULL;
	*more = 0;
}

/* A limit of its own goes before an included one's. */
static void merge_checks(struct scenario *s, struct scenario *part)
{
	if (!part->checks)
		return;
	if (!s->checks) {
		s->checks = steal_ptr(&part->checks);
		return;
	}
#define X(id, key, kind, def, unit, doc)                                                           \
	if (!s->checks->key)                                                                       \
		s->checks->key = steal_ptr(&part->checks->key);
	CHECKS(X)
#undef X
}

/* Names there is one of. */
#define CHECK_TWINS(key, noun)                                                                     \
	for (uint32_t i = 0; i < part->key##_count; i++)                                           \
		for (uint32_t k = 0; k < s->key##_count; k++)                                      \
			if (streq(part->key[i].name, s->key[k].name))                              \
	return err_set(err, ERR_FORMAT, "%s: another " noun " \"%s\"", part->path,                 \
	               part->key[i].name)

static int merge(struct scenario *s, struct scenario *part, struct err *err)
{
	CHECK_TWINS(cgroups, "cgroup");
	CHECK_TWINS(payloads, "payload");
#define X(key)                                                                                     \
	prepend((void **)&s->key, &s->key##_count, (void **)&part->key, &part->key##_count,        \
	        sizeof(*s->key));
	INCLUDED(X)
#undef X
	merge_checks(s, part);
	return 0;
}

/* "path:line: what", the form editors jump to. */
static int say_where(const char *path, const struct strbuf *text, struct err *err)
{
	unsigned int line = yaml_line(strbuf_cstr(text), text->n, err->msg);
	struct err inner = *err;

	return line ? err_set(err, ERR_FORMAT, "%s:%u: %s", path, line, inner.msg)
	            : err_set(err, ERR_FORMAT, "%s: %s", path, inner.msg);
}

/* Parsed and each of its own values seen, what it includes not yet. */
static int read_file(const char *path, struct strbuf *text, struct scenario **out, struct err *err)
{
	_cleanup_scenario_ struct scenario *s = NULL;

	if (fs_read(AT_FDCWD, path, SCENARIO_MAX_BYTES, text, err) < 0)
		return err_wrap(err, "scenario");
	if (schema_parse(text, &s, err) < 0) {
		struct err inner = *err;
		bool has_line = inner.msg[0] >= '0' && inner.msg[0] <= '9';

		return err_set(err, inner.code, "%s:%s%s", path, has_line ? "" : " ", inner.msg);
	}
	s->path = xstrdup(path);
	payloads_place(s);
	if (check_scenario(s, err) < 0)
		return say_where(path, text, err);
	*out = steal_ptr(&s);
	return 0;
}

static int load(const char *path, struct strv *chain, bool part, struct scenario **out,
                struct err *err);

/* Relative to the file that names it. */
static char *beside(const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');
	_cleanup_free_ char *dir = slash ? xstrndup(file, (size_t)(slash - file)) : NULL;

	return !dir || name[0] == '/' ? xstrdup(name) : fs_join(dir, name);
}

static int include_one(struct scenario *s, uint32_t i, struct strv *chain, struct err *err)
{
	_cleanup_free_ char *path = beside(s->path, s->include[i]);
	_cleanup_scenario_ struct scenario *part = NULL;

	if (load(path, chain, true, &part, err) < 0 || merge(s, part, err) < 0)
		return err_wrap(err, "include[%u]", i);
	return 0;
}

/* The last first, since each goes before what is there. */
static int include_all(struct scenario *s, struct strv *chain, struct err *err)
{
	for (uint32_t i = s->include_count; i-- > 0;)
		if (include_one(s, i, chain, err) < 0)
			return -(int)err->code;
	return 0;
}

/* Files are the same when their real paths are. */
static int enter(const char *path, struct strv *chain, struct err *err)
{
	_cleanup_free_ char *real = realpath(path, NULL);

	if (real && strv_has(chain, real))
		return err_set(err, ERR_FORMAT, "%s is being read already: they include each other",
		               path);
	if (chain->n >= DEPTH_MAX)
		return err_set(err, ERR_FORMAT, "%s: included more than %d deep", path, DEPTH_MAX);
	strv_add(chain, real ? real : path);
	return 0;
}

/* What would be lost, and make another test of it, is refused. */
static int check_part(const struct scenario *s, struct err *err)
{
	const char *key = s->steps_count ? "steps"
	                  : s->needs     ? "needs"
	                  : s->expect    ? "expect"
	                                 : NULL;

	return key ? err_set(err, ERR_FORMAT, "%s: not in a file that is included", key) : 0;
}

static int check_whole(const struct scenario *s, struct err *err)
{
	if (!s->name || !s->summary)
		return err_set(err, ERR_FORMAT, "a scenario has a name and a summary");
	return s->steps_count || s->payloads_count ? rehearse(s, err) : 0;
}

static int load(const char *path, struct strv *chain, bool part, struct scenario **out,
                struct err *err)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_scenario_ struct scenario *s = NULL;

	if (enter(path, chain, err) < 0 || read_file(path, &text, &s, err) < 0)
		return -(int)err->code;
	if (include_all(s, chain, err) < 0)
		return say_where(path, &text, err);
	free(chain->v[--chain->n]);
	chain->v[chain->n] = NULL;
	if ((part ? check_part(s, err) : check_whole(s, err)) < 0)
		return say_where(path, &text, err);
	*out = steal_ptr(&s);
	return 0;
}

int scenario_load(const char *path, struct scenario **out, struct err *err)
{
	_cleanup_strv_ struct strv chain = STRV_INIT;

	return load(path, &chain, false, out, err);
}

int scenario_load_checks(const char *path, struct scenario **out, struct err *err)
{
	_cleanup_strv_ struct strv chain = STRV_INIT;
	_cleanup_scenario_ struct scenario *s = NULL;
	const char *key;

	if (load(path, &chain, true, &s, err) < 0)
		return -(int)err->code;
	key = s->cgroups_count ? "cgroups" : s->works_count ? "works" : "payloads";
	if (s->cgroups_count || s->works_count || s->payloads_count)
		return err_set(err, ERR_FORMAT, "%s: %s: a file of limits has `checks` only", path,
		               key);
	if (!s->checks)
		return err_set(err, ERR_FORMAT, "%s: has no `checks`", path);
	*out = steal_ptr(&s);
	return 0;
}

void scenario_checks(const struct scenario *s, const struct scenario *layer, struct check_set *out)
{
	check_set_init(out);
	if (layer)
		check_set_apply(out, layer->checks, "--checks");
	check_set_apply(out, s->checks, "scenario");
}

void scenario_free(struct scenario **s)
{
	if (!s || !*s)
		return;
	free((*s)->path);
	(*s)->path = NULL;
	schema_free(*s);
	*s = NULL;
}

int scenarios_load(const char *dir, struct scenarios *out, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct scenarios all = { 0 };

	if (fs_list(AT_FDCWD, dir, &names, err) < 0)
		return err_wrap(err, "scenario catalogue");
	strv_each (&names, i) {
		_cleanup_free_ char *path = fs_join(dir, names.v[i]);
		struct scenario *s;

		if (!ends_with(names.v[i], ".yaml"))
			continue;
		if (scenario_load(path, &s, err) < 0) {
			scenarios_done(&all);
			return -(int)err->code;
		}
		s->bundled = true;
		*xgrow(all.v, all.n) = s;
	}
	*out = all;
	return 0;
}

void scenarios_done(struct scenarios *s)
{
	for (size_t i = 0; i < s->n; i++)
		scenario_free(&s->v[i]);
	free(s->v);
	*s = (struct scenarios){ 0 };
}
