/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/batch_out.h"
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/utf8.h"

json_t *out_text_json(const char *s)
{
	json_t *j = s ? json_string(s) : json_null();

	/* Stored text is valid UTF-8; json_string refuses anything else. */
	return j ? j : json_null();
}

json_t *out_time_json(int64_t t)
{
	struct str text CLEANUP(str_release) = STR_INIT;

	if (t == CLOCK_NEVER)
		return json_null();
	clock_add_local_iso(&text, t);
	return json_string(text.s);
}

static json_t *split_json(const char *s)
{
	struct strv names CLEANUP(strv_release);
	json_t *a = json_array();

	strv_init(&names);
	strv_split(&names, str_or_empty(s), "\n");
	for (size_t i = 0; i < names.n; i++)
		json_array_append_new(a, json_string(names.v[i]));
	return a;
}

json_t *out_item_json(struct batch *b, const struct item *it)
{
	char *path CLEANUP(mem_free_ptr) = query_path_of(b->store, it->folder);
	json_t *j = json_object();
	const char *importance = it->flags & ITEM_HIGH	? "high"
				 : it->flags & ITEM_LOW ? "low"
							: "normal";

	json_object_set_new(j, "id", json_integer(it->id));
	json_object_set_new(j, "thread", json_integer(it->thread));
	json_object_set_new(j, "folder", out_text_json(path));
	json_object_set_new(j, "subject",
			    out_text_json(str_or_empty(it->subject)));
	json_object_set_new(j, "from",
			    json_pack("{s:o,s:o}", "name",
				      out_text_json(it->from_name), "address",
				      out_text_json(it->from_addr)));
	json_object_set_new(j, "to", out_text_json(it->to));
	json_object_set_new(j, "cc", out_text_json(it->cc));
	json_object_set_new(j, "date", out_time_json(it->received));
	json_object_set_new(j, "sent", out_time_json(it->sent));
	json_object_set_new(j, "size", json_integer(it->size));
	json_object_set_new(j, "unread",
			    json_boolean(!(it->flags & ITEM_READ)));
	json_object_set_new(j, "flagged",
			    json_boolean(it->flags & ITEM_FLAGGED));
	json_object_set_new(j, "due", out_time_json(it->flag_due));
	json_object_set_new(j, "complete",
			    json_boolean(it->flags & ITEM_COMPLETE));
	json_object_set_new(j, "answered",
			    json_boolean(it->flags & ITEM_ANSWERED));
	json_object_set_new(j, "forwarded",
			    json_boolean(it->flags & ITEM_FORWARDED));
	json_object_set_new(j, "draft", json_boolean(it->flags & ITEM_DRAFT));
	json_object_set_new(j, "attachments",
			    json_boolean(it->flags & ITEM_ATTACHMENT));
	json_object_set_new(j, "invitation",
			    json_boolean(it->flags & ITEM_INVITATION));
	json_object_set_new(j, "importance", json_string(importance));
	json_object_set_new(j, "categories", split_json(it->categories));
	json_object_set_new(j, "message_id", out_text_json(it->message_id));
	json_object_set_new(j, "preview", out_text_json(it->preview));
	json_object_set_new(j, "offline",
			    json_boolean(it->flags & ITEM_HAS_BODY));
	json_object_set_new(j, "pending",
			    json_boolean(it->flags & ITEM_PENDING));
	json_object_set_new(j, "conflict",
			    json_boolean(it->flags & ITEM_CONFLICT));
	json_object_set_new(j, "muted",
			    json_boolean(query_is_muted(b->store, it->thread)));
	return j;
}

static json_t *folder_rights_json(unsigned rights)
{
	static const struct {
		unsigned bit;
		const char *name;
	} bits[] = {{FOLDER_MAY_READ, "read"},
		    {FOLDER_MAY_CREATE, "create"},
		    {FOLDER_MAY_MODIFY, "modify"},
		    {FOLDER_MAY_DELETE, "delete"},
		    {FOLDER_MAY_NEST, "subfolders"}};
	json_t *list = json_array();

	for (size_t i = 0; i < ARRAY_LEN(bits); i++)
		if (rights & bits[i].bit)
			json_array_append_new(list, json_string(bits[i].name));
	return list;
}

json_t *out_folder_json(struct batch *b, const struct folder *f)
{
	static const char *const kinds[] = {"mail",  "calendar", "contacts",
					    "tasks", "notes",	 "journal",
					    "other"};
	char *path CLEANUP(mem_free_ptr) = query_path_of(b->store, f->id);
	json_t *j = json_object();

	json_object_set_new(j, "id", json_integer(f->id));
	json_object_set_new(j, "path", out_text_json(path));
	json_object_set_new(j, "name", out_text_json(f->name));
	json_object_set_new(j, "role",
			    f->role ? json_string(folder_role_name(f->role))
				    : json_null());
	json_object_set_new(j, "kind", json_string(kinds[f->kind]));
	json_object_set_new(j, "total", json_integer(f->total));
	json_object_set_new(j, "unread", json_integer(f->unread));
	json_object_set_new(j, "size",
			    f->size >= 0 ? json_integer(f->size) : json_null());
	json_object_set_new(j, "owner", out_text_json(f->owner));
	json_object_set_new(j, "rights",
			    f->owner ? folder_rights_json(f->rights)
				     : json_null());
	json_object_set_new(j, "local", json_boolean(f->flags & FOLDER_LOCAL));
	json_object_set_new(j, "mirrored",
			    json_boolean(!(f->flags & FOLDER_NO_SYNC)));
	json_object_set_new(j, "synced", out_time_json(f->synced_at));
	return j;
}

static const char *journal_kind_name(enum journal_kind k)
{
	static const char *const names[] = {
#define X(id, name) name,
		JOURNAL_KINDS(X)
#undef X
	};

	return names[k];
}

json_t *out_entry_json(const struct journal_entry *e)
{
	static const char *const states[] = {"waiting",	 "sending", "failed",
					     "conflict", "done",    "undone"};
	json_t *j = json_object();

	json_object_set_new(j, "entry", json_integer(e->id));
	json_object_set_new(j, "kind", json_string(journal_kind_name(e->kind)));
	json_object_set_new(j, "state", json_string(states[e->state]));
	json_object_set_new(j, "text", out_text_json(e->text));
	json_object_set_new(j, "created", out_time_json(e->created));
	json_object_set_new(j, "due", out_time_json(e->due));
	json_object_set_new(j, "attempts", json_integer(e->attempts));
	json_object_set_new(j, "count", json_integer(e->count));
	json_object_set_new(j, "waiting", json_integer(e->waiting));
	json_object_set_new(j, "can_undo", json_boolean(e->can_undo));
	json_object_set_new(j, "error", out_text_json(e->error));
	return j;
}

json_t *out_error_json(const struct err *err)
{
	return json_pack("{s:s,s:s,s:s}", "kind", err_kind_name(err->kind),
			 "code", err->code, "text", err->text);
}

void out_document(json_t *owned)
{
	json_t *doc = json_pack("{s:i}", "v", 1);

	json_object_update(doc, owned);
	json_dumpf(doc, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	fputc('\n', stdout);
	json_decref(doc);
	json_decref(owned);
}

void out_line(json_t *owned)
{
	json_t *doc = json_pack("{s:i}", "v", 1);

	json_object_update(doc, owned);
	json_dumpf(doc, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
	fputc('\n', stdout);
	json_decref(doc);
	json_decref(owned);
}

static void print_value(const json_t *v)
{
	if (json_is_string(v))
		fputs(json_string_value(v), stdout);
	else if (json_is_integer(v))
		printf("%lld", (long long)json_integer_value(v));
	else if (json_is_boolean(v))
		fputs(json_is_true(v) ? "yes" : "no", stdout);
	else if (json_is_array(v))
		for (size_t i = 0; i < json_array_size(v); i++) {
			fputs(i ? "," : "", stdout);
			print_value(json_array_get(v, i));
		}
	else if (json_is_object(v)) { /* a person */
		const char *name =
			json_string_value(json_object_get(v, "name"));
		const char *addr =
			json_string_value(json_object_get(v, "address"));

		if (name && *name && addr)
			printf("%s <%s>", name, addr);
		else
			fputs(addr ? addr : str_or_empty(name), stdout);
	}
}

/* Prints what stands behind a backslash; returns characters used. */
static size_t print_escape(const char *s)
{
	switch (*s) {
	case 'n':
		fputc('\n', stdout);
		return 1;
	case 't':
		fputc('\t', stdout);
		return 1;
	case '0':
		fputc('\0', stdout);
		return 1;
	case '\0':
		return 0;
	default:
		fputc(*s, stdout);
		return 1;
	}
}

bool out_format(const char *format, json_t *row)
{
	for (const char *s = format; *s; s++) {
		const char *end;

		if (*s == '\\') {
			s += print_escape(s + 1);
			continue;
		}
		if (*s != '{' || !(end = strchr(s, '}'))) {
			fputc(*s, stdout);
			continue;
		}
		{
			char *name CLEANUP(mem_free_ptr) =
				xstrndup(s + 1, (size_t)(end - s - 1));
			const json_t *v = json_object_get(row, name);

			if (!v) {
				batch_usage("--format: there is no field "
					    "'%s'",
					    name);
				return false;
			}
			print_value(v);
		}
		s = end;
	}
	return true;
}

static size_t terminal_width(void)
{
	struct winsize ws;

	if (!isatty(STDOUT_FILENO))
		return 0; /* a pipe: nothing is cut */
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col >= 40)
		return ws.ws_col;
	return 80;
}

static void item_marks(struct str *out, unsigned flags)
{
	str_add_char(out, flags & ITEM_READ ? ' ' : '*');
	str_add_char(out, flags & ITEM_HIGH ? '!' : ' ');
	str_add_char(out, flags & ITEM_FLAGGED ? 'F' : ' ');
	str_add_char(out, flags & ITEM_ATTACHMENT   ? '@'
			  : flags & ITEM_INVITATION ? '?'
						    : ' ');
	str_add_char(out, flags & ITEM_ANSWERED	   ? 'R'
			  : flags & ITEM_FORWARDED ? '>'
						   : ' ');
	str_add_char(out, flags & ITEM_PENDING ? '^' : ' ');
}

static void print_item_line(const struct item *it, size_t width, int64_t now)
{
	struct str line CLEANUP(str_release) = STR_INIT;
	char *from CLEANUP(mem_free_ptr) = utf8_clean_line(
		it->from_name && *it->from_name ? it->from_name
						: str_or_empty(it->from_addr),
		false);
	char *subject CLEANUP(mem_free_ptr) =
		utf8_clean_line(str_or_empty(it->subject), false);
	struct str date CLEANUP(str_release) = STR_INIT;

	str_addf(&line, "%-11lld ", (long long)it->id);
	clock_add_short(&date, it->received, now);
	utf8_add_column(&line, date.s, 10, false, NULL);
	str_add_char(&line, ' ');
	item_marks(&line, it->flags);
	str_add_char(&line, ' ');
	utf8_add_column(&line, from, 20, false, "…");
	str_add_char(&line, ' ');
	if (width && width > utf8_width(line.s)) {
		size_t used;
		size_t n = utf8_fit(subject, width - utf8_width(line.s), &used);

		str_add_mem(&line, subject, n);
	} else {
		str_add(&line, subject);
	}
	puts(line.s);
}

int out_items(struct batch *b, const struct item_list *items)
{
	const char *format = batch_value(b, OPT_FORMAT);
	bool lines = batch_has(b, OPT_JSONL), nul = batch_has(b, OPT_NUL);
	json_t *array = batch_has(b, OPT_JSON) ? json_array() : NULL;
	size_t width = terminal_width();
	int64_t now = clock_now();

	for (size_t i = 0; i < items->n; i++) {
		const struct item *it = &items->v[i];

		if (nul) {
			printf("%lld%c", (long long)it->id, 0);
		} else if (array || lines || format) {
			json_t *j = out_item_json(b, it);

			if (array) {
				json_array_append_new(array, j);
			} else if (lines) {
				out_line(j);
			} else {
				bool ok = out_format(format, j);

				json_decref(j);
				if (!ok)
					return BATCH_USAGE;
			}
		} else {
			print_item_line(it, width, now);
		}
	}
	if (array)
		out_document(json_pack("{s:o}", "items", array));
	return items->n ? BATCH_DONE : BATCH_NOTHING;
}
