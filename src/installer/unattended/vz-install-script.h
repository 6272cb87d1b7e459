/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "systems/vz-unattended.h"

G_BEGIN_DECLS

/* Everything that an unattended installer is given. */
typedef struct {
  char *script; /* in the installer's language */
  char *settings; /* NULL: they are in the script; a shell script that the installer finds beside
                     its own, as VZ_INSTALL_SCRIPT_SETTINGS */
  char *options; /* for the installer's kernel */
} VzInstallScript;

#define VZ_INSTALL_SCRIPT_SETTINGS "vz-settings.sh"

void vz_install_script_clear (VzInstallScript *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzInstallScript, vz_install_script_clear)

/* What the script is made from. */
typedef struct {
  const VzUnattended *unattended;
  const char *host_name; /* a valid one, since it is put into the script as is */
  const char *settings; /* a shell script for the new system to run */
  const char *own; /* lines of the user's own; NULL: none */
  const char *volume; /* the CD's volume name */
  const char *architecture;
} VzInstallScriptParts;

/* NOT_SUPPORTED if libosinfo's script is not of a form known here, or the user's lines cannot be
 * added to one of its kind. */
gboolean vz_install_script_make (const VzInstallScriptParts *parts, VzInstallScript *ret,
                                 GError **error);

G_END_DECLS
