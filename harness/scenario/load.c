/* SPDX-License-Identifier: GPL-2.0-only */
#include <regex.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/scenario/cpuset.h"
#include "harness/scenario/payloads.h"
#include "harness/scenario/scenario.h"
#include "harness/scenario/scenario_table.h"
#include "harness/scenario/value.h"

#define SCENARIO_MAX_BYTES (1u << 20)
#define DEPTH_MAX          8

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

/* Finds at load time what would be refused when the scenario is resolved. */
static int check_params(const struct scenario_work *w, struct err *err)
{
	const int type = json_name_index(&work_type_names, w->type);
	double param[WORK_PARAMS_MAX];

	return work_type_params(type, &w->params, param, err) < 0 ? place_wrap(w->at, "params", err)
	                                                          : 0;
}

static int check_work(const struct scenario_work *w, struct err *err)
{
	struct job_work ignored;
	int r;

	if (value_name(w->at, "type", w->type, &work_type_names, err) < 0)
		return -(int)err->code;
	json_init(&job_work_table, &ignored);
	r = check_params(w, err);
	if (r == 0)
		r = value_workers(w, 1, &ignored.workers, err);
	if (r == 0)
		r = value_policy(w, &ignored, err);
	if (r == 0)
		r = value_memory(w, &ignored, err);
	if (r == 0 && w->affinity)
		r = value_affinity_check(w->at, w->affinity, err);
	json_done(&job_work_table, &ignored);
	return r;
}

static int check_works(const struct scenario_work *works, uint32_t n, struct err *err)
{
	for (uint32_t i = 0; i < n; i++)
		if (check_work(&works[i], err) < 0)
			return -(int)err->code;
	return 0;
}

static int check_knobs(const struct scenario_cgroup *c, struct err *err)
{
	struct strmap ignored = { 0 };
	int r;

	if (c->weight && c->idle)
		return place_refuse(c->at, "weight", err, "an idle cgroup has no weight");
	if (c->partition && !c->cpuset)
		return place_refuse(c->at, "partition", err, "needs a cpuset");
	if (c->cpuset && cpuset_check(c->cpuset, err) < 0)
		return place_wrap(c->at, "cpuset", err);
	r = value_knobs(c, &ignored, err);
	strmap_done(&ignored);
	return r;
}

static int check_cgroups(const struct yaml_place *in, const struct scenario_cgroup *all, uint32_t n,
                         uint32_t depth, struct err *err);

static int check_cgroup(const struct scenario_cgroup *all, uint32_t i, uint32_t depth,
                        struct err *err)
{
	const struct scenario_cgroup *c = &all[i];

	if (value_is_name(c->at, c->name, err) < 0)
		return -(int)err->code;
	for (uint32_t k = 0; k < i; k++)
		if (streq(all[k].name, c->name))
			return place_refuse(c->at, "name", err, "\"%s\" is there twice", c->name);
	if (check_knobs(c, err) < 0)
		return -(int)err->code;
	/* the kernel: a cgroup with processes cannot enable controllers for its children */
	if (c->works_count && c->cgroups_count)
		return place_refuse(c->at, "works", err,
		                    "a cgroup has either works or cgroups, not both");
	if (check_works(c->works, c->works_count, err) < 0)
		return -(int)err->code;
	for (uint32_t k = 0; k < c->cgroups_count; k++)
		if (c->cgroups[k].partition && !c->partition)
			return place_refuse(c->cgroups[k].at, "partition", err,
			                    "must be inside another partition");
	return check_cgroups(c->at, c->cgroups, c->cgroups_count, depth + 1, err);
}

static int check_cgroups(const struct yaml_place *in, const struct scenario_cgroup *all, uint32_t n,
                         uint32_t depth, struct err *err)
{
	if (n && depth > DEPTH_MAX)
		return place_refuse(in, "cgroups", err, "more than %d deep", DEPTH_MAX);
	for (uint32_t i = 0; i < n; i++)
		if (check_cgroup(all, i, depth, err) < 0)
			return -(int)err->code;
	return 0;
}

/* Checks the op's own values. rehearse() finds the other mistakes. */
static int check_op(const struct scenario_op *op, struct err *err)
{
	int kind = scenario_op_kind(op);
	const union scenario_op_arg *a = kind < 0 ? NULL : &op->arg[kind];
	const struct yaml_place *at;

	if (!a)
		return place_refuse(op->at, NULL, err, "must have exactly one op");
	at = place_at(op->at, json_name(&op_names, kind));
	if (kind == OP_ADD_CGROUP)
		return check_cgroup(a->group, 0, 1, err);
	if (kind == OP_SPAWN)
		return check_work(&a->spawn->work, err);
	if (kind == OP_SET_AFFINITY)
		return value_affinity_check(at, a->args->affinity, err);
	if (kind == OP_SET_CPUSET && cpuset_check(a->args->cpuset, err) < 0)
		return place_wrap(at, "cpuset", err);
	if ((kind == OP_CPU_OFFLINE || kind == OP_CPU_ONLINE) && cpuset_check(a->text, err) < 0)
		return place_wrap(at, NULL, err);
	return 0;
}

static int check_step(const struct scenario_step *s, struct err *err)
{
	for (uint32_t i = 0; i < s->ops_count; i++)
		if (check_op(&s->ops[i], err) < 0)
			return -(int)err->code;
	return check_cgroups(s->at, s->cgroups, s->cgroups_count, 1, err);
}

/* Resolves the scenario for a large topology, to check that each op finds what it names. Whether it
 * fits a test's topology and duration is checked by the test. */
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

	if (s->duration &&
	    value_duration(s->at, "duration", s->duration, &large.duration_ns, err) < 0)
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
			return -(int)err->code;
	return 0;
}

static int check_expect(const struct scenario_expect *e, struct err *err)
{
	regex_t re;
	int rc;

	if (!streq(e->outcome, "fail") && !streq(e->outcome, "inconclusive") &&
	    !streq(e->outcome, "error"))
		return place_refuse(e->at, "outcome", err,
		                    "\"%s\" is not fail, inconclusive or error", e->outcome);
	if (!e->cause)
		return 0;
	rc = regcomp(&re, e->cause, REG_EXTENDED | REG_NOSUB);
	if (rc)
		return place_refuse(e->at, "cause", err, "\"%s\" is not a regular expression",
		                    e->cause);
	regfree(&re);
	return 0;
}

/* Shares have a median; whether the worst case of all repeats matters is not asked of them. */
static int check_over_repeats(const struct scenario *s, struct err *err)
{
	const char *names[CHECK_COUNT], *near;
	int id;

	for (id = 0; id < CHECK_COUNT; id++)
		names[id] = check_defs[id].name;
	for (uint32_t i = 0; i < s->over_repeats_count; i++) {
		const struct yaml_place *at = place_item(s->at, "over_repeats", i);

		id = check_find(s->over_repeats[i]);
		near = parse_suggest(s->over_repeats[i], names, CHECK_COUNT);
		if (id < 0)
			return place_refuse(at, NULL, err, "no check \"%s\"%s%s%s",
			                    s->over_repeats[i], near ? ", did you mean \"" : "",
			                    near ? near : "", near ? "\"?" : "");
		if (!check_is_share(id))
			return place_refuse(at, NULL, err,
			                    "%s is not a share of a cgroup, in percent",
			                    s->over_repeats[i]);
	}
	if (s->over_repeats_count && s->expect)
		return place_refuse(s->at, "over_repeats", err,
		                    "not together with `expect`, which is about a single run");
	return 0;
}

static int check_scenario(const struct scenario *s, struct err *err)
{
	uint64_t ns;

	if ((s->name && value_is_name(s->at, s->name, err) < 0) ||
	    (s->level && value_name(s->at, "level", s->level, &level_names, err) < 0))
		return -(int)err->code;
	if (s->duration && value_duration(s->at, "duration", s->duration, &ns, err) < 0)
		return -(int)err->code;
	if (s->duration && ns < NS_PER_MS)
		return place_refuse(s->at, "duration", err, "\"%s\" is too short: at least 1ms",
		                    s->duration);
	if (s->expect && check_expect(s->expect, err) < 0)
		return -(int)err->code;
	if (check_over_repeats(s, err) < 0)
		return -(int)err->code;
	if (check_works(s->works, s->works_count, err) < 0)
		return -(int)err->code;
	if (check_cgroups(s->at, s->cgroups, s->cgroups_count, 1, err) < 0 ||
	    payloads_check(s, err) < 0)
		return -(int)err->code;
	return check_steps(s, err);
}

/* X(array of struct scenario) */
#define INCLUDED(X)                                                                                \
	X(cgroups)                                                                                 \
	X(works)                                                                                   \
	X(payloads)

/* Moves the items of `from` to the front of `to`. */
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

/* The scenario's own limits win over included ones. */
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

/* Takes over the trees that the places of `part` are in. */
static void take_trees(struct scenario *s, struct scenario *part)
{
	struct yaml_tree **last = &s->trees;

	while (*last)
		last = &(*last)->next;
	*last = steal_ptr(&part->trees);
}

/* Refuses names that both have. */
#define CHECK_TWINS(key, noun)                                                                     \
	for (uint32_t i = 0; i < part->key##_count; i++)                                           \
		for (uint32_t k = 0; k < s->key##_count; k++)                                      \
			if (streq(part->key[i].name, s->key[k].name))                              \
	return place_refuse(part->key[i].at, "name", err, "there is another " noun " \"%s\"",      \
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
	take_trees(s, part);
	return 0;
}

/* A path relative to the file that names it. */
static char *beside(const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');
	_cleanup_free_ char *dir = slash ? xstrndup(file, (size_t)(slash - file)) : NULL;

	return !dir || name[0] == '/' ? xstrdup(name) : fs_join(dir, name);
}

static void set_beside(const char *file, char **name)
{
	char *path = beside(file, *name);

	free(*name);
	*name = path;
}

/* Makes paths relative to the file. A program without a slash is looked up on $PATH. */
static void place_payloads(struct scenario *s)
{
	for (uint32_t i = 0; i < s->payloads_count; i++) {
		struct scenario_payload *p = &s->payloads[i];

		if (strchr(p->run[0], '/'))
			set_beside(s->path, &p->run[0]);
		for (uint32_t k = 0; k < p->files_count; k++)
			if (p->files[k].from)
				set_beside(s->path, &p->files[k].from);
	}
}

static int read_text(const char *path, const struct strmap *texts, struct strbuf *out,
                     struct err *err)
{
	const char *text = texts ? strmap_get(texts, path) : NULL;

	if (!texts)
		return fs_read(AT_FDCWD, path, SCENARIO_MAX_BYTES, out, err);
	if (!text)
		return err_set(err, ERR_NOT_FOUND, "%s: its text is not there", path);
	strbuf_adds(out, text);
	return 0;
}

/* Reads a file and checks its own values, without the files it includes. */
static int read_file(const char *path, const struct strmap *texts, struct scenario **out,
                     struct err *err)
{
	_cleanup_scenario_ struct scenario *s = xcalloc(1, sizeof(*s));
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	if (read_text(path, texts, &text, err) < 0)
		return err_wrap(err, "scenario");
	if (yaml_tree_parse(path, &text, &s->trees, err) < 0)
		return -(int)err->code;
	if (!s->trees->root)
		return err_set(err, ERR_FORMAT, "%s: has no scenario", path);
	if (yaml_read(&scenario_table, s->trees->root, s, err) < 0)
		return -(int)err->code;
	s->path = xstrdup(path);
	strmap_set(&s->texts, path, strbuf_cstr(&text));
	s->sha256 = xmalloc(SHA256_HEX);
	mem_sha256(strbuf_cstr(&text), text.n, s->sha256);
	place_payloads(s);
	if (check_scenario(s, err) < 0)
		return -(int)err->code;
	*out = steal_ptr(&s);
	return 0;
}

/* What is being loaded. */
struct loading {
	struct strv chain;          /* files, each included by the one before */
	const struct strmap *texts; /* instead of files; NULL: files are read */
};

static int load(const char *path, struct loading *l, bool part, struct scenario **out,
                struct err *err);

static void add_hash(struct scenario *s, const struct scenario *part)
{
	_cleanup_free_ char *both = xasprintf("%s %s", s->sha256, part->sha256);

	mem_sha256(both, strlen(both), s->sha256);
}

static int include_one(struct scenario *s, uint32_t i, struct loading *l, struct err *err)
{
	_cleanup_free_ char *path = beside(s->path, s->include[i]);
	_cleanup_scenario_ struct scenario *part = NULL;

	if (load(path, l, true, &part, err) < 0)
		return place_wrap(place_item(s->at, "include", i), NULL, err);
	add_hash(s, part);
	for (size_t k = 0; k < part->texts.n; k++)
		strmap_set(&s->texts, part->texts.v[k].key, part->texts.v[k].value);
	return merge(s, part, err) < 0 ? place_wrap(place_item(s->at, "include", i), NULL, err) : 0;
}

/* In reverse order, because each is put in front. */
static int include_all(struct scenario *s, struct loading *l, struct err *err)
{
	for (uint32_t i = s->include_count; i-- > 0;)
		if (include_one(s, i, l, err) < 0)
			return -(int)err->code;
	return 0;
}

/* Two files are the same if their real paths are. */
static int enter(const char *path, struct loading *l, struct err *err)
{
	struct strv *chain = &l->chain;
	_cleanup_free_ char *real = realpath(path, NULL);

	if (real && strv_has(chain, real))
		return err_set(err, ERR_FORMAT,
		               "%s includes itself, directly or through other files", path);
	if (chain->n >= DEPTH_MAX)
		return err_set(err, ERR_FORMAT, "%s: included more than %d deep", path, DEPTH_MAX);
	strv_add(chain, real ? real : path);
	return 0;
}

/* Refuses keys that merge() would drop, because without them it would be another test. */
static int check_part(const struct scenario *s, struct err *err)
{
	const char *key = s->steps_count          ? "steps"
	                  : s->needs              ? "needs"
	                  : s->expect             ? "expect"
	                  : s->headlines_count    ? "headlines"
	                  : s->over_repeats_count ? "over_repeats"
	                                          : NULL;

	return key ? place_refuse(s->at, key, err, "not allowed in an included file") : 0;
}

static int check_whole(const struct scenario *s, struct err *err)
{
	if (!s->name || !s->summary)
		return place_refuse(s->at, NULL, err, "a scenario needs a name and a summary");
	if (!s->cgroups_count && !s->works_count && !s->payloads_count && !s->steps_count)
		return place_refuse(
			s->at, NULL, err,
			"nothing would run: a scenario needs works, cgroups with works, "
			"payloads or steps");
	return s->steps_count || s->payloads_count ? rehearse(s, err) : 0;
}

static int load(const char *path, struct loading *l, bool part, struct scenario **out,
                struct err *err)
{
	_cleanup_scenario_ struct scenario *s = NULL;
	struct strv *chain = &l->chain;

	if (enter(path, l, err) < 0 || read_file(path, l->texts, &s, err) < 0 ||
	    include_all(s, l, err) < 0)
		return -(int)err->code;
	free(chain->v[--chain->n]);
	chain->v[chain->n] = NULL;
	if ((part ? check_part(s, err) : check_whole(s, err)) < 0)
		return -(int)err->code;
	*out = steal_ptr(&s);
	return 0;
}

static int load_all(const char *path, const struct strmap *texts, bool part, struct scenario **out,
                    struct err *err)
{
	struct loading l = { .texts = texts };
	int r = load(path, &l, part, out, err);

	strv_done(&l.chain);
	return r;
}

int scenario_load(const char *path, struct scenario **out, struct err *err)
{
	return load_all(path, NULL, false, out, err);
}

int scenario_load_texts(const char *path, const struct strmap *texts, struct scenario **out,
                        struct err *err)
{
	return load_all(path, texts, false, out, err);
}

int scenario_load_checks(const char *path, struct scenario **out, struct err *err)
{
	_cleanup_scenario_ struct scenario *s = NULL;
	const char *key;

	if (load_all(path, NULL, true, &s, err) < 0)
		return -(int)err->code;
	key = s->cgroups_count ? "cgroups" : s->works_count ? "works" : "payloads";
	if (s->cgroups_count || s->works_count || s->payloads_count)
		return place_refuse(s->at, key, err, "a file of limits may only have `checks`");
	if (!s->checks)
		return place_refuse(s->at, NULL, err, "has no `checks`");
	*out = steal_ptr(&s);
	return 0;
}

void scenario_checks(const struct scenario *s, const struct check_layer *layers, size_t n,
                     struct check_set *out)
{
	check_set_init(out);
	for (size_t i = 0; i < n; i++)
		check_set_apply(out, layers[i].limits, layers[i].source);
	check_set_apply(out, s->checks, "scenario");
	for (uint32_t i = 0; i < s->over_repeats_count; i++) {
		int id = check_find(s->over_repeats[i]);

		if (id >= 0)
			out->over_repeats[id] = true;
	}
}

void scenario_free(struct scenario **s)
{
	if (!s || !*s)
		return;
	yaml_record_done(&scenario_table, *s);
	yaml_tree_free(&(*s)->trees);
	free((*s)->path);
	free((*s)->sha256);
	strmap_done(&(*s)->texts);
	free(*s);
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
