/* SPDX-License-Identifier: GPL-2.0-only */
#include "vmm/qmp.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/mem.h"

#define TEXT_MAX (1u << 20)

struct json_object *qmp_argument(const char *key, const char *value)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, key, json_object_new_string(value));
	return o;
}

int qmp_send(int fd, const char *command, struct json_object *arguments, struct err *err)
{
	_cleanup_json_ struct json_object *o = qmp_argument("execute", command);
	_cleanup_free_ char *text = NULL;
	size_t n, done = 0;

	if (arguments)
		json_object_object_add(o, "arguments", arguments);
	text = json_text(o, false);
	n = strlen(text);
	text[n] = '\n'; /* in place of the terminator */
	while (done <= n) {
		ssize_t sent = send(fd, text + done, n + 1 - done, MSG_NOSIGNAL);

		if (sent < 0)
			return err_sys(err, errno, "QMP: %s", command);
		done += (size_t)sent;
	}
	return 0;
}

int qmp_begin(int fd, const char *const *capabilities, struct err *err)
{
	struct json_object *list = json_object_new_array(), *args = json_object_new_object();

	for (size_t i = 0; capabilities[i]; i++) {
		struct json_object *c = qmp_argument("capability", capabilities[i]);

		json_object_object_add(c, "state", json_object_new_boolean(true));
		json_object_array_add(list, c);
	}
	json_object_object_add(args, "capabilities", list);
	if (qmp_send(fd, "qmp_capabilities", NULL, err) < 0) {
		json_object_put(args);
		return -(int)err->code;
	}
	return qmp_send(fd, "migrate-set-capabilities", args, err);
}

/* Appends what has arrived. 0: nothing new. */
static int take_in(struct qmp_reader *r, struct err *err)
{
	char chunk[4096];
	ssize_t n = recv(r->fd, chunk, sizeof(chunk), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0)
		return err_sys(err, errno, "QMP");
	if (n == 0)
		return err_set(err, ERR_CHILD, "QMP: QEMU has closed it");
	if (r->text.n + (size_t)n > TEXT_MAX)
		return err_set(err, ERR_LIMIT, "QMP: a message of more than %u bytes", TEXT_MAX);
	strbuf_add(&r->text, chunk, (size_t)n);
	return 1;
}

static int refused(struct json_object *msg, struct err *err)
{
	struct json_object *e, *desc;

	if (!json_object_object_get_ex(msg, "error", &e))
		return 0;
	if (!json_object_object_get_ex(e, "desc", &desc))
		desc = e;
	return err_set(err, ERR_CHILD, "QEMU: %s", json_object_get_string(desc));
}

int qmp_next(struct qmp_reader *r, struct json_object **out, struct err *err)
{
	struct json_object *msg = NULL;
	char *nl;
	int ret;

	while (!(nl = r->text.n ? memchr(r->text.s, '\n', r->text.n) : NULL))
		if ((ret = take_in(r, err)) <= 0)
			return ret;
	size_t n = (size_t)(nl - r->text.s) + 1;
	ret = json_parse(r->text.s, n, &msg, err);
	memmove(r->text.s, r->text.s + n, r->text.n - n);
	r->text.n -= n;
	if (ret < 0)
		return err_wrap(err, "QMP");
	if (!msg || !json_object_is_type(msg, json_type_object))
		ret = err_set(err, ERR_FORMAT, "QMP: not an object");
	else
		ret = refused(msg, err);
	if (ret < 0) {
		json_object_put(msg);
		return ret;
	}
	*out = msg;
	return 1;
}

void qmp_reader_done(struct qmp_reader *r)
{
	strbuf_done(&r->text);
}

bool qmp_is_event(struct json_object *msg, const char *event)
{
	struct json_object *name;

	return json_object_object_get_ex(msg, "event", &name) &&
	       streq(json_object_get_string(name), event);
}

const char *qmp_event_text(struct json_object *msg, const char *key)
{
	struct json_object *data, *value;

	if (!json_object_object_get_ex(msg, "data", &data) ||
	    !json_object_object_get_ex(data, key, &value))
		return "";
	return json_object_get_string(value);
}
