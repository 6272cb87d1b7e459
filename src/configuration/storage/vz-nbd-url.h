/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The address of an NBD server's export, as in the NBD project's uri.md: nbd, nbds, nbd+unix or
 * nbds+unix. Two more parameters are libnbd's: `tls-certificates` and `tls-hostname`. */
typedef struct {
  gboolean tls;
  char *host; /* NULL: a Unix socket */
  guint port; /* 1 to 65535 with a host */
  char *socket; /* absolute; NULL: a host */
  char *export_name; /* "": the server's default */
  char *tls_certificates; /* folder with ca-cert.pem and other files that QEMU looks for; NULL: the
                           * host's authorities */
  char *tls_hostname; /* that the server's certificate is for; NULL: the host */
} VzNbdUrl;

/* The form of one, for messages; what is wrong follows it. */
#define VZ_NBD_URL_RULE \
  "must be such as nbd://HOST[:PORT]/EXPORT, nbds://... with TLS, or " \
  "nbd+unix:///EXPORT?socket=PATH"

/* NULL with INVALID_ARGUMENT, which says what is wrong with @text. Does not connect. */
VzNbdUrl *vz_nbd_url_parse (const char *text, GError **error);
void vz_nbd_url_free (VzNbdUrl *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzNbdUrl, vz_nbd_url_free)

G_END_DECLS
