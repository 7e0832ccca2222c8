/* SPDX-License-Identifier: GPL-2.0-only */
#include "manual/manual.h"

#include "base/mem.h"

void description_done(struct description *d)
{
	for (size_t i = 0; i < d->n; i++) {
		struct command_doc *c = &d->v[i];

		for (size_t k = 0; k < c->n_options; k++) {
			free(c->options[k].name);
			free(c->options[k].arg);
			free(c->options[k].doc);
		}
		free(c->options);
		free(c->path);
	}
	free(d->v);
	*d = (struct description){ 0 };
}

/* A sub-program is named with its outer one, "harness kernel"; `stats` is a program by itself, too. */
static char *path_of(const struct description *d, const char *program)
{
	size_t n = strlen(d->program);

	if (streq(program, d->program) || (starts_with(program, d->program) && program[n] == ' '))
		return xstrdup(program);
	return xasprintf("%s %s", d->program, program);
}

static void add_program(void *arg, const struct cmd_program *p)
{
	struct description *d = arg;
	struct command_doc *c = xgrow(d->v, d->n);
	const char *space;

	c->path = path_of(d, p->name);
	space = strrchr(c->path, ' ');
	c->name = space ? space + 1 : c->path;
	c->summary = p->summary;
	c->details = p->details;
}

static void add_options(struct command_doc *c, const struct poptOption *t)
{
	for (; t && (t->longName || t->shortName || t->arg); t++) {
		if ((t->argInfo & POPT_ARG_MASK) == POPT_ARG_INCLUDE_TABLE) {
			add_options(c, t->arg);
			continue;
		}
		if (!t->longName || t->argInfo & POPT_ARGFLAG_DOC_HIDDEN)
			continue;
		*xgrow(c->options, c->n_options) = (struct option_doc){
			.name = xstrdup(t->longName),
			.letter = t->shortName,
			.doc = xstrdup(t->descrip ? t->descrip : ""),
			.arg = (t->argInfo & POPT_ARG_MASK) == POPT_ARG_NONE
			               ? NULL
			               : xstrdup(t->argDescrip ? t->argDescrip : "VALUE"),
		};
	}
}

static void add_command(void *arg, const struct cmd_program *p, const struct cmd *cmd,
                        const struct poptOption *table)
{
	struct description *d = arg;
	_cleanup_free_ char *program = path_of(d, p->name);
	struct command_doc *c = xgrow(d->v, d->n);

	c->path = xasprintf("%s %s", program, cmd->name);
	c->name = cmd->name;
	c->summary = cmd->summary;
	c->usage = cmd->usage ? cmd->usage : "";
	c->details = cmd->details;
	add_options(c, table);
}

void describe_program(const struct cmd_program *p, struct description *out)
{
	*out = (struct description){ .program = p->name };
	cmd_walk(p, &(struct cmd_walker){ add_program, add_command, out });
}

bool describe_is_below(const struct command_doc *c, const struct command_doc *program)
{
	size_t n = strlen(program->path);

	return !program->usage && starts_with(c->path, program->path) && c->path[n] == ' ' &&
	       !strchr(c->path + n + 1, ' ');
}
