/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stddef.h>
#include <stdint.h>

#include "configuration/storage/vz-nbd-url.h"
#include "vz.h"

/* Addresses of NBD exports. Whatever the text is, it is refused with a reason, or gives a place to
 * connect to, and nothing that QEMU's command line has no form for. */

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size);

static void
check_plain (const char *text)
{
  for (; text != NULL && *text != '\0'; text++)
    g_assert_false (g_ascii_iscntrl (*text));
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) bytes, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (VzNbdUrl) url = vz_nbd_url_parse (text, &error);

  g_assert_true ((url == NULL) == (error != NULL));
  if (url == NULL)
    return 0;
  g_assert_true ((url->host == NULL) != (url->socket == NULL));
  g_assert_true (url->host == NULL || (url->port >= 1 && url->port <= 65535));
  g_assert_true (url->tls || (url->tls_certificates == NULL && url->tls_hostname == NULL));
  check_plain (url->host);
  check_plain (url->socket);
  check_plain (url->export_name);
  check_plain (url->tls_certificates);
  check_plain (url->tls_hostname);
  return 0;
}
