/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* The language of a script. */
typedef enum {
  VZ_UNATTENDED_PRESEED, /* of Debian's installer */
  VZ_UNATTENDED_KICKSTART, /* of Anaconda */
  VZ_UNATTENDED_AUTOYAST, /* of YaST; XML */
} VzUnattendedKind;

/* An installer CD for which libosinfo has a script that answers the installer's questions. */
typedef struct {
  char *title; /* of the system: "Debian 11" */
  char *distro; /* "debian" */
  VzUnattendedKind kind;
  char *kernel; /* its file on the CD */
  char *ramdisk;
  char *file; /* what the installer looks for in its initial ramdisk: "preseed.cfg" */
  char *script; /* what libosinfo answers */
  char *options; /* what libosinfo gives the installer's kernel */
} VzUnattended;

void vz_unattended_clear (VzUnattended *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzUnattended, vz_unattended_clear)

/* Finds out what the CD image @iso installs, and makes the script for a machine with @host_name,
 * which must be valid, and a blank disk /dev/vda. Root's password is one that nobody knows.
 * NOT_SUPPORTED when the CD is unknown, or there is no script for it; the message names the systems
 * that have one. Takes half a second. */
gboolean vz_unattended_make (const char *iso, const char *host_name, VzUnattended *ret,
                             GCancellable *cancellable, GError **error);

G_END_DECLS
