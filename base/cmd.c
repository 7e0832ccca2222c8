/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>

#include "base/cmd.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/strbuf.h"
#include "base/term.h"

/* Values that poptGetNextOpt() returns for the options every command has. */
enum {
	VAL_HELP = 0x6b740001,
	VAL_COLOR,
};

/* Not NULL: commands are described, not run. And the program they belong to. */
static const struct cmd_walker *walker;
static const struct cmd_program *walked;

const char *cmd_version(void)
{
	return KTSTR_VERSION;
}

/* Prints the error and returns its exit status. */
static int fail(const char *speaker, const struct err *err)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_add_printable(&b, err->msg, strlen(err->msg), true);
	term_progress_end();
	fprintf(stderr, "%s: %s\n", speaker, strbuf_cstr(&b));
	return err->code == ERR_USAGE || err->code == ERR_NOT_FOUND ? EXIT_USAGE : EXIT_INFRA;
}

/* On a terminal, what does not fit of a line goes on below, further to the right. */
static void print_lines(FILE *f, const char *text)
{
	for (const char *end; *text; text = *end ? end + 1 : end) {
		_cleanup_free_ char *line = NULL;
		size_t indent = strspn(text, " ");

		end = strchrnul(text, '\n');
		line = xstrndup(text, (size_t)(end - text));
		term_prose(f, TERM_PLAIN, (size_t)(indent ? indent + 2 : 0), line);
	}
}

static void print_commands(const struct cmd_program *p, FILE *f)
{
	int width = 0;

	for (size_t i = 0; i < p->n; i++)
		if ((int)strlen(p->cmds[i]->name) > width)
			width = (int)strlen(p->cmds[i]->name);
	for (size_t i = 0; i < p->n; i++) {
		_cleanup_free_ char *line =
			xasprintf("  %-*s  %s", width, p->cmds[i]->name, p->cmds[i]->summary);

		term_prose(f, TERM_PLAIN, (size_t)width + 4, line);
	}
}

static void print_help(const struct cmd_program *p, FILE *f)
{
	_cleanup_strbuf_ struct strbuf rest = STRBUF_INIT;

	fprintf(f, "Usage: %s COMMAND [ARGUMENT...]\n", p->name);
	print_lines(f, p->summary);
	fputs("\nCommands:\n", f);
	print_commands(p, f);
	if (p->fallback)
		strbuf_addf(&rest, "\nWithout a command: %s\n", p->fallback->summary);
	if (p->details)
		strbuf_addf(&rest, "\n%s\n", p->details);
	strbuf_addf(
		&rest,
		"\n'%s COMMAND --help' shows the options of a command, --version the version.\n",
		p->name);
	print_lines(f, strbuf_cstr(&rest));
}

static const struct cmd *find(const struct cmd_program *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (streq(p->cmds[i]->name, name))
			return p->cmds[i];
	return NULL;
}

static int unknown_command(const struct cmd_program *p, const char *name)
{
	_cleanup_free_ const char **names = xcalloc(p->n, sizeof(*names));
	struct err err = ERR_INIT;
	const char *meant;

	for (size_t i = 0; i < p->n; i++)
		names[i] = p->cmds[i]->name;
	meant = parse_suggest(name, names, p->n);
	if (meant)
		err_set(&err, ERR_USAGE, "unknown command \"%.64s\"; did you mean \"%s\"?", name,
		        meant);
	else
		err_set(&err, ERR_USAGE, "unknown command \"%.64s\"; '%s --help' lists them", name,
		        p->name);
	return fail(p->name, &err);
}

/* Errors begin with the command's full name, "harness kernel list". The fallback runs without being
 * named, so its errors begin with the program's name. */
static int run_command(const struct cmd_program *p, const struct cmd *c, int argc,
                       const char **argv)
{
	_cleanup_free_ char *name = xasprintf("%s %s", p->name, c->name);
	_cleanup_free_ const char **args = xmemdup(argv, ((size_t)argc + 1) * sizeof(*argv));
	struct err err = ERR_INIT;
	int rc;

	args[0] = name;
	args[argc] = NULL;
	rc = c->run(c, argc, args, &err);
	if (rc < 0)
		return fail(c == p->fallback ? p->name : name, &err);
	return rc == CMD_HELP ? EXIT_OK : rc;
}

/* "help CMD" means "CMD --help". */
static int help(const struct cmd_program *p, const char *name)
{
	const char *args[] = { name, "--help", NULL };
	const struct cmd *c = name ? find(p, name) : NULL;

	if (c)
		return run_command(p, c, 2, args);
	if (name)
		return unknown_command(p, name);
	print_help(p, stdout);
	return EXIT_OK;
}

static int dispatch(const struct cmd_program *p, int argc, const char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;
	const struct cmd *c = word ? find(p, word) : NULL;

	if (c)
		return run_command(p, c, argc - 1, argv + 1);
	if (word && (streq(word, "--help") || streq(word, "-h")))
		return help(p, NULL);
	if (word && streq(word, "help"))
		return help(p, argc > 2 ? argv[2] : NULL);
	if (word && streq(word, "--version")) {
		printf("%s %s\n", p->name, cmd_version());
		return EXIT_OK;
	}
	if (p->fallback && (!word || word[0] == '-'))
		return run_command(p, p->fallback, argc, argv);
	if (word)
		return unknown_command(p, word);
	print_help(p, stderr);
	return EXIT_USAGE;
}

/* If the output could not be written, the command has failed. */
static int check_stdout(const char *program, int rc)
{
	struct err err = ERR_INIT;
	int errnum;

	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return rc;
	errnum = errno;
	clearerr(stdout); /* a sub-program reports it only once */
	err_sys(&err, errnum ? errnum : EIO, "standard output");
	return fail(program, &err);
}

void cmd_walk(const struct cmd_program *p, const struct cmd_walker *w)
{
	const struct cmd_program *outer = walked;

	walker = w;
	walked = p;
	w->program(w->arg, p);
	for (size_t i = 0; i < p->n; i++) {
		const char *argv[] = { p->cmds[i]->name, "--help", NULL };
		struct err ignored = ERR_INIT;

		p->cmds[i]->run(p->cmds[i], 2, argv, &ignored);
	}
	walked = outer;
	if (!outer)
		walker = NULL;
}

int cmd_main(const struct cmd_program *p, int argc, const char **argv)
{
	if (walker) {
		cmd_walk(p, walker);
		return EXIT_OK;
	}
	signal(SIGPIPE, SIG_DFL);
	return check_stdout(p->name, dispatch(p, argc, argv));
}

static void collect_names(const struct poptOption *t, struct strv *names)
{
	for (; t && (t->longName || t->shortName || t->arg); t++) {
		if ((t->argInfo & POPT_ARG_MASK) == POPT_ARG_INCLUDE_TABLE)
			collect_names(t->arg, names);
		else if (t->longName && !(t->argInfo & POPT_ARGFLAG_DOC_HIDDEN))
			strv_addf(names, "--%s", t->longName);
	}
}

static int unknown_option(const char *bad, const struct poptOption *table, struct err *err)
{
	_cleanup_free_ char *word = xstrndup(bad, strcspn(bad, "="));
	_cleanup_strv_ struct strv names = STRV_INIT;
	const char *meant;

	collect_names(table, &names);
	meant = parse_suggest(word, (const char *const *)strv_argv(&names), names.n);
	if (meant)
		return err_set(err, ERR_USAGE, "unknown option \"%.64s\"; did you mean \"%s\"?",
		               word, meant);
	return err_set(err, ERR_USAGE, "unknown option \"%.64s\"", word);
}

static void print_cmd_help(poptContext con, const struct cmd *self)
{
	/* else popt leaves out text beside a character that is not ASCII */
	setlocale(LC_CTYPE, "C.UTF-8");
	poptPrintHelp(con, stdout, 0);
	if (!self->details)
		return;
	fputc('\n', stdout);
	print_lines(stdout, self->details);
}

static int take_rest(poptContext con, struct strv *rest, struct err *err)
{
	const char **args = poptGetArgs(con);

	if (args && *args && !rest)
		return err_set(err, ERR_USAGE, "unexpected argument \"%.64s\"", *args);
	while (args && *args)
		strv_add(rest, *args++);
	return CMD_RUN;
}

static int apply_color(char *arg, struct err *err)
{
	_cleanup_free_ char *text = arg;
	enum term_when when;

	if (term_parse_when(text, &when, err) < 0)
		return -(int)err->code;
	term_set_color(when);
	return 0;
}

static int parse_all(poptContext con, const struct cmd *self, const struct poptOption *table,
                     struct strv *rest, struct err *err)
{
	int val;

	while ((val = poptGetNextOpt(con)) >= 0) {
		if (val == VAL_HELP) {
			print_cmd_help(con, self);
			return CMD_HELP;
		}
		if (val == VAL_COLOR && apply_color(poptGetOptArg(con), err) < 0)
			return -(int)err->code;
	}
	if (val == POPT_ERROR_BADOPT)
		return unknown_option(poptBadOption(con, POPT_BADOPTION_NOALIAS), table, err);
	if (val < -1)
		return err_set(err, ERR_USAGE, "%.64s: %s",
		               poptBadOption(con, POPT_BADOPTION_NOALIAS), poptStrerror(val));
	return take_rest(con, rest, err);
}

int cmd_parse(const struct cmd *self, const struct poptOption *table, int argc, const char **argv,
              struct strv *rest, struct err *err)
{
	static const struct poptOption none[] = { POPT_TABLEEND };
	struct poptOption common[] = { { "color", 0, POPT_ARG_STRING, NULL, VAL_COLOR,
		                         "colours: auto (default), always or never", "WHEN" },
		                       { "help", 'h', POPT_ARG_NONE, NULL, VAL_HELP,
		                         "show this help", NULL },
		                       POPT_TABLEEND };
	struct poptOption all[] = { { NULL, 0, POPT_ARG_INCLUDE_TABLE,
		                      (void *)(table ? table : none), 0, "Options:", NULL },
		                    { NULL, 0, POPT_ARG_INCLUDE_TABLE, common, 0,
		                      "Common options:", NULL },
		                    POPT_TABLEEND };
	poptContext con;
	int rc;

	if (walker) {
		walker->command(walker->arg, walked, self, all);
		return CMD_HELP;
	}
	/* popt's usage line begins with argv[0] */
	con = poptGetContext(NULL, argc, argv, all, POPT_CONTEXT_NO_EXEC);
	if (self->usage)
		poptSetOtherOptionHelp(con, self->usage);
	rc = parse_all(con, self, all, rest, err);
	poptFreeContext(con);
	return rc;
}

void cmd_take_argv(char ***popt_argv, struct strv *sv)
{
	for (char **v = *popt_argv; v && *v; v++)
		strv_take(sv, *v);
	free(*popt_argv);
	*popt_argv = NULL;
}

void cmd_print_json(struct json_object *o)
{
	_cleanup_free_ char *text = json_text(o, true);

	fputs(text, stdout);
	json_object_put(o);
}
