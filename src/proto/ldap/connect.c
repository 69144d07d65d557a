/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Connecting, TLS, signing in. The socket is made here and not by the library:
 * so a server that does not answer is given up in time, and at once when
 * somebody cancels.
 */
#define LDAP_DEPRECATED 0
#include <errno.h>
#include <fcntl.h>
#include <ldap.h>
#include <netdb.h>
#include <openldap.h>
#include <poll.h>
#include <sasl/sasl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "base/clock.h"
#include "proto/ldap/private.h"

#define TIMEOUT_MS 10000

/* --- the socket ------------------------------------------------------------
 */

/* Until the socket is ready for `events`; false: cancelled, or too late. */
static bool wait_socket(const struct directory *d, int fd, short events,
			int64_t end, struct err *err)
{
	int flag = d->cancel ? chan_flag_fd(d->cancel) : -1;

	for (;;) {
		struct pollfd p[2] = {{fd, events, 0}, {flag, POLLIN, 0}};
		int64_t left = end - clock_mono_ms();

		if (d->cancel && chan_flag_is_up(d->cancel))
			return err_set(err, ERR_CANCELLED, "cancelled");
		if (left <= 0)
			return err_set(err, ERR_NETWORK,
				       "%s does not answer on port %d", d->host,
				       d->port);
		if (poll(p, flag < 0 ? 1 : 2, (int)left) > 0 && p[0].revents)
			return true;
	}
}

static bool wait_connected(int fd, const struct directory *d, struct err *err)
{
	int code = 0;
	socklen_t len = sizeof(code);

	if (!wait_socket(d, fd, POLLOUT, clock_mono_ms() + d->timeout_ms, err))
		return false;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len) || code)
		return err_set(err, ERR_NETWORK, "%s, port %d: %s", d->host,
			       d->port, strerror(code ? code : errno));
	return true;
}

static int connect_one(const struct addrinfo *a, const struct directory *d,
		       struct err *err)
{
	struct timeval tv = {.tv_sec = d->timeout_ms / 1000,
			     .tv_usec = d->timeout_ms % 1000 * 1000};
	int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC,
			a->ai_protocol);
	int flags = fd < 0 ? 0 : fcntl(fd, F_GETFL);

	if (fd < 0) {
		err_set(err, ERR_NETWORK, "%s: %s", d->host, strerror(errno));
		return -1;
	}
	/* A server that stops within an answer must not hold a read. */
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	if (connect(fd, a->ai_addr, a->ai_addrlen) && errno != EINPROGRESS)
		err_set(err, ERR_NETWORK, "%s, port %d: %s", d->host, d->port,
			strerror(errno));
	else if (wait_connected(fd, d, err)) {
		fcntl(fd, F_SETFL, flags);
		return fd;
	}
	close(fd);
	return -1;
}

static int connect_socket(const struct directory *d, struct err *err)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				 .ai_flags = AI_NUMERICSERV};
	struct addrinfo *list = NULL;
	char port[16];
	struct str p;
	int fd = -1, code;

	str_init(&p);
	str_addf(&p, "%d", d->port);
	memcpy(port, p.s, p.len + 1 < sizeof(port) ? p.len + 1 : sizeof(port));
	port[sizeof(port) - 1] = 0;
	str_release(&p);
	code = getaddrinfo(d->host, port, &hints, &list);
	if (code) {
		err_set(err, ERR_NETWORK,
			"the directory server %s is not known (%s)", d->host,
			gai_strerror(code));
		return -1;
	}
	for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next)
		if (!d->cancel || !chan_flag_is_up(d->cancel))
			fd = connect_one(a, d, err);
	freeaddrinfo(list);
	if (fd < 0 && d->cancel && chan_flag_is_up(d->cancel))
		err_set(err, ERR_CANCELLED, "cancelled");
	return fd;
}

/* --- TLS --------------------------------------------------------------------
 */

/* libldap with GnuTLS begins a handshake again for ever while the socket has
 * nothing to give (OpenLDAP ITS#8650), at full speed and past every timeout. So a
 * layer below TLS waits for it, and what comes too late is a failed read. */
static bool shake_waits(struct directory *d, short events)
{
	if (!d->shake_until ||
	    wait_socket(d, d->fd, events, d->shake_until, NULL))
		return true;
	d->shake_late = true;
	errno = ETIMEDOUT;
	return false;
}

static int shake_setup(Sockbuf_IO_Desc *io, void *arg)
{
	io->sbiod_pvt = arg;
	return 0;
}

static int shake_nothing(Sockbuf_IO_Desc *io UNUSED)
{
	return 0;
}

static int shake_ctrl(Sockbuf_IO_Desc *io, int opt, void *arg)
{
	return LBER_SBIOD_CTRL_NEXT(io, opt, arg);
}

static ber_slen_t shake_read(Sockbuf_IO_Desc *io, void *to, ber_len_t len)
{
	return shake_waits(io->sbiod_pvt, POLLIN)
		       ? LBER_SBIOD_READ_NEXT(io, to, len)
		       : -1;
}

static ber_slen_t shake_write(Sockbuf_IO_Desc *io, void *from, ber_len_t len)
{
	return shake_waits(io->sbiod_pvt, POLLOUT)
		       ? LBER_SBIOD_WRITE_NEXT(io, from, len)
		       : -1;
}

static bool handshake(struct directory *d, int *code)
{
	static Sockbuf_IO layer = {.sbi_setup = shake_setup,
				   .sbi_remove = shake_nothing,
				   .sbi_ctrl = shake_ctrl,
				   .sbi_read = shake_read,
				   .sbi_write = shake_write,
				   .sbi_close = shake_nothing};
	Sockbuf *sb = NULL;

	if (ldap_get_option(d->ld, LDAP_OPT_SOCKBUF, &sb) || !sb ||
	    ber_sockbuf_add_io(sb, &layer, LBER_SBIOD_LEVEL_PROVIDER + 1, d)) {
		*code = LDAP_LOCAL_ERROR;
		return false;
	}
	d->shake_until = clock_mono_ms() + d->timeout_ms;
	*code = ldap_install_tls(d->ld);
	d->shake_until = 0;
	return *code == LDAP_SUCCESS;
}

static bool set_options(struct directory *d, const struct directory_place *p,
			struct err *err)
{
	struct timeval tv = {.tv_sec = d->timeout_ms / 1000,
			     .tv_usec = d->timeout_ms % 1000 * 1000};
	int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND, client = 0;
	/* What LDAP_OPT_ON points to is data of the library: see base/load.h. */
	int on = 1;
	int ok = ldap_set_option(d->ld, LDAP_OPT_PROTOCOL_VERSION, &version);

	ok |= ldap_set_option(d->ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	ok |= ldap_set_option(d->ld, LDAP_OPT_RESTART, &on);
	ok |= ldap_set_option(d->ld, LDAP_OPT_NETWORK_TIMEOUT, &tv);
	ok |= ldap_set_option(d->ld, LDAP_OPT_TIMEOUT, &tv);
	/* No reverse look-up: the ticket is for the name that was given. */
	ok |= ldap_set_option(d->ld, LDAP_OPT_X_SASL_NOCANON, &on);
	ok |= ldap_set_option(d->ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
	if (p->ca_file)
		ok |= ldap_set_option(d->ld, LDAP_OPT_X_TLS_CACERTFILE,
				      p->ca_file);
	ok |= ldap_set_option(d->ld, LDAP_OPT_X_TLS_NEWCTX, &client);
	if (ok)
		return err_set(err, ERR_INPUT,
			       p->ca_file ? "the authorities in %s cannot be "
					    "read"
					  : "TLS cannot be set up for %s",
			       p->ca_file ? p->ca_file : d->host);
	return true;
}

static bool tls_failed(struct directory *d, int code, struct err *err)
{
	char *text = NULL;

	if (d->cancel && chan_flag_is_up(d->cancel))
		return err_set(err, ERR_CANCELLED, "cancelled");
	if (d->shake_late)
		return err_set(err, ERR_NETWORK,
			       "%s, port %d, does not answer to TLS", d->host,
			       d->port);
	ldap_get_option(d->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
	if (code == LDAP_CONNECT_ERROR && text && *text) {
		err_set(err, ERR_NETWORK,
			"the certificate of %s is not accepted (%s); if its "
			"authority is your site's own, name it with `ca-file`",
			d->host, text);
		directory_set_code(err, "certificate");
	} else if (code == LDAP_TIMEOUT || code == LDAP_SERVER_DOWN ||
		   code == LDAP_CONNECT_ERROR) {
		err_set(err, ERR_NETWORK,
			"%s, port %d: no encrypted connection (%s)", d->host,
			d->port, text && *text ? text : ldap_err2string(code));
	} else {
		directory_error(d, code, text, err);
	}
	ldap_memfree(text);
	return false;
}

static bool start_tls(struct directory *d, enum directory_security security,
		      struct err *err)
{
	struct ldapmsg *m = NULL;
	int id = 0, code;

	if (security == DIRECTORY_CLEAR)
		return true;
	if (security == DIRECTORY_STARTTLS) {
		code = ldap_start_tls(d->ld, NULL, NULL, &id);
		if (code != LDAP_SUCCESS)
			return tls_failed(d, code, err);
		if (!directory_wait(d, id, true, &m, err))
			return false;
		ldap_parse_result(d->ld, (LDAPMessage *)m, &code, NULL, NULL,
				  NULL, NULL, 1);
		if (code != LDAP_SUCCESS)
			return tls_failed(d, code, err);
	}
	if (!handshake(d, &code))
		return tls_failed(d, code, err);
	d->encrypted = true;
	return true;
}

/* --- opening and closing
 * ------------------------------------------------------ */

static int usual_port(enum directory_security s)
{
	return s == DIRECTORY_TLS ? 3269 : 3268;
}

static bool open_with(struct directory *d, const struct directory_place *p,
		      struct err *err)
{
	char *url CLEANUP(mem_free_ptr) =
		xasprintf("ldap://%s%s%s:%d", strchr(d->host, ':') ? "[" : "",
			  d->host, strchr(d->host, ':') ? "]" : "", d->port);
	int fd = connect_socket(d, err);
	int code;

	if (fd < 0)
		return false;
	d->fd = fd;
	code = ldap_init_fd(fd, LDAP_PROTO_TCP, url, &d->ld);
	if (code != LDAP_SUCCESS) {
		close(fd);
		return err_set(err, ERR_NETWORK, "%s: %s", d->host,
			       ldap_err2string(code));
	}
	return set_options(d, p, err) && start_tls(d, p->security, err);
}

bool directory_open(struct directory **out, const struct directory_place *p,
		    const struct chan_flag *cancel, struct err *err)
{
	struct directory_place place = *p;
	struct directory *d = xcalloc(1, sizeof(*d));
	struct err first = ERR_INIT;

	d->cancel = cancel;
	d->timeout_ms = p->timeout_ms > 0 ? p->timeout_ms : TIMEOUT_MS;
	d->host = xstrdup(p->host);
	d->port = p->port ? p->port : usual_port(p->security);
	d->base = xstrdup("");
	d->domain = xstrdup("");
	d->configuration = xstrdup("");
	d->server = xstrdup("");
	if (open_with(d, &place, &first)) {
		*out = d;
		return true;
	}
	/* The library knows one file of authorities at a time: the system's
	 * count beside the one named. */
	if (place.ca_file && str_eq(first.code, "certificate")) {
		place.ca_file = NULL;
		if (d->ld)
			ldap_unbind_ext(d->ld, NULL, NULL);
		d->ld = NULL;
		if (open_with(d, &place, NULL)) {
			*out = d;
			return true;
		}
	}
	if (err)
		*err = first;
	directory_close(d);
	return false;
}

void directory_close(struct directory *d)
{
	if (!d)
		return;
	if (d->ld)
		ldap_unbind_ext(d->ld, NULL, NULL);
	free(d->host);
	free(d->base);
	free(d->domain);
	free(d->configuration);
	free(d->server);
	free(d);
}

void directory_set_cancel(struct directory *d, const struct chan_flag *cancel)
{
	d->cancel = cancel;
}

/* --- signing in
 * ---------------------------------------------------------------- */

static int answer_sasl(LDAP *ld UNUSED, unsigned flags UNUSED, void *ctx UNUSED,
		       void *interact)
{
	for (sasl_interact_t *i = interact; i->id != SASL_CB_LIST_END; i++) {
		i->result = i->defresult ? i->defresult : "";
		i->len = (unsigned)strlen(i->result);
	}
	return LDAP_SUCCESS;
}

static bool bind_failed(struct directory *d, int code, struct err *err)
{
	char *text = NULL;

	ldap_get_option(d->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
	directory_error(d, code, text, err);
	ldap_memfree(text);
	return false;
}

static bool bind_ticket(struct directory *d, struct err *err)
{
	int binding = LDAP_OPT_X_SASL_CBINDING_TLS_ENDPOINT, code;

	/* Windows allows one protection at a time: TLS, or the ticket's. */
	ldap_set_option(d->ld, LDAP_OPT_X_SASL_SECPROPS,
			d->encrypted ? "maxssf=0" : "minssf=56");
	if (d->encrypted)
		ldap_set_option(d->ld, LDAP_OPT_X_SASL_CBINDING, &binding);
	code = ldap_sasl_interactive_bind_s(d->ld, NULL, "GSSAPI", NULL, NULL,
					    LDAP_SASL_QUIET, answer_sasl, NULL);
	if (code == LDAP_SUCCESS)
		return true;
	bind_failed(d, code, err);
	if (code == LDAP_LOCAL_ERROR || code == LDAP_AUTH_UNKNOWN) {
		directory_set_code(err, "no-ticket");
		if (err)
			err->kind = ERR_AUTH;
	}
	return false;
}

static bool bind_simple(struct directory *d, const struct directory_login *l,
			struct err *err)
{
	struct berval secret = {.bv_val = (char *)(uintptr_t)l->password,
				.bv_len = strlen(l->password)};
	struct ldapmsg *m = NULL;
	char *text = NULL;
	int id = 0, code;

	if (!d->encrypted)
		return err_set(err, ERR_INPUT,
			       "the password is not sent to %s in clear; use "
			       "TLS",
			       d->host);
	/* To LDAP an empty password means "nobody", which succeeds. */
	if (!*l->password) {
		err_set(err, ERR_AUTH, "the password is empty");
		directory_set_code(err, "wrong-password");
		return false;
	}
	code = ldap_sasl_bind(d->ld, l->user, LDAP_SASL_SIMPLE, &secret, NULL,
			      NULL, &id);
	if (code != LDAP_SUCCESS)
		return bind_failed(d, code, err);
	if (!directory_wait(d, id, true, &m, err))
		return false;
	ldap_parse_result(d->ld, (LDAPMessage *)m, &code, NULL, &text, NULL,
			  NULL, 1);
	if (code != LDAP_SUCCESS)
		directory_error(d, code, text, err);
	ldap_memfree(text);
	return code == LDAP_SUCCESS;
}

bool directory_bind(struct directory *d, const struct directory_login *l,
		    struct err *err)
{
	if (l->ticket ? !bind_ticket(d, err)
		      : l->user && l->password && !bind_simple(d, l, err))
		return false;
	return directory_read_root(d, err);
}
