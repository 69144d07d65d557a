/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TESTS_EWS_SCRIPT_H
#define TESTS_EWS_SCRIPT_H
/*
 * Conversations of the EWS backend with a server played by a script: each step
 * names the operation that must come, a text the request must hold ("!" in
 * front: must not), and the answer.
 */
#include "proto/ews/ews.h"

struct step {
	const char *operation, *holds, *answer;
};

/* Around every answer of a script, where it is not 200 and text/xml. */
struct around {
	int status;
	const char *type; /* NULL: text/xml */
	const char *location, *cas_error;
	int64_t retry_after_ms;
	int64_t date; /* of the server; 0: it does not tell */
};

struct script {
	const struct step *steps;
	size_t n, at;
	const struct around *around; /* NULL: as usual */
	struct account *account;
	struct backend *b;
	int64_t paused;
};

#define NS                                                                     \
	" xmlns:m='http://schemas.microsoft.com/exchange/services/2006/"       \
	"messages' xmlns:t='http://schemas.microsoft.com/exchange/services/"   \
	"2006/types'"
#define ENVELOPE(body)                                                         \
	"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'" NS   \
	"><s:Body>" body "</s:Body></s:Envelope>"
#define ANSWER(messages)                                                       \
	ENVELOPE("<m:R><m:ResponseMessages>" messages                          \
		 "</m:ResponseMessages></m:R>")
#define OK(payload)                                                            \
	"<m:M ResponseClass='Success'><m:ResponseCode>NoError"                 \
	"</m:ResponseCode>" payload "</m:M>"
#define BAD(code)                                                              \
	"<m:M ResponseClass='Error'><m:ResponseCode>" code "</m:ResponseCode>" \
	"</m:M>"
#define STOPPED                                                                \
	"<m:M ResponseClass='Warning'><m:ResponseCode>"                        \
	"ErrorBatchProcessingStopped</m:ResponseCode></m:M>"
#define FAULT(code)                                                            \
	ENVELOPE("<s:Fault><faultcode>a:" code "</faultcode></s:Fault>")
#define ITEM(id, more)                                                         \
	"<m:Items><t:Message>" more "<t:ItemId Id='" id "' ChangeKey='k'/>"    \
	"</t:Message></m:Items>"
#define LOST NULL

static bool play(void *ctx, const char *operation, const struct str *body,
		 struct http_answer *head, struct str *out, struct err *err)
{
	struct script *s = ctx;
	const struct step *step;

	if (s->at == s->n)
		fail_msg("an unexpected %s: %s", operation, body->s);
	step = &s->steps[s->at++];
	assert_string_equal(operation, step->operation);
	if (step->holds && *step->holds == '!' &&
	    strstr(body->s, step->holds + 1))
		fail_msg("%s with %s: %s", operation, step->holds + 1, body->s);
	if (step->holds && *step->holds != '!' && !strstr(body->s, step->holds))
		fail_msg("%s without %s: %s", operation, step->holds, body->s);
	if (!step->answer)
		return err_set(err, ERR_NETWORK, "line lost");
	str_add(out, step->answer);
	if (!s->around)
		return true;
	head->status = s->around->status;
	if (s->around->type)
		mem_replace(&head->content_type, xstrdup(s->around->type));
	head->location = xstrdup(s->around->location);
	head->cas_error = xstrdup(s->around->cas_error);
	head->retry_after_ms = s->around->retry_after_ms;
	head->date = s->around->date;
	return true;
}

static bool password(void *ctx, bool retry, char **out, struct err *err)
{
	(void)ctx, (void)retry, (void)err;
	*out = xstrdup("secret");
	return true;
}

static int64_t paused_until(void *ctx)
{
	return ((struct script *)ctx)->paused;
}

static void pause_until(void *ctx, int64_t mono_ms)
{
	((struct script *)ctx)->paused = mono_ms;
}

static struct backend_host host = {.password = password,
				   .paused_until = paused_until,
				   .pause_until = pause_until};

static void begin(struct script *s, const char *version,
		  const struct step *steps, size_t n)
{
	struct backend_info info = {.version = (char *)version,
				    .url = (char *)"https://h/"};

	*s = (struct script){.steps = steps, .n = n, .account = account_new()};
	mem_replace(&s->account->url, xstrdup("https://h/"));
	host.ctx = s;
	s->b = ews_ops.open(s->account, &host, &info);
	s->b->transport = play;
	s->b->transport_ctx = s;
}

static void end(struct script *s)
{
	assert_int_equal(s->at, s->n);
	ews_ops.close(s->b);
	account_free(s->account);
}

#define BEGIN(s, version, steps) begin(s, version, steps, ARRAY_LEN(steps))
#endif
