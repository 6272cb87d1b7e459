/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/display/web-gate.h"

#include "foundation/vz-hex.h"
#include "foundation/vz-random.h"

#include <string.h>

/* How this works
 *
 * Every program and every web page on this host can reach the port, so neither reaching it nor
 * coming from a browser proves anything. A browser is admitted once, by a token shown only on the
 * terminal; it gets a cookie in exchange and is redirected to an address without the token, so that
 * no token stays in its history.
 *
 * Another page in the same browser cannot use that cookie: from other sites it is sent only with a
 * plain navigation (SameSite), which changes nothing; a WebSocket must come from our origin; and
 * the host name in the request must be a loopback name, so that no DNS name that points here can
 * impersonate us. Cookies do not distinguish ports, so the name contains ours. */

#define SECRET_SIZE 16 /* bytes */
#define N_SECRETS_MAX 64 /* browsers; the oldest is forgotten */

struct _WebGate {
  char *hosts[2];
  char *cookie_name;
  char *token;
  GPtrArray *sessions; /* of secrets */
};

static char *
new_secret (void)
{
  guint8 bytes[SECRET_SIZE];

  vz_random_bytes (bytes, sizeof bytes);
  return vz_hex_encode (bytes, sizeof bytes);
}

/* Takes the same time wherever they differ. */
static gboolean
is_secret (const char *secret, const char *text)
{
  gsize size = strlen (secret);
  guint difference = 0;

  if (text == NULL || strlen (text) != size)
    return FALSE;
  for (gsize i = 0; i < size; i++)
    difference |= (guint) (secret[i] ^ text[i]);
  return difference == 0;
}

WebGate *
web_gate_new (guint port)
{
  WebGate *self = g_new0 (WebGate, 1);

  self->hosts[0] = g_strdup_printf ("127.0.0.1:%u", port);
  self->hosts[1] = g_strdup_printf ("localhost:%u", port);
  self->cookie_name = g_strdup_printf ("vz-%u", port);
  self->token = new_secret ();
  self->sessions = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
web_gate_free (WebGate *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (self->hosts); i++)
    g_free (self->hosts[i]);
  g_free (self->cookie_name);
  g_free (self->token);
  g_ptr_array_unref (self->sessions);
  g_free (self);
}

const char *
web_gate_get_token (WebGate *self)
{
  return self->token;
}

/* The host name used for us, or NULL if it is not one of ours. */
static const char *
find_host (WebGate *self, SoupServerMessage *message)
{
  const char *host =
    soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Host");

  for (gsize i = 0; i < G_N_ELEMENTS (self->hosts); i++)
    if (host != NULL && g_ascii_strcasecmp (host, self->hosts[i]) == 0)
      return self->hosts[i];
  return NULL;
}

static gboolean
has_our_origin (SoupServerMessage *message, const char *host)
{
  g_autofree char *ours = g_strconcat ("http://", host, NULL);
  const char *origin =
    soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Origin");

  return origin != NULL && g_ascii_strcasecmp (origin, ours) == 0;
}

static gboolean
has_session (WebGate *self, SoupServerMessage *message)
{
  const char *header =
    soup_message_headers_get_list (soup_server_message_get_request_headers (message), "Cookie");
  g_auto (GStrv) cookies = header != NULL ? g_strsplit (header, ";", 0) : NULL;
  gsize name_size = strlen (self->cookie_name);

  for (gsize i = 0; cookies != NULL && cookies[i] != NULL; i++)
    {
      const char *cookie = g_strstrip (cookies[i]);

      if (!g_str_has_prefix (cookie, self->cookie_name) || cookie[name_size] != '=')
        continue;
      for (guint s = 0; s < self->sessions->len; s++)
        if (is_secret (self->sessions->pdata[s], cookie + name_size + 1))
          return TRUE;
    }
  return FALSE;
}

static gboolean
has_token (WebGate *self, SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);
  const char *query = g_uri_get_query (uri);

  return query != NULL && g_str_equal (g_uri_get_path (uri), "/") &&
         g_str_has_prefix (query, "token=") && is_secret (self->token, query + strlen ("token="));
}

static void
open_session (WebGate *self, SoupServerMessage *message)
{
  char *secret = new_secret ();
  g_autofree char *cookie =
    g_strdup_printf ("%s=%s; Path=/; HttpOnly; SameSite=Lax", self->cookie_name, secret);

  if (self->sessions->len == N_SECRETS_MAX)
    g_ptr_array_remove_index (self->sessions, 0);
  g_ptr_array_add (self->sessions, secret);
  g_free (self->token);
  self->token = new_secret ();
  soup_message_headers_append (soup_server_message_get_response_headers (message), "Set-Cookie",
                               cookie);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location",
                                "/");
  soup_server_message_set_status (message, SOUP_STATUS_SEE_OTHER, NULL);
}

static void
set_headers (SoupServerMessage *message, const char *host)
{
  /* noVNC draws its pointer from a "data:" address and sets styles on its elements. */
  g_autofree char *policy =
    g_strdup_printf ("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
                     "img-src 'self' data: blob:; connect-src 'self' ws://%s; manifest-src 'self'; "
                     "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                     host);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Content-Security-Policy", policy);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_replace (headers, "Cross-Origin-Resource-Policy", "same-origin");
  soup_message_headers_replace (headers, "Cross-Origin-Opener-Policy", "same-origin");
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
}

gboolean
web_gate_check (WebGate *self, SoupServerMessage *message, gboolean is_websocket)
{
  const char *method = soup_server_message_get_method (message);
  const char *host = find_host (self, message);

  if (host == NULL || (is_websocket && !has_our_origin (message, host)))
    {
      soup_server_message_set_status (message, SOUP_STATUS_FORBIDDEN, NULL);
      return FALSE;
    }
  set_headers (message, host);
  if (!g_str_equal (method, "GET"))
    soup_server_message_set_status (message, SOUP_STATUS_METHOD_NOT_ALLOWED, NULL);
  else if (!is_websocket && has_token (self, message))
    {
      open_session (self, message);
      return TRUE;
    }
  else if (!has_session (self, message))
    soup_server_message_set_status (message, SOUP_STATUS_FORBIDDEN, NULL);
  return FALSE;
}
