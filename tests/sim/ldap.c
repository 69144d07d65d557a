/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* LDAP inside TLS: a thread that accepts, one for each connection. */
#include "tests/sim/ldap.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGE_MAX ((size_t)1 << 20)
#define LOOK_MS 200

struct ldap_server {
	struct sim *sim;
	int fd;
	pthread_t thread;
	gnutls_certificate_credentials_t cred;
};
struct peer_of {
	struct ldap_server *server;
	int fd;
};

/* Who that is: the address, the alias, also behind a domain and a backslash. */
static struct box *find_user(struct state *st, const char *name)
{
	const char *slash = strrchr(name, '\\');

	if (slash)
		name = slash + 1;
	for (size_t i = 0; i < st->boxes.n; i++)
		if (str_eq_nocase(st->boxes.v[i]->alias, name) ||
		    str_eq_nocase(st->boxes.v[i]->address, name))
			return st->boxes.v[i];
	return NULL;
}

static void bind_user(struct sim *sim, int64_t id, struct ber request,
		      struct box **user, struct str *out)
{
	int64_t version;
	char *name = NULL, *password = NULL;

	*user = NULL;
	if (ber_int(&request, 2, &version))
		name = ber_text(&request, 4);
	if (name)
		password = ber_text(&request, 0x80);
	if (name && !password) {
		ldap_result(out, id, 0x61, 7, "simple bind only");
	} else {
		struct box *box = name ? find_user(sim->st, name) : NULL;
		bool good = box && password && *password &&
			    str_eq(password, box->password);

		*user = good ? box : NULL;
		ldap_result(out, id, 0x61, good ? 0 : 49,
			    good ? "" : "80090308: data 52e");
	}
	free(name);
	free(password);
}

/* False: the connection ends. */
static bool handle(struct sim *sim, struct ber message, struct box **user,
		   struct str *out)
{
	struct ber request;
	struct fault fault;
	int64_t id;
	int tag;

	if (!ber_int(&message, 2, &id))
		return false;
	tag = ber_next(&message, &request);
	if (tag == 0x42 || tag < 0)
		return false;
	fault = faults_hit(sim->faults,
			   tag == 0x66	 ? "LDAP-MODIFY"
			   : tag == 0x63 ? "LDAP-SEARCH"
					 : "LDAP-BIND",
			   *user ? (*user)->alias : "-");
	if (fault.kind == FAULT_DROP)
		return false;
	sim_log(sim, "op=LDAP-%02x user=%s", (unsigned)tag,
		*user ? (*user)->alias : "-");
	state_lock(sim->st);
	if (tag == 0x60)
		bind_user(sim, id, request, user, out);
	else if (tag == 0x63)
		ldap_search(sim, id, request, out);
	else if (tag == 0x66)
		ldap_modify(sim, *user, id, request, out);
	else if (tag == 0x77)
		ldap_result(out, id, 0x78, 2, "not offered");
	state_unlock(sim->st);
	/* Done, and nobody hears of it. */
	return fault.kind != FAULT_APPLY_DROP;
}

static bool read_some(struct ldap_server *s, gnutls_session_t tls, int fd,
		      struct str *in)
{
	char buffer[4096];
	ssize_t n;

	while (gnutls_record_check_pending(tls) == 0) {
		struct pollfd p = {fd, POLLIN, 0};

		if (sim_is_stopping(s->sim))
			return false;
		if (poll(&p, 1, LOOK_MS) > 0)
			break;
	}
	n = gnutls_record_recv(tls, buffer, sizeof(buffer));
	if (n > 0)
		str_add_mem(in, buffer, (size_t)n);
	return n > 0 && in->len < MESSAGE_MAX;
}

static void talk(struct ldap_server *s, gnutls_session_t tls, int fd)
{
	struct str in CLEANUP(str_release) = STR_INIT;
	struct box *user = NULL;
	bool going = true;

	while (going && read_some(s, tls, fd, &in)) {
		struct ber all = {(unsigned char *)in.s,
				  (unsigned char *)in.s + in.len};
		struct ber message;
		size_t used = 0;

		while (going && ber_next(&all, &message) == 0x30) {
			struct str out CLEANUP(str_release) = STR_INIT;

			going = handle(s->sim, message, &user, &out);
			used = (size_t)(all.p - (unsigned char *)in.s);
			if (going && out.len)
				going = gnutls_record_send(tls, out.s,
							   out.len) > 0;
		}
		memmove(in.s, in.s + used, in.len - used);
		str_cut(&in, in.len - used);
	}
}

static void *serve(void *arg)
{
	struct peer_of *p = arg;
	gnutls_session_t tls;
	int code;

	gnutls_init(&tls, GNUTLS_SERVER);
	gnutls_set_default_priority(tls);
	gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE, p->server->cred);
	gnutls_transport_set_int(tls, p->fd);
	do
		code = gnutls_handshake(tls);
	while (code < 0 && gnutls_error_is_fatal(code) == 0);
	if (code == 0)
		talk(p->server, tls, p->fd);
	gnutls_deinit(tls);
	close(p->fd);
	free(p);
	return NULL;
}

static void *accept_all(void *arg)
{
	struct ldap_server *s = arg;
	VEC(pthread_t) threads = {0};

	while (!sim_is_stopping(s->sim)) {
		struct pollfd w = {s->fd, POLLIN, 0};
		struct peer_of *p;
		pthread_t t;
		int fd;

		if (poll(&w, 1, LOOK_MS) <= 0)
			continue;
		fd = accept(s->fd, NULL, NULL);
		if (fd < 0)
			continue;
		p = xmalloc(sizeof(*p));
		*p = (struct peer_of){s, fd};
		if (pthread_create(&t, NULL, serve, p) == 0)
			vec_add(&threads, t);
	}
	for (size_t i = 0; i < threads.n; i++)
		pthread_join(threads.v[i], NULL);
	vec_release(&threads);
	return NULL;
}

struct ldap_server *ldap_start(struct sim *sim, const char *listen_at,
			       const char *cert, const char *key, int *port,
			       struct err *err)
{
	struct ldap_server *s = xcalloc(1, sizeof(*s));
	const char *colon = strrchr(listen_at, ':');
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t len = sizeof(a);
	char *host CLEANUP(mem_free_ptr) =
		xstrndup(listen_at, colon ? (size_t)(colon - listen_at)
					  : strlen(listen_at));

	s->sim = sim;
	a.sin_port = htons(colon ? (uint16_t)strtol(colon + 1, NULL, 10) : 0);
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (!cert || inet_pton(AF_INET, host, &a.sin_addr) != 1 ||
	    bind(s->fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(s->fd, 16) != 0 ||
	    getsockname(s->fd, (struct sockaddr *)&a, &len) != 0 ||
	    gnutls_certificate_allocate_credentials(&s->cred) != 0 ||
	    gnutls_certificate_set_x509_key_file(s->cred, cert, key,
						 GNUTLS_X509_FMT_PEM) != 0 ||
	    pthread_create(&s->thread, NULL, accept_all, s) != 0) {
		close(s->fd);
		free(s);
		err_set(err, ERR_INPUT,
			"--ldap %s: an address to listen at, with --tls",
			listen_at);
		return NULL;
	}
	*port = ntohs(a.sin_port);
	return s;
}

void ldap_stop(struct ldap_server *s)
{
	if (!s)
		return;
	pthread_join(s->thread, NULL);
	close(s->fd);
	gnutls_certificate_free_credentials(s->cred);
	free(s);
}
