/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/identity.h"
#include "harness/step_schedulers.h"

#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "sidecar/sidecar.h"

/* The length stands before each text, so that no two identities give the same hash. */
static void add(struct strbuf *b, const char *what, const char *text)
{
	strbuf_addf(b, "%s %zu:%s\n", what, text ? strlen(text) : 0, text ? text : "");
}

static void add_list(struct strbuf *b, const char *what, const struct strv *list, size_t from)
{
	for (size_t i = from; i < list->n; i++)
		add(b, what, list->v[i]);
}

/* argv[0] is a path: the program's bytes count. */
static void add_scheduler(struct strbuf *b, const struct scheduler_spec *s)
{
	add(b, "scheduler", json_name(&scheduler_kind_names, (int)s->kind));
	add(b, "bytes", s->sha256);
	add_list(b, "argument", &s->argv, 1);
#define X(member, option) add_list(b, option, &s->settings.member, 0);
	SCHEDULER_SETTINGS(X)
#undef X
	add(b, "ops-map", s->settings.ops_map);
}

static void add_step_schedulers(struct strbuf *b, const struct test *t)
{
	const struct scenario *s = t->scenario;

	for (uint32_t i = 0; t->step_schedulers && i < s->steps_count; i++)
		for (uint32_t k = 0; k < s->steps[i].ops_count; k++) {
			const struct scheduler_spec *named =
				step_schedulers_of(t->step_schedulers, &s->steps[i].ops[k]);

			if (named)
				add_scheduler(b, named);
		}
}

static void add_profile(struct strbuf *b, const struct test *t)
{
	_cleanup_profile_ struct profile p = test_profile(t);

	add_list(b, "kernel-arg", &p.kernel_args, 0);
	add_list(b, "sysctl", &p.sysctls, 0);
}

static void add_test(struct strbuf *b, const struct test *t)
{
	add(b, "scenario", t->scenario->sha256);
	add_scheduler(b, t->scheduler);
	add_step_schedulers(b, t);
	add(b, "kernel", t->kernel->image_sha256);
	add_profile(b, t);
	if (t->variant && t->variant->enable)
		add_list(b, "enable", t->variant->enable, 0);
	strbuf_addf(b, "duration %llu\n", (unsigned long long)t->duration_ns);
	strbuf_addf(b, "memory %llu\n", (unsigned long long)t->memory_bytes);
}

static char *hash_of(const struct strbuf *b)
{
	char *hex = xmalloc(SHA256_HEX);

	mem_sha256(strbuf_cstr(b), b->n, hex);
	return hex;
}

char *identity_of_test(const struct test *t)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	add_test(&b, t);
	return hash_of(&b);
}

/* Something with a name, and the hash of what it is. */
struct named {
	const char *name;
	char *hash;
	bool twice; /* an earlier one has the same name and hash */
};

static void named_free(struct named *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i].hash);
	free(v);
}

static void find_twice(struct named *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i && !v[i].twice; k++)
			v[i].twice =
				streq(v[i].name, v[k].name) && streq_null(v[i].hash, v[k].hash);
}

/* NULL: it can keep its name. The caller frees. */
static char *label_of(const struct named *v, size_t n, size_t at)
{
	for (size_t i = 0; i < n; i++)
		if (v[at].hash && streq(v[i].name, v[at].name) &&
		    !streq_null(v[i].hash, v[at].hash))
			return sidecar_label(v[at].name, v[at].hash);
	return NULL;
}

static void note_same(const struct lineup *l, const struct named *v, size_t at,
                      void (*note)(const char *line))
{
	const struct scheduler_spec *first = l->specs, *s = &l->specs[at];
	_cleanup_free_ char *line = NULL;

	while (!streq(first->name, s->name) || !streq_null(v[first - l->specs].hash, v[at].hash))
		first++;
	if (streq(first->spec, s->spec))
		return;
	line = xasprintf(
		"note: scheduler %s is the same as %s, with the same settings: it runs once",
		s->spec, first->spec);
	note(line);
}

void identity_schedulers(struct lineup *l, void (*note)(const char *line))
{
	const size_t n = l->n;
	struct named *v = xcalloc(n, sizeof(*v));
	char **labels = xcalloc(n, sizeof(*labels));

	for (size_t i = 0; i < n; i++) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

		add_scheduler(&b, &l->specs[i]);
		v[i] = (struct named){ .name = l->specs[i].name, .hash = hash_of(&b) };
	}
	find_twice(v, n);
	for (size_t i = 0; i < n; i++) {
		labels[i] = label_of(v, n, i);
		if (v[i].twice)
			note_same(l, v, i, note);
	}
	l->n = l->n_specs = 0;
	for (size_t i = 0; i < n; i++) {
		if (v[i].twice) {
			scheduler_spec_done(&l->specs[i]);
			variant_done(&l->v[i]);
			free(labels[i]);
			continue;
		}
		if (labels[i]) {
			free(l->specs[i].name);
			l->specs[i].name = labels[i];
		}
		l->specs[l->n_specs++] = l->specs[i];
		l->v[l->n++] = l->v[i];
	}
	free(labels);
	named_free(v, n);
}

void identity_kernels(struct kernel *kernels, size_t *n)
{
	const size_t all = *n;
	struct named *v = xcalloc(all, sizeof(*v));
	char **labels = xcalloc(all, sizeof(*labels));

	for (size_t i = 0; i < all; i++)
		v[i] = (struct named){ .name = kernel_label(&kernels[i]),
			               .hash = xstrdup(kernels[i].image_sha256) };
	find_twice(v, all);
	for (size_t i = 0; i < all; i++)
		labels[i] = label_of(v, all, i);
	*n = 0;
	for (size_t i = 0; i < all; i++) {
		if (v[i].twice) {
			kernel_done(&kernels[i]);
			free(labels[i]);
			continue;
		}
		if (labels[i]) {
			free(kernels[i].label);
			kernels[i].label = labels[i];
		}
		kernels[(*n)++] = kernels[i];
	}
	free(labels);
	named_free(v, all);
}

static void rename_own(const struct scenarios *own, const struct scenario *s, char *label)
{
	for (size_t i = 0; label && i < own->n; i++)
		if (own->v[i] == s) {
			free(own->v[i]->name);
			own->v[i]->name = label;
			return;
		}
	free(label);
}

void identity_scenarios(const struct scenarios *own, const struct scenario **scenarios, size_t *n)
{
	const size_t all = *n;
	struct named *v = xcalloc(all, sizeof(*v));
	char **labels = xcalloc(all, sizeof(*labels));

	for (size_t i = 0; i < all; i++)
		v[i] = (struct named){ .name = scenarios[i]->name,
			               .hash = xstrdup(scenarios[i]->sha256) };
	find_twice(v, all);
	for (size_t i = 0; i < all; i++)
		labels[i] = label_of(v, all, i);
	*n = 0;
	for (size_t i = 0; i < all; i++) {
		rename_own(own, scenarios[i], v[i].twice ? NULL : labels[i]);
		if (v[i].twice)
			free(labels[i]);
		else
			scenarios[(*n)++] = scenarios[i];
	}
	free(labels);
	named_free(v, all);
}
