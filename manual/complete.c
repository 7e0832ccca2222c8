/* SPDX-License-Identifier: GPL-2.0-only */
/* Completions. All shells get the same: the commands below the words typed so far, the options of the
 * command; files where an option or a command takes any other argument. */
#include "base/mem.h"
#include "manual/manual.h"

/* Names of the commands directly below a program. */
static void below(const struct description *d, const struct command_doc *program, struct strv *out)
{
	for (size_t i = 0; i < d->n; i++)
		if (describe_is_below(&d->v[i], program))
			strv_add(out, d->v[i].name);
}

static void options_of(const struct command_doc *c, struct strv *out)
{
	if (!c->usage)
		strv_addl(out, "--help", "--version", NULL);
	for (size_t i = 0; i < c->n_options; i++)
		strv_addf(out, "--%s", c->options[i].name);
}

static void add_words(struct strbuf *b, const struct strv *words)
{
	_cleanup_free_ char *list = strv_join(words, " ");

	strbuf_adds(b, list);
}

/* One `case` of the path of a command: its commands and its options. */
static void add_case(const struct description *d, const struct command_doc *c, struct strbuf *out)
{
	_cleanup_strv_ struct strv commands = STRV_INIT, options = STRV_INIT;

	below(d, c, &commands);
	options_of(c, &options);
	strbuf_addf(out, "\t\"%s\")\n\t\tcommands=\"", c->path);
	add_words(out, &commands);
	strbuf_adds(out, "\"\n\t\toptions=\"");
	add_words(out, &options);
	strbuf_adds(out, "\" ;;\n");
}

static void add_cases(const struct description *d, struct strbuf *out)
{
	for (size_t i = 0; i < d->n; i++)
		add_case(d, &d->v[i], out);
}

/* A pattern of the paths that have commands below them. */
static void add_programs(const struct description *d, struct strbuf *out)
{
	bool first = true;

	for (size_t i = 0; i < d->n; i++)
		if (!d->v[i].usage) {
			strbuf_addf(out, "%s\"%s\"", first ? "" : "|", d->v[i].path);
			first = false;
		}
}

void describe_bash(const struct description *d, struct strbuf *out)
{
	strbuf_addf(out,
	            "# Completion of %s for bash. Made from its option tables.\n"
	            "_%s()\n{\n"
	            "\tlocal cur=${COMP_WORDS[COMP_CWORD]} path=%s word commands options\n"
	            "\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
	            "\t\tcase $path in\n\t\t",
	            d->program, d->program, d->program);
	add_programs(d, out);
	strbuf_adds(out, ") case $word in -*) ;; *) path=\"$path $word\" ;; esac ;;\n"
	                 "\t\tesac\n\tdone\n\tcase $path in\n");
	add_cases(d, out);
	strbuf_addf(out,
	            "\tesac\n"
	            "\tcase $cur in\n"
	            "\t-*) COMPREPLY=($(compgen -W \"$options\" -- \"$cur\")) ;;\n"
	            "\t*) COMPREPLY=($(compgen -W \"$commands\" -- \"$cur\")) ;;\n"
	            "\tesac\n}\n"
	            "complete -o default -F _%s %s\n",
	            d->program, d->program);
}

void describe_zsh(const struct description *d, struct strbuf *out)
{
	strbuf_addf(out,
	            "#compdef %s\n"
	            "# Completion of %s for zsh. Made from its option tables.\n"
	            "local cur=$words[CURRENT] path_=%s word commands options\n"
	            "for word in ${words[2,CURRENT-1]}; do\n"
	            "\tcase $path_ in\n\t",
	            d->program, d->program, d->program);
	add_programs(d, out);
	strbuf_adds(out, ") case $word in -*) ;; *) path_=\"$path_ $word\" ;; esac ;;\n"
	                 "\tesac\ndone\ncase $path_ in\n");
	add_cases(d, out);
	strbuf_adds(out,
	            "esac\n"
	            "case $cur in\n"
	            "-*) compadd -- ${=options} ;;\n"
	            "*) if [[ -n $commands ]]; then compadd -- ${=commands}; else _files; fi ;;\n"
	            "esac\n");
}

/* The words typed so far, without options, are exactly the command's. */
static void add_fish_head(const struct description *d, const struct command_doc *c,
                          struct strbuf *out)
{
	strbuf_addf(out, "complete -c %s -n '__%s_at \"%s\"'", d->program, d->program, c->path);
}

static void add_fish_doc(const char *doc, struct strbuf *out)
{
	strbuf_adds(out, " -d '");
	for (const char *s = doc; *s; s++) {
		if (*s == '\'' || *s == '\\')
			strbuf_addc(out, '\\');
		strbuf_addc(out, *s);
	}
	strbuf_adds(out, "'\n");
}

static void add_fish(const struct description *d, const struct command_doc *c, struct strbuf *out)
{
	for (size_t i = 0; i < d->n; i++)
		if (describe_is_below(&d->v[i], c)) {
			add_fish_head(d, c, out);
			strbuf_addf(out, " -f -a %s", d->v[i].name);
			add_fish_doc(d->v[i].summary, out);
		}
	for (size_t i = 0; i < c->n_options; i++) {
		const struct option_doc *o = &c->options[i];

		add_fish_head(d, c, out);
		strbuf_addf(out, " -l %s%s", o->name, o->arg ? " -r" : "");
		if (o->letter)
			strbuf_addf(out, " -s %c", o->letter);
		add_fish_doc(o->doc, out);
	}
}

void describe_fish(const struct description *d, struct strbuf *out)
{
	strbuf_addf(out,
	            "# Completion of %s for fish. Made from its option tables.\n"
	            "function __%s_at\n"
	            "\tset -l path %s\n"
	            "\tfor word in (commandline -opc)[2..-1]\n"
	            "\t\tcontains -- \"$path\" ",
	            d->program, d->program, d->program);
	for (size_t i = 0; i < d->n; i++)
		if (!d->v[i].usage)
			strbuf_addf(out, "\"%s\" ", d->v[i].path);
	strbuf_adds(out, "; and not string match -q -- '-*' $word; and set path \"$path $word\"\n"
	                 "\tend\n\ttest \"$path\" = $argv[1]\nend\n");
	for (size_t i = 0; i < d->n; i++)
		add_fish(d, &d->v[i], out);
}
