/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "systems/vz-unattended.h"

G_BEGIN_DECLS

/* All that an installer is told which is to ask nothing. */
typedef struct {
  char *script; /* in the language of the installer */
  char *settings; /* NULL: they are in the script; a shell's script that the installer finds beside
                   * its own, under VZ_INSTALL_SCRIPT_SETTINGS */
  char *options; /* for the installer's kernel */
} VzInstallScript;

#define VZ_INSTALL_SCRIPT_SETTINGS "vz-settings.sh"

void vz_install_script_clear (VzInstallScript *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzInstallScript, vz_install_script_clear)

/* What it is made of. */
typedef struct {
  const VzUnattended *unattended;
  const char *host_name; /* a valid one, since it stands in the script as it is */
  const char *settings; /* a shell's script that the new system is to run */
  const char *own; /* lines of the user's; NULL: none */
  const char *volume; /* the CD's name */
  const char *architecture;
} VzInstallScriptParts;

/* NOT_SUPPORTED when libosinfo's script is not as this knows them, or the user's lines cannot be
 * added to one of this kind. */
gboolean vz_install_script_make (const VzInstallScriptParts *parts, VzInstallScript *ret,
                                 GError **error);

G_END_DECLS
