/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "base/term.h"
#include "harness/cmd_kernel.h"
#include "harness/cmds.h"

struct kernel_list_args {
	int json, offered, offline;
	char *flavour;
};

/* How many functions of sched_ext no program can call; -1: not known. */
static int count_hidden(const struct kernel *k)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err unreadable = ERR_INIT;

	if (k->sched_ext != 1 || k->btf != 1 || kernel_hidden_kfuncs(k, &names, &unreadable) < 0)
		return -1;
	return (int)names.n;
}

static void cell_tri(struct table *t, int8_t tri)
{
	table_cell(t, tri == 0 ? TERM_WARN : TERM_PLAIN, "%s", cmd_kernel_yes_no(tri));
}

static void cached_row(struct table *t, const struct kernel *k)
{
	int hidden = count_hidden(k);

	table_row(t);
	table_cell(t, TERM_PLAIN, "%s", k->name);
	table_cell(t, k->incomplete ? TERM_WARN : TERM_PLAIN, "%s",
	           k->damage       ? "damaged"
	           : k->incomplete ? "incomplete"
	                           : k->source);
	cell_tri(t, k->sched_ext);
	cell_tri(t, k->btf);
	cell_tri(t, k->config != NULL);
	if (hidden < 0)
		table_cell(t, TERM_PLAIN, "-");
	else if (hidden == 0)
		table_cell(t, TERM_PLAIN, "all");
	else
		table_cell(t, TERM_WARN, "%d hidden", hidden);
	table_cell(t, TERM_PLAIN, "%.0f MB", (double)k->bytes / 1e6);
}

static void print_cached(const struct kernels *ks)
{
	static const struct table_col cols[] = {
		{ "NAME", false, true }, { "SOURCE", false, false }, { "SCHED_EXT", false, false },
		{ "BTF", false, false }, { "CONFIG", false, false }, { "KFUNCS", false, false },
		{ "SIZE", true, false },
	};
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < ks->n; i++)
		cached_row(t, &ks->v[i]);
	if (ks->n)
		table_print(t, stdout);
	for (size_t i = 0; i < ks->n; i++)
		if (ks->v[i].damage)
			term_print(stderr, TERM_WARN, "%s\n", ks->v[i].damage);
	if (!ks->n)
		fputs("no kernels yet: harness kernel fetch 6.17\n", stderr);
}

static bool is_cached(const struct kernels *ks, const char *release)
{
	for (size_t i = 0; i < ks->n; i++)
		if (!ks->v[i].incomplete && streq(ks->v[i].release, release))
			return true;
	return false;
}

static void print_offers(const struct kernel_offers *os, const struct kernels *ks)
{
	static const struct table_col cols[] = {
		{ "OFFERED", false, false }, { "RELEASE", false, true },
		{ "SUITE", false, false },   { "END OF LIFE", false, false },
		{ "CACHED", false, false },
	};
	_cleanup_table_ struct table *t = table_new(cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < os->n; i++) {
		const struct kernel_offer *o = &os->v[i];

		table_row(t);
		table_cell(t, TERM_PLAIN, "%s", o->version);
		table_cell(t, TERM_PLAIN, "%s", o->release);
		table_cell(t, TERM_PLAIN, "%s", o->suite ? o->suite : "-");
		table_cell(t, o->end_of_life ? TERM_DIM : TERM_PLAIN, "%s",
		           o->end_of_life ? "yes" : "no");
		table_cell(t, TERM_PLAIN, "%s", is_cached(ks, o->release) ? "yes" : "no");
	}
	table_print(t, stdout);
}

static struct json_object *cached_json(const struct kernels *ks)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < ks->n; i++) {
		struct json_object *o = cmd_kernel_json(&ks->v[i]);
		struct json_object *hidden = json_object_new_array();
		_cleanup_strv_ struct strv names = STRV_INIT;
		struct err unreadable = ERR_INIT;

		(void)!kernel_hidden_kfuncs(&ks->v[i], &names, &unreadable);
		strv_each (&names, k)
			json_object_array_add(hidden, json_object_new_string(names.v[k]));
		json_object_object_add(o, "hidden_kfuncs", hidden);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *offers_json(const struct kernel_offers *os, const struct kernels *ks)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < os->n; i++) {
		const struct kernel_offer *offer = &os->v[i];
		struct json_object *o = json_object_new_object();

		json_object_object_add(o, "version", json_object_new_string(offer->version));
		json_object_object_add(o, "release", json_object_new_string(offer->release));
		json_object_object_add(o, "package", json_object_new_string(offer->package));
		json_object_object_add(o, "suite",
		                       offer->suite ? json_object_new_string(offer->suite) : NULL);
		json_object_object_add(o, "end_of_life",
		                       json_object_new_boolean(offer->end_of_life));
		json_object_object_add(o, "cached",
		                       json_object_new_boolean(is_cached(ks, offer->release)));
		json_object_array_add(list, o);
	}
	return list;
}

/* Without --offered, the offers are a second table, and it is no error if there are none, unless --flavour
 * asks for some. */
static int read_offers(const struct kernel_list_args *o, struct kernel_offers *os, struct err *err)
{
	const struct kernel_opts ko = { .offline = o->offline || !o->offered,
		                        .flavour = o->flavour };
	int r = kernel_offers_read(&ko, os, err);

	if (r < 0 && !o->offered && !o->flavour) {
		err_clear(err);
		return 0;
	}
	if (r == 0 && o->flavour && !os->n)
		return err_set(err, ERR_NOT_FOUND, "Debian offers no kernel of flavour \"%s\"",
		               o->flavour);
	return r;
}

static int list(const struct kernel_list_args *o, struct err *err)
{
	struct kernel_offers os = { 0 };
	struct kernels ks = { 0 };
	int r;

	if (!o->offered && (o->offline || (o->json && o->flavour)))
		return err_set(err, ERR_USAGE, "%s needs --offered",
		               o->offline ? "--offline" : "--flavour with --json");
	r = kernel_list(&ks, err);
	if (r == 0 && (o->offered || !o->json))
		r = read_offers(o, &os, err);
	if (r == 0 && o->json) {
		cmd_print_json(o->offered ? offers_json(&os, &ks) : cached_json(&ks));
	} else if (r == 0) {
		if (!o->offered)
			print_cached(&ks);
		if (os.n && !o->offered)
			putchar('\n');
		if (os.n)
			print_offers(&os, &ks);
	}
	kernel_offers_done(&os);
	kernels_done(&ks);
	return r;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	struct kernel_list_args o = { 0 };
	const struct poptOption table[] = {
		{ "offered", 0, POPT_ARG_NONE, &o.offered, 0,
		  "only what Debian offers; updates its package lists once a day", NULL },
		{ "offline", 0, POPT_ARG_NONE, &o.offline, 0,
		  "with --offered: do not update the package lists", NULL },
		{ "flavour", 0, POPT_ARG_STRING, &o.flavour, 0,
		  "flavour of Debian's kernels: cloud (default), amd64, rt", "F" },
		{ "json", 0, POPT_ARG_NONE, &o.json, 0, "as JSON", NULL },
		POPT_TABLEEND,
	};
	int r = cmd_parse(self, table, argc, argv, NULL, err);

	if (r == CMD_RUN)
		r = list(&o, err);
	free(o.flavour);
	return r;
}

const struct cmd cmd_kernel_list = {
	.name = "list",
	.summary = "list the kernels in the store, newest first, then those that Debian offers",
	.usage = "[OPTION...]",
	.details =
		"KFUNCS: how many functions of sched_ext no BPF program can call on that kernel.\n"
		"END OF LIFE: Debian's linux-image packages lead to another series, so this one "
		"gets\nno more fixes. docs/kernels.md says more.",
	.run = run,
};
