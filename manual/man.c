/* SPDX-License-Identifier: GPL-2.0-only */
#include "manual/manual.h"

#include <ctype.h>

#include "base/mem.h"
#include "base/variable.h"

/* Text as it stands: nothing in it is a request or an escape. `plain`: without markdown's back quotes. */
static void add_text(struct strbuf *b, const char *text, bool plain)
{
	bool start = true;

	for (const char *s = text; *s; s++) {
		if (plain && *s == '`')
			continue;
		if (start && strchr(".'", *s))
			strbuf_adds(b, "\\&");
		if (*s == '\\')
			strbuf_adds(b, "\\e");
		else if (*s == '-')
			strbuf_adds(b, "\\-");
		else
			strbuf_addc(b, *s);
		start = *s == '\n';
	}
}

static void add_font(struct strbuf *b, char font, const char *before, const char *text)
{
	strbuf_addf(b, "\\f%c", font);
	add_text(b, before, false);
	add_text(b, text, false);
	strbuf_adds(b, "\\fR");
}

static void add_option(struct strbuf *b, const struct option_doc *o)
{
	strbuf_adds(b, ".TP\n");
	if (o->letter) {
		add_font(b, 'B', "-", (char[]){ o->letter, '\0' });
		strbuf_adds(b, ", ");
	}
	add_font(b, 'B', "--", o->name);
	if (o->arg) {
		strbuf_addc(b, ' ');
		add_font(b, 'I', "", o->arg);
	}
	strbuf_addc(b, '\n');
	add_text(b, *o->doc ? o->doc : "(no description)", false);
	strbuf_addc(b, '\n');
}

/* Lines as they stand, since they may be a table or examples. */
static void add_details(struct strbuf *b, const char *details)
{
	if (!details)
		return;
	strbuf_adds(b, ".PP\n.nf\n");
	add_text(b, details, false);
	strbuf_adds(b, "\n.fi\n");
}

static void add_command(struct strbuf *b, const struct command_doc *c)
{
	strbuf_adds(b, ".SS ");
	add_text(b, c->path, false);
	strbuf_addc(b, ' ');
	add_text(b, c->usage, false);
	strbuf_addc(b, '\n');
	strbuf_addc(b, (char)toupper((unsigned char)c->summary[0]));
	add_text(b, c->summary + 1, false);
	strbuf_adds(b, ".\n");
	for (size_t i = 0; i < c->n_options; i++)
		add_option(b, &c->options[i]);
	add_details(b, c->details);
}

static void add_variables(struct strbuf *b)
{
	strbuf_adds(b, ".SH ENVIRONMENT\n");
	for (int v = 0; v < VARIABLE_COUNT; v++) {
		strbuf_adds(b, ".TP\n");
		add_font(b, 'B', "", variable_name((enum variable)v));
		strbuf_addc(b, '\n');
		add_text(b, variable_doc((enum variable)v), true);
		strbuf_adds(b, ". Without it: ");
		add_text(b, variable_default((enum variable)v), true);
		strbuf_adds(b, ".\n");
	}
}

void describe_man(const struct description *d, struct strbuf *out)
{
	strbuf_addf(out, ".TH \"%s\" 1 \"\" \"ktstr %s\"\n.SH NAME\n%s \\- ", d->program,
	            cmd_version(), d->program);
	add_text(out, d->v[0].summary, false);
	strbuf_addf(out, "\n.SH SYNOPSIS\n.B %s\n.I COMMAND\n[\\fIARGUMENT\\fR...]\n", d->program);
	strbuf_adds(out, ".SH DESCRIPTION\n");
	add_details(out, d->v[0].details);
	strbuf_adds(out, ".SH COMMANDS\n");
	for (size_t i = 1; i < d->n; i++)
		if (d->v[i].usage)
			add_command(out, &d->v[i]);
	add_variables(out);
}
