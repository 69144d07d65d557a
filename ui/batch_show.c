/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* show, save, export: content of messages out of the mirror. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/proc.h"
#include "engine/seal.h"
#include "text/search.h"
#include "ui/batch_out.h"

bool batch_fetch_raw(struct batch *b, int64_t id, struct bytes *raw,
		     int *status)
{
	struct request r = {.kind = REQUEST_BODY, .item = id};
	struct event done;
	struct err err;

	if (query_mime(b->store, id, raw, &err))
		return true;
	if (err.kind != ERR_NOT_FOUND) {
		*status = batch_fail(&err);
		return false;
	}
	if (!batch_engine(b, ENGINE_FULL, false, status))
		return false;
	if (!batch_request(b, &r, 300000, &done, &err)) {
		err_add(&err, "message %lld is not kept offline",
			(long long)id);
		*status = batch_fail(&err);
		return false;
	}
	event_release(&done);
	if (query_mime(b->store, id, raw, &err))
		return true;
	*status = batch_fail(&err);
	return false;
}

bool batch_open_letter(struct batch *b, const char *word, struct letter **out,
		       int64_t *id, int *status)
{
	struct bytes raw = {0};
	struct item it;
	struct err err;

	if (!batch_id(word, id)) {
		*status = BATCH_USAGE;
		return false;
	}
	if (!batch_open_account(b, status) || !batch_open_store(b, status))
		return false;
	item_init(&it);
	if (!query_item(b->store, *id, &it, &err)) {
		*status = batch_fail(&err);
		return false;
	}
	item_release(&it);
	if (!batch_fetch_raw(b, *id, &raw, status))
		return false;
	if (!letter_read(out, &raw, &err)) {
		*status = batch_fail(&err);
		return false;
	}
	return true;
}

struct seal *batch_open_seal(struct letter **l, struct err *why)
{
	struct seal *s = NULL;

	err_clear(why);
	if (!letter_has_seal(*l) ||
	    !seal_open(&s, letter_raw(*l), isatty(STDERR_FILENO), why))
		return NULL;
	if (s->inner) {
		letter_free(*l);
		*l = s->inner;
		s->inner = NULL;
	}
	return s;
}

/* Text for a terminal is made safe; a pipe gets the bytes as they are. */
static void put(const void *p, size_t len)
{
	fwrite(p, 1, len, stdout);
}

static bool parse_part(const struct batch *b, struct letter *l, size_t *part)
{
	const char *text = batch_value(b, OPT_PART);
	struct letter_part p;
	char *end;
	long n = strtol(text, &end, 10);

	if (*end || end == text || n < 1 ||
	    !letter_part(l, (size_t)n - 1, &p)) {
		batch_usage("the message has no part '%s' (it has %zu)", text,
			    letter_part_count(l));
		return false;
	}
	*part = (size_t)n - 1;
	return true;
}

static json_t *part_json(struct letter *l, size_t i)
{
	struct letter_part p;
	char *file CLEANUP(mem_free_ptr) = letter_part_file_name(l, i);

	if (!letter_part(l, i, &p))
		return json_object();
	return json_pack("{s:I,s:s,s:o,s:o,s:s,s:I,s:b,s:b}", "part",
			 (json_int_t)i + 1, "type", p.type, "name",
			 out_text_json(p.name), "charset",
			 out_text_json(p.charset), "file", file, "size",
			 (json_int_t)p.size, "attachment", p.is_attachment,
			 "body", p.is_body);
}

static bool add_header_json(void *arg, const char *name, const char *value)
{
	json_array_append_new(arg, json_pack("{s:s,s:o}", "name", name, "value",
					     out_text_json(value)));
	return true;
}

static void body_text(struct letter *l, enum letter_view view, size_t width,
		      struct str *out)
{
	struct letter_layout o = {
		.view = view, .width = width, .link_numbers = true};
	struct letter_shown shown;
	struct lines lines;

	lines_init(&lines);
	letter_layout(l, &o, &lines, &shown);
	lines_add_plain(&lines, out, true);
	lines_release(&lines);
}

static json_t *seal_json(const struct seal *s, const struct err *why)
{
	static const char *const states[] = {"none", "valid", "doubtful",
					     "bad"};

	if (!s && !why->kind)
		return json_null();
	return json_pack("{s:s,s:b,s:s,s:s}", "state",
			 s ? states[s->state] : "unopened", "encrypted",
			 !s || s->encrypted, "protocol",
			 !s	    ? ""
			 : s->smime ? "smime"
				    : "openpgp",
			 "text", s ? s->text : why->text);
}

static int show_json(struct batch *b, struct letter *l, int64_t id,
		     const struct seal *seal, const struct err *why)
{
	json_t *parts = json_array(), *headers = json_array();
	struct str text CLEANUP(str_release) = STR_INIT;
	struct item it;
	struct err err;
	json_t *j;

	item_init(&it);
	if (!query_item(b->store, id, &it, &err)) {
		json_decref(parts);
		json_decref(headers);
		return batch_fail(&err);
	}
	for (size_t i = 0; i < letter_part_count(l); i++)
		json_array_append_new(parts, part_json(l, i));
	letter_header_each(l, add_header_json, headers);
	body_text(l, LETTER_TEXT, 0, &text);
	j = out_item_json(b, &it);
	json_object_set_new(j, "headers", headers);
	json_object_set_new(j, "security", seal_json(seal, why));
	if (seal && seal->subject)
		json_object_set_new(j, "subject", json_string(seal->subject));
	json_object_set_new(j, "parts", parts);
	json_object_set_new(j, "text", out_text_json(text.s));
	out_document(json_pack("{s:o}", "message", j));
	item_release(&it);
	return BATCH_DONE;
}

static void print_field(struct letter *l, const char *name)
{
	const char *v = letter_header(l, name);

	if (v && *v)
		printf("%s: %s\n", name, v);
}

static bool print_any_field(void *arg, const char *name, const char *value)
{
	(void)arg;
	printf("%s: %s\n", name, value);
	return true;
}

static void print_lines(const char *label, const char *text)
{
	struct strv rows CLEANUP(strv_release);

	strv_init(&rows);
	strv_split(&rows, text, "\n");
	for (size_t i = 0; i < rows.n; i++)
		printf("%s%s\n", label, rows.v[i]);
}

static void show_text(struct batch *b, struct letter *l,
		      const struct seal *seal, const struct err *why)
{
	static const char *const fields[] = {"From", "To",   "Cc",
					     "Bcc",  "Date", "Subject"};
	struct str text CLEANUP(str_release) = STR_INIT;

	if (batch_has(b, OPT_HEADERS))
		letter_header_each(l, print_any_field, NULL);
	else
		for (size_t i = 0; i < ARRAY_LEN(fields); i++)
			print_field(l, fields[i]);
	if (seal)
		print_lines("Security: ", seal->text);
	else if (why->kind)
		printf("Security: %s\n", why->text);
	for (size_t i = 0; i < letter_part_count(l); i++) {
		struct letter_part p;
		char *file CLEANUP(mem_free_ptr) = letter_part_file_name(l, i);

		if (letter_part(l, i, &p) && p.is_attachment)
			printf("Part %zu: %s (%s, %zu bytes)\n", i + 1, file,
			       p.type, p.size);
	}
	putchar('\n');
	body_text(l, LETTER_TEXT, isatty(STDOUT_FILENO) ? 78 : 0, &text);
	put(text.s, text.len);
	if (text.len && text.s[text.len - 1] != '\n')
		putchar('\n');
}

static int show_html(struct letter *l)
{
	for (size_t i = 0; i < letter_part_count(l); i++) {
		struct letter_part p;
		struct str text CLEANUP(str_release) = STR_INIT;

		if (!letter_part(l, i, &p) || !str_eq(p.type, "text/html"))
			continue;
		letter_part_text(l, i, &text);
		put(text.s, text.len);
		return BATCH_DONE;
	}
	fputs("retinue: the message has no HTML part\n", stderr);
	return BATCH_NOTHING;
}

static int show_part(struct batch *b, struct letter *l)
{
	struct str out CLEANUP(str_release) = STR_INIT;
	struct err err;
	size_t part;

	if (!parse_part(b, l, &part))
		return BATCH_USAGE;
	if (!letter_part_bytes(l, part, &out, &err))
		return batch_fail(&err);
	put(out.s, out.len);
	return BATCH_DONE;
}

int verb_show(struct batch *b)
{
	struct letter *l = NULL;
	struct seal *seal = NULL;
	struct err why = ERR_INIT;
	int status = BATCH_DONE;
	int64_t id;

	if (b->args.n != 1)
		return batch_usage("show takes one message id");
	if (!batch_open_letter(b, b->args.v[0], &l, &id, &status))
		return status;
	if (!batch_has(b, OPT_RAW))
		seal = batch_open_seal(&l, &why);
	if (batch_has(b, OPT_RAW))
		put(letter_raw(l)->p, letter_raw(l)->len);
	else if (batch_has(b, OPT_PART))
		status = show_part(b, l);
	else if (batch_has(b, OPT_HTML))
		status = show_html(l);
	else if (batch_has(b, OPT_JSON))
		status = show_json(b, l, id, seal, &why);
	else
		show_text(b, l, seal, &why);
	seal_free(seal);
	letter_free(l);
	return status;
}

int verb_save(struct batch *b)
{
	const char *dir = b->args.n > 1 ? b->args.v[1] : ".";
	json_t *saved = json_array();
	struct letter *l = NULL;
	int status = BATCH_DONE, count = 0;
	size_t only = 0;
	struct err err;
	int64_t id;

	if (b->args.n < 1 || b->args.n > 2)
		status = batch_usage("save takes a message id and a folder");
	else if (batch_open_letter(b, b->args.v[0], &l, &id, &status))
		seal_free(batch_open_seal(&l, &err));
	if (l && batch_has(b, OPT_PART) && !parse_part(b, l, &only))
		status = BATCH_USAGE;
	if (l && status == BATCH_DONE && !proc_make_dirs(dir, &err))
		status = batch_fail(&err);
	for (size_t i = 0;
	     l && status == BATCH_DONE && i < letter_part_count(l); i++) {
		char *path CLEANUP(mem_free_ptr) = NULL;
		struct letter_part p;

		if (!letter_part(l, i, &p) ||
		    (batch_has(b, OPT_PART) ? i != only : !p.is_attachment))
			continue;
		if (!letter_part_save(l, i, dir, &path, &err)) {
			status = batch_fail(&err);
			break;
		}
		count++;
		if (batch_has(b, OPT_JSON))
			json_array_append_new(saved, json_string(path));
		else
			puts(path);
	}
	if (status == BATCH_DONE && batch_has(b, OPT_JSON))
		out_document(json_pack("{s:O}", "saved", saved));
	json_decref(saved);
	letter_free(l);
	if (status == BATCH_DONE && !count) {
		fputs("retinue: the message has no attachment\n", stderr);
		return BATCH_NOTHING;
	}
	return status;
}

/* --- export ------------------------------------------------------------------ */
struct export
{
	FILE *mbox;
	const char *dir; /* eml or maildir/cur */
	bool maildir;
};

/* mboxrd: every ">*From " at the start of a line gets one more ">". */
static bool write_mbox(FILE *f, const struct item *it, const struct bytes *raw)
{
	const char *p = (const char *)raw->p, *end = p + raw->len;
	struct tm tm;
	time_t t = it->received == CLOCK_NEVER ? 0 : (time_t)it->received;
	char date[64];

	gmtime_r(&t, &tm);
	strftime(date, sizeof(date), "%a %b %e %H:%M:%S %Y", &tm);
	fprintf(f, "From %s %s\n",
		it->from_addr && !strpbrk(it->from_addr, " \t")
			? it->from_addr
			: "MAILER-DAEMON",
		date);
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *stop = nl ? nl : end;
		const char *q = p;

		while (q < stop && *q == '>')
			q++;
		if (stop - q >= 5 && memcmp(q, "From ", 5) == 0)
			fputc('>', f);
		if (stop > p && stop[-1] == '\r')
			fwrite(p, 1, (size_t)(stop - p) - 1, f);
		else
			fwrite(p, 1, (size_t)(stop - p), f);
		fputc('\n', f);
		p = nl ? nl + 1 : end;
	}
	fputc('\n', f);
	return !ferror(f);
}

static char *export_name(const struct export *x, const struct item *it)
{
	struct str b = STR_INIT;
	bool s = it->flags & ITEM_READ;

	if (!x->maildir)
		return xasprintf("%s/%lld.eml", x->dir, (long long)it->id);
	str_addf(&b, "%s/%lld.%lld.retinue:2,", x->dir,
		 (long long)(it->received == CLOCK_NEVER ? 0 : it->received),
		 (long long)it->id);
	/* Maildir info letters stand in alphabetical order. */
	str_add(&b, it->flags & ITEM_DRAFT ? "D" : "");
	str_add(&b, it->flags & ITEM_FLAGGED ? "F" : "");
	str_add(&b, it->flags & ITEM_FORWARDED ? "P" : "");
	str_add(&b, it->flags & ITEM_ANSWERED ? "R" : "");
	str_add(&b, s ? "S" : "");
	return str_take(&b);
}

static bool export_one(struct batch *b, struct export *x, int64_t id,
		       int *status)
{
	struct bytes raw CLEANUP(bytes_release) = {0};
	struct item it;
	struct err err;
	bool ok = true;

	item_init(&it);
	if (!query_item(b->store, id, &it, &err)) {
		*status = batch_fail(&err);
		return false;
	}
	if (!batch_fetch_raw(b, id, &raw, status)) {
		ok = false;
	} else if (x->mbox) {
		ok = write_mbox(x->mbox, &it, &raw) ||
		     err_errno(&err, "writing the mbox");
	} else {
		char *path CLEANUP(mem_free_ptr) = export_name(x, &it);

		ok = proc_write_file(path, raw.p, raw.len, 0600, &err);
	}
	if (!ok && *status == BATCH_DONE)
		*status = batch_fail(&err);
	item_release(&it);
	return ok;
}

static bool open_export(struct batch *b, struct export *x, char **dir,
			int *status)
{
	static const char *const subs[] = {"cur", "new", "tmp"};
	struct err err;

	if (batch_has(b, OPT_MBOX)) {
		const char *name = batch_value(b, OPT_MBOX);

		x->mbox = str_eq(name, "-") ? stdout : fopen(name, "wx");
		if (x->mbox)
			return true;
		if (errno == EEXIST)
			(void)err_set(&err, ERR_INPUT,
				      "%s is there already, and is left as "
				      "it is",
				      name);
		else
			(void)err_errno(&err, "%s", name);
		*status = batch_fail(&err);
		return false;
	}
	x->maildir = batch_has(b, OPT_MAILDIR);
	*dir = xstrdup(batch_value(b, x->maildir ? OPT_MAILDIR : OPT_EML));
	for (size_t i = 0; x->maildir && i < ARRAY_LEN(subs); i++) {
		char *sub CLEANUP(mem_free_ptr) =
			xasprintf("%s/%s", *dir, subs[i]);

		if (!proc_make_dirs(sub, &err)) {
			*status = batch_fail(&err);
			return false;
		}
	}
	if (x->maildir)
		mem_replace(dir, xasprintf("%s/cur", *dir));
	else if (!proc_make_dirs(*dir, &err)) {
		*status = batch_fail(&err);
		return false;
	}
	x->dir = *dir;
	return true;
}

/* What to export: ids when all operands are numbers, else a query. */
static bool export_ids(struct batch *b, struct id_list *ids, int *status)
{
	char *text CLEANUP(mem_free_ptr) = strv_join(&b->args, " ");
	bool numbers = b->args.n > 0;
	struct item_query q = {.limit = 1, .ascending = true};
	struct search_node *node = NULL;
	struct err err;
	bool ok;

	for (size_t i = 0; i < b->args.n; i++)
		numbers = numbers && strspn(b->args.v[i], "0123456789-") ==
					     strlen(b->args.v[i]);
	if (numbers)
		return batch_ids(b, 0, b->args.n, ids) ||
		       (*status = BATCH_USAGE, false);
	if (batch_value(b, OPT_FOLDER)) {
		q.folder = batch_folder(b, batch_value(b, OPT_FOLDER));
		if (!q.folder) {
			*status = BATCH_NOTHING;
			return false;
		}
	} else if (!b->args.n) {
		*status = batch_usage("export needs ids, a query or --folder");
		return false;
	}
	if (!search_parse(&node, text, clock_now(), &err)) {
		*status = batch_fail(&err);
		return false;
	}
	q.search = b->args.n ? node : NULL;
	ok = query_ids(b->store, &q, INT64_MAX, &ids->v, &ids->n, &err);
	search_node_free(node);
	if (!ok)
		*status = batch_fail(&err);
	return ok;
}

int verb_export(struct batch *b)
{
	struct id_list ids = {0};
	struct export x = {0};
	char *dir CLEANUP(mem_free_ptr) = NULL;
	int status = BATCH_DONE;
	size_t done = 0;

	if (batch_has(b, OPT_MBOX) + batch_has(b, OPT_EML) +
		    batch_has(b, OPT_MAILDIR) !=
	    1)
		return batch_usage("export needs one of --mbox FILE, --eml "
				   "DIR, --maildir DIR");
	if (!batch_open_account(b, &status) || !batch_open_store(b, &status) ||
	    !export_ids(b, &ids, &status))
		return status;
	if (!open_export(b, &x, &dir, &status)) {
		vec_release(&ids);
		return status;
	}
	while (done < ids.n && export_one(b, &x, ids.v[done], &status))
		done++;
	if (x.mbox && x.mbox != stdout && fclose(x.mbox) != 0 &&
	    status == BATCH_DONE) {
		struct err err;

		(void)err_errno(&err, "writing the mbox");
		status = batch_fail(&err);
	}
	if (status != BATCH_DONE && done)
		status = BATCH_PARTLY;
	else if (!ids.n)
		status = BATCH_NOTHING;
	fprintf(stderr, "%zu message%s exported\n", done, done == 1 ? "" : "s");
	vec_release(&ids);
	return status;
}
