/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/storage/vz-nbd-url.h"

#include "foundation/vz-fail.h"
#include "foundation/vz-text.h"

#include <string.h>
#include <sys/un.h>

#define DEFAULT_PORT 10809 /* assigned to NBD by IANA */
#define MAX_EXPORT_NAME 4096 /* bytes; set by the protocol */
#define MAX_SOCKET (sizeof ((struct sockaddr_un *) 0)->sun_path - 1)
#define MAX_URL 16384 /* bytes; an export name of maximum length, each byte as %XX */

#define UNIX_SUFFIX "+unix"

void
vz_nbd_url_free (VzNbdUrl *self)
{
  if (self == NULL)
    return;
  g_free (self->host);
  g_free (self->socket);
  g_free (self->export_name);
  g_free (self->tls_certificates);
  g_free (self->tls_hostname);
  g_free (self);
}

/* Excludes bytes that QEMU's command line and JSON cannot represent. */
static gboolean
is_plain (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

static char *
unescape (const char *escaped)
{
  char *text = g_uri_unescape_string (escaped, NULL);

  if (text != NULL && is_plain (text))
    return text;
  g_free (text);
  return NULL;
}

static gboolean
read_scheme (VzNbdUrl *self, GUri *uri, gboolean *ret_unix, GError **error)
{
  const char *scheme = g_uri_get_scheme (uri);

  *ret_unix = g_str_has_suffix (scheme, UNIX_SUFFIX);
  self->tls = g_str_has_prefix (scheme, "nbds");
  return g_str_equal (scheme, "nbd") || g_str_equal (scheme, "nbds") ||
         g_str_equal (scheme, "nbd" UNIX_SUFFIX) || g_str_equal (scheme, "nbds" UNIX_SUFFIX) ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "its scheme is '%s'", scheme);
}

static gboolean
read_export_name (VzNbdUrl *self, GUri *uri, GError **error)
{
  const char *path = g_uri_get_path (uri);

  if (*path == '/')
    path++;
  self->export_name = unescape (path);
  return (self->export_name != NULL && strlen (self->export_name) <= MAX_EXPORT_NAME) ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                  "the export's name must be UTF-8 without control characters, at most %d bytes",
                  MAX_EXPORT_NAME);
}

static gboolean
read_host (VzNbdUrl *self, GUri *uri, GError **error)
{
  const char *host = g_uri_get_host (uri);
  int port = g_uri_get_port (uri);

  if (host == NULL || *host == '\0' || !is_plain (host))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "it has no host");
  if (port == 0)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "its port is 0, must be 1 to 65535");
  self->host = g_strdup (host);
  self->port = port > 0 ? (guint) port : DEFAULT_PORT;
  return TRUE;
}

/* Takes @value. */
static gboolean
read_parameter (VzNbdUrl *self, const char *name, char *value, GError **error)
{
  const struct {
    const char *name;
    char **place;
    gboolean only_tls;
  } rows[] = {
    { "socket", &self->socket, FALSE },
    { "tls-certificates", &self->tls_certificates, TRUE },
    { "tls-hostname", &self->tls_hostname, TRUE },
  };

  for (gsize i = 0; value != NULL && *value != '\0' && i < G_N_ELEMENTS (rows); i++)
    if (g_str_equal (name, rows[i].name) && *rows[i].place == NULL &&
        (self->tls || !rows[i].only_tls))
      {
        *rows[i].place = value;
        return TRUE;
      }
  g_free (value);
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                  "its parameter '%s' must be socket or, with TLS, tls-certificates or "
                  "tls-hostname, given once and not empty",
                  name);
}

/* Split by hand: in GUri's own parser, a later parameter replaces an earlier one. */
static gboolean
read_query (VzNbdUrl *self, GUri *uri, GError **error)
{
  const char *query = g_uri_get_query (uri);
  g_auto (GStrv) pairs = g_strsplit_set (query != NULL ? query : "", "&;", -1);

  for (guint i = 0; pairs[i] != NULL; i++)
    {
      char *equals = strchr (pairs[i], '=');
      g_autofree char *name = NULL;

      if (*pairs[i] == '\0')
        continue;
      if (equals != NULL)
        *equals++ = '\0';
      name = vz_text_dup_clean (pairs[i]);
      if (!read_parameter (self, name, equals != NULL ? unescape (equals) : NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_places (VzNbdUrl *self, gboolean is_unix, GError **error)
{
  if (is_unix && (self->socket == NULL || !g_path_is_absolute (self->socket) ||
                  strlen (self->socket) > MAX_SOCKET))
    return vz_fail (
      error, VZ_ERROR_INVALID_ARGUMENT,
      "its parameter 'socket' must be the absolute path of a socket, at most %zu bytes",
      MAX_SOCKET);
  if (!is_unix && self->socket != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "its parameter 'socket' is only for nbd+unix and nbds+unix");
  return self->tls_certificates == NULL || g_path_is_absolute (self->tls_certificates) ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                  "its parameter 'tls-certificates' must be the absolute path of a folder");
}

static gboolean
read_uri (VzNbdUrl *self, GUri *uri, GError **error)
{
  const char *host = g_uri_get_host (uri);
  gboolean is_unix;

  if (!read_scheme (self, uri, &is_unix, error))
    return FALSE;
  if (g_uri_get_userinfo (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "it has a user or a fragment");
  if (is_unix && host != NULL && *host != '\0')
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "it has a host but is for a Unix socket: write three slashes");
  return read_export_name (self, uri, error) && (is_unix || read_host (self, uri, error)) &&
         read_query (self, uri, error) && check_places (self, is_unix, error);
}

VzNbdUrl *
vz_nbd_url_parse (const char *text, GError **error)
{
  g_autoptr (VzNbdUrl) self = g_new0 (VzNbdUrl, 1);
  g_autoptr (GError) cause = NULL;
  g_autoptr (GUri) uri = NULL;

  if (strlen (text) > MAX_URL)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "it has more than %d bytes", MAX_URL);
  uri = g_uri_parse (text, G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY, &cause);
  if (uri == NULL)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "%s", cause->message);
  return read_uri (self, uri, error) ? g_steal_pointer (&self) : NULL;
}
